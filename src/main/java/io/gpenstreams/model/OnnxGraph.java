package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes an ONNX graph node by node, in the order of execution. Values are named after what they
 * are; the same calls give the same bytes. For one thread.
 */
public final class OnnxGraph {
  /** A dimension whose size the caller of the model chooses. */
  public static final long DYNAMIC = -1;

  /** An image's height, which the caller of the model chooses. */
  public static final long HEIGHT = -2;

  /** An image's width, which the caller of the model chooses. */
  public static final long WIDTH = -3;

  /** A dimension whose size follows from others. */
  public static final long DERIVED = -4;

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  /** The least magnitude that float16 rounds to infinity. */
  private static final float HALF_OVERFLOW = 65520;

  private final GraphProto.Builder graph;
  private final Consumer<TensorProto> constants;

  /** An empty graph. */
  public OnnxGraph(String name) {
    this.graph = GraphProto.newBuilder().setName(name);
    this.constants = graph::addInitializer;
  }

  /** An empty graph that hands its constants over instead of keeping them. */
  OnnxGraph(String name, Consumer<TensorProto> constants) {
    this.graph = GraphProto.newBuilder().setName(name);
    this.constants = constants;
  }

  /**
   * An empty graph for {@link #scan}, which sees the values of this one. What is declared constant
   * in it is a constant of this one.
   */
  public OnnxGraph body(String name) {
    return new OnnxGraph(name, constants);
  }

  /** Declares an input and returns its name. */
  public String input(String name, TensorProto.DataType type, long... shape) {
    graph.addInput(value(name, type, shape));
    return name;
  }

  /** Declares an existing value as an output. */
  public void output(String name, TensorProto.DataType type, long... shape) {
    graph.addOutput(value(name, type, shape));
  }

  /** Adds a float32 constant and returns its name. */
  public String constant(String name, float[] values, long... shape) {
    ByteBuffer raw = raw(values.length, Float.BYTES);
    raw.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT, raw, shape);
  }

  /**
   * Adds a float16 constant and returns its name.
   *
   * @throws ModelException if a value is too large for float16
   */
  public String halfConstant(String name, float[] values, long... shape) {
    ByteBuffer raw = raw(values.length, Short.BYTES);
    for (float value : values) {
      if (Math.abs(value) >= HALF_OVERFLOW) {
        throw new ModelException(
            "%s holds %s, which is too large for fp16: use fp32".formatted(name, value));
      }
      raw.putShort(Fp16Conversions.floatToFp16(value));
    }
    return constant(name, TensorProto.DataType.FLOAT16, raw.rewind(), shape);
  }

  /** Adds a one-dimensional int64 constant and returns its name. */
  public String constant(String name, long... values) {
    ByteBuffer raw = raw(values.length, Long.BYTES);
    raw.asLongBuffer().put(values);
    return constant(name, TensorProto.DataType.INT64, raw, values.length);
  }

  private static ByteBuffer raw(int values, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(values, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, TensorProto.DataType type, ByteBuffer raw, long... shape) {
    constants.accept(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(LongStream.of(shape).boxed().toList())
            // Weights are hundreds of megabytes: not copied, since nobody else holds the buffer.
            .setRawData(UnsafeByteOperations.unsafeWrap(raw))
            .build());
    return name;
  }

  /**
   * Adds a node with one output and returns the output's name.
   *
   * @param attributes values are {@code Long}, {@code Float}, {@code String}, {@code long[]} or
   *     {@code float[]}
   */
  public String node(
      String operator, String output, Map<String, Object> attributes, String... inputs) {
    node(operator, List.of(output), attributes, inputs);
    return output;
  }

  /** Adds a node with any number of outputs, which is named after the first. */
  public void node(
      String operator, List<String> outputs, Map<String, Object> attributes, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(outputs.get(0))
            .addAllOutput(outputs)
            .addAllInput(List.of(inputs));
    new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
  }

  /** Adds a node without attributes. */
  public String node(String operator, String output, String... inputs) {
    return node(operator, output, Map.of(), inputs);
  }

  /**
   * Adds a node that computes a graph with one input and one output for each element of a value
   * along its first dimension, one after the other, and returns the output's name.
   */
  public String scan(String output, OnnxGraph body, String input) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType("Scan")
            .setName(output)
            .addInput(input)
            .addOutput(output)
            .addAttribute(attribute("num_scan_inputs", 1L))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(body.graph));
    graph.addNode(node);
    return output;
  }

  /** The model file's bytes. */
  public byte[] toBytes(Map<String, String> metadata) {
    return model(metadata).setGraph(graph).build().toByteArray();
  }

  /** What has been described; without constants, where these were handed over. */
  GraphProto toProto() {
    return graph.build();
  }

  /** A model that lacks its graph. */
  static ModelProto.Builder model(Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("gpen-streams")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    new TreeMap<>(metadata)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long number) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(number);
    } else if (value instanceof Float number) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
    } else if (value instanceof String text) {
      attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
    } else if (value instanceof long[] numbers) {
      attribute
          .setType(AttributeProto.AttributeType.INTS)
          .addAllInts(LongStream.of(numbers).boxed().toList());
    } else if (value instanceof float[] numbers) {
      attribute
          .setType(AttributeProto.AttributeType.FLOATS)
          .addAllFloats(
              IntStream.range(0, numbers.length)
                  .mapToObj(i -> numbers[i])
                  .collect(Collectors.toList()));
    } else {
      throw new IllegalArgumentException("No ONNX attribute type for " + value.getClass());
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : shape) {
      dimensions.addDim(dimension(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }

  // ONNX Runtime takes dimensions of one name for equal.
  private static TensorShapeProto.Dimension dimension(long size) {
    TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
    if (size == DYNAMIC) {
      dimension.setDimParam("N");
    } else if (size == HEIGHT) {
      dimension.setDimParam("H");
    } else if (size == WIDTH) {
      dimension.setDimParam("W");
    } else if (size != DERIVED) {
      dimension.setDimValue(size);
    }
    return dimension.build();
  }
}
