package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes and types of all values of a graph, for one image. It knows the operators that imports
 * write.
 */
final class ValueShapes {
  private final Map<String, List<Long>> shapes = new HashMap<>();
  private final Map<String, DataType> types = new HashMap<>();
  private final Map<String, long[]> numbers = new HashMap<>();
  private final Map<String, Boolean> constants = new HashMap<>();

  /**
   * Finds the shapes and types in a graph.
   *
   * @throws ModelException if the graph has an unknown operator or shape
   */
  ValueShapes(GraphProto graph) {
    graph.getInputList().forEach(this::declare);
    addConstants(graph);
    graph.getNodeList().forEach(this::add);
  }

  /** The shape of a value. */
  List<Long> shape(String value) {
    List<Long> shape = shapes.get(value);
    if (shape == null) {
      throw new ModelException("The shape of " + Excerpt.of(value, 100) + " is not known");
    }
    return shape;
  }

  /** The number of elements of a value. */
  long elements(String value) {
    return shape(value).stream().reduce(1L, Math::multiplyExact);
  }

  /** The size of a value in bytes. */
  long bytes(String value) {
    int width =
        switch (types.getOrDefault(value, DataType.FLOAT)) {
          case INT64, DOUBLE -> Long.BYTES;
          case FLOAT16 -> Short.BYTES;
          case UINT8, BOOL -> Byte.BYTES;
          default -> Float.BYTES;
        };
    return Math.multiplyExact(elements(value), (long) width);
  }

  boolean isHalf(String value) {
    return types.get(value) == DataType.FLOAT16;
  }

  /**
   * Whether a value is the same for all images, so that it is computed when the model is loaded.
   */
  boolean isConstant(String value) {
    return constants.getOrDefault(value, false);
  }

  static long attribute(NodeProto node, String name, long otherwise) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(otherwise);
  }

  static List<Long> attributes(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .findFirst()
        .map(AttributeProto::getIntsList)
        .orElse(List.of());
  }

  /** The graph in a node, if it has one. */
  static List<GraphProto> bodies(NodeProto node) {
    return node.getAttributeList().stream()
        .filter(AttributeProto::hasG)
        .map(AttributeProto::getG)
        .toList();
  }

  private void declare(ValueInfoProto value) {
    shapes.put(
        value.getName(),
        value.getType().getTensorType().getShape().getDimList().stream()
            .map(d -> d.hasDimValue() ? d.getDimValue() : 1L)
            .toList());
    types.put(value.getName(), type(value.getType().getTensorType().getElemType()));
  }

  private static DataType type(int number) {
    DataType type = DataType.forNumber(number);
    return type == null ? DataType.UNDEFINED : type;
  }

  private void addConstants(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      shapes.put(tensor.getName(), List.copyOf(tensor.getDimsList()));
      types.put(tensor.getName(), type(tensor.getDataType()));
      constants.put(tensor.getName(), true);
      if (tensor.getDataType() == DataType.INT64.getNumber() && tensor.hasRawData()) {
        var raw =
            tensor
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        long[] values = new long[raw.remaining()];
        raw.get(values);
        numbers.put(tensor.getName(), values);
      }
    }
  }

  private void add(NodeProto node) {
    if (node.getOpType().equals("Scan")) {
      addScan(node);
      return;
    }
    List<List<Long>> results = results(node);
    boolean constant = node.getInputList().stream().allMatch(i -> i.isEmpty() || isConstant(i));
    DataType type =
        switch (node.getOpType()) {
          case "Cast" -> type((int) attribute(node, "to", 0));
          case "Less" -> DataType.BOOL;
          case "Where" -> types.get(node.getInput(1));
          default -> types.get(node.getInput(0));
        };
    for (int i = 0; i < results.size(); i++) {
      shapes.put(node.getOutput(i), results.get(i));
      types.put(node.getOutput(i), type);
      constants.put(node.getOutput(i), constant);
    }
  }

  private void addScan(NodeProto node) {
    GraphProto body = bodies(node).get(0);
    body.getInputList().forEach(this::declare);
    addConstants(body);
    body.getNodeList().forEach(this::add);
    for (int i = 0; i < node.getOutputCount(); i++) {
      String result = body.getOutput(i).getName();
      List<Long> shape = new ArrayList<>(List.of(shape(node.getInput(0)).get(0)));
      shape.addAll(shape(result));
      shapes.put(node.getOutput(i), shape);
      types.put(node.getOutput(i), types.get(result));
    }
  }

  private List<List<Long>> results(NodeProto node) {
    List<Long> first = shape(node.getInput(0));
    return switch (node.getOpType()) {
      case "Cast",
          "LeakyRelu",
          "PRelu",
          "BatchNormalization",
          "Abs",
          "Sqrt",
          "Reciprocal",
          "Identity",
          "Clip",
          "Round" ->
          List.of(first);
      case "Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Less", "Pow", "Where" ->
          List.of(broadcast(node.getInputList().stream().map(this::shape).toList()));
      case "Conv", "AveragePool" -> List.of(convolved(node, first));
      case "ConvTranspose" -> List.of(enlarged(node, first));
      case "Concat" -> List.of(joined(node));
      case "Split" -> split(node, first);
      case "Transpose" ->
          List.of(attributes(node, "perm").stream().map(d -> first.get(d.intValue())).toList());
      case "Reshape" -> List.of(reshaped(first, numbers(node, 1)));
      case "Flatten" -> List.of(List.of(first.get(0), product(first.subList(1, first.size()))));
      case "Unsqueeze" -> List.of(unsqueezed(first, numbers(node, 1)));
      case "Gemm" -> List.of(List.of(first.get(0), gemmWidth(node)));
      case "MatMul" -> List.of(product(first, shape(node.getInput(1))));
      case "Gather" -> List.of(gathered(node, first));
      case "ReduceMean", "ReduceMax" -> List.of(reduced(node, first));
      case "Pad" -> List.of(padded(first, numbers(node, 1)));
      case "Resize" ->
          List.of(List.of(first.get(0), first.get(1), 2 * first.get(2), 2 * first.get(3)));
      case "Slice" -> List.of(sliced(node, first));
      default ->
          throw new ModelException(
              "The work of the operator %s is not known"
                  .formatted(Excerpt.of(node.getOpType(), 60)));
    };
  }

  private long[] numbers(NodeProto node, int input) {
    long[] values = numbers.get(node.getInput(input));
    if (values == null) {
      throw new ModelException(
          "%s of %s is no small constant"
              .formatted(Excerpt.of(node.getInput(input), 100), Excerpt.of(node.getOpType(), 60)));
    }
    return values;
  }

  private static long product(List<Long> sizes) {
    return sizes.stream().reduce(1L, Math::multiplyExact);
  }

  private static List<Long> broadcast(List<List<Long>> given) {
    int rank = given.stream().mapToInt(List::size).max().orElseThrow();
    List<Long> sizes = new ArrayList<>(Collections.nCopies(rank, 1L));
    for (List<Long> shape : given) {
      for (int i = 0; i < shape.size(); i++) {
        int at = rank - shape.size() + i;
        sizes.set(at, Math.max(sizes.get(at), shape.get(i)));
      }
    }
    return sizes;
  }

  private List<Long> convolved(NodeProto node, List<Long> image) {
    List<Long> kernel = attributes(node, "kernel_shape");
    long channels = image.get(1);
    if (node.getOpType().equals("Conv")) {
      List<Long> weight = shape(node.getInput(1));
      kernel = weight.subList(2, 4);
      channels = weight.get(0);
    }
    List<Long> pads = pads(node);
    List<Long> strides = strides(node);
    List<Long> sizes = new ArrayList<>(List.of(image.get(0), channels));
    for (int i = 0; i < 2; i++) {
      long room = image.get(2 + i) + pads.get(i) + pads.get(2 + i) - kernel.get(i);
      sizes.add(room / strides.get(i) + 1);
    }
    return sizes;
  }

  private List<Long> enlarged(NodeProto node, List<Long> image) {
    List<Long> weight = shape(node.getInput(1));
    List<Long> pads = pads(node);
    List<Long> strides = strides(node);
    List<Long> sizes =
        new ArrayList<>(List.of(image.get(0), weight.get(1) * attribute(node, "group", 1)));
    for (int i = 0; i < 2; i++) {
      sizes.add(
          (image.get(2 + i) - 1) * strides.get(i)
              + weight.get(2 + i)
              - pads.get(i)
              - pads.get(2 + i));
    }
    return sizes;
  }

  private static List<Long> pads(NodeProto node) {
    List<Long> pads = attributes(node, "pads");
    return pads.isEmpty() ? List.of(0L, 0L, 0L, 0L) : pads;
  }

  private static List<Long> strides(NodeProto node) {
    List<Long> strides = attributes(node, "strides");
    return strides.isEmpty() ? List.of(1L, 1L) : strides;
  }

  private List<Long> joined(NodeProto node) {
    int axis = (int) attribute(node, "axis", 0);
    List<Long> sizes = new ArrayList<>(shape(node.getInput(0)));
    sizes.set(axis, node.getInputList().stream().mapToLong(i -> shape(i).get(axis)).sum());
    return sizes;
  }

  private List<List<Long>> split(NodeProto node, List<Long> whole) {
    int axis = (int) attribute(node, "axis", 0);
    List<List<Long>> parts = new ArrayList<>();
    for (long size : numbers(node, 1)) {
      List<Long> part = new ArrayList<>(whole);
      part.set(axis, size);
      parts.add(part);
    }
    return parts;
  }

  private static List<Long> reshaped(List<Long> given, long... wanted) {
    List<Long> sizes = new ArrayList<>();
    long known = 1;
    for (int i = 0; i < wanted.length; i++) {
      long size = wanted[i] == 0 ? given.get(i) : wanted[i];
      sizes.add(size);
      known *= size == -1 ? 1 : size;
    }
    int open = sizes.indexOf(-1L);
    if (open >= 0) {
      sizes.set(open, product(given) / known);
    }
    return sizes;
  }

  private static List<Long> unsqueezed(List<Long> given, long... axes) {
    List<Long> sizes = new ArrayList<>(given);
    for (long axis : axes) {
      sizes.add((int) axis, 1L);
    }
    return sizes;
  }

  private long gemmWidth(NodeProto node) {
    List<Long> weight = shape(node.getInput(1));
    return weight.get(attribute(node, "transB", 0) == 1 ? 0 : 1);
  }

  private static List<Long> product(List<Long> a, List<Long> b) {
    List<Long> sizes =
        broadcast(List.of(a.subList(0, a.size() - 2), b.subList(0, b.size() - 2), List.of()));
    sizes.add(a.get(a.size() - 2));
    sizes.add(b.get(b.size() - 1));
    return sizes;
  }

  private List<Long> gathered(NodeProto node, List<Long> given) {
    int axis = (int) attribute(node, "axis", 0);
    List<Long> sizes = new ArrayList<>(given);
    sizes.remove(axis);
    sizes.addAll(axis, shape(node.getInput(1)));
    return sizes;
  }

  private static List<Long> reduced(NodeProto node, List<Long> given) {
    List<Long> sizes = new ArrayList<>(given);
    attributes(node, "axes").forEach(axis -> sizes.set(axis.intValue(), 1L));
    return sizes;
  }

  private static List<Long> padded(List<Long> given, long... pads) {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      sizes.add(given.get(i) + pads[i] + pads[given.size() + i]);
    }
    return sizes;
  }

  private List<Long> sliced(NodeProto node, List<Long> given) {
    long[] from = numbers(node, 1);
    long[] to = numbers(node, 2);
    long[] axes = node.getInputCount() > 3 ? numbers(node, 3) : axes(from.length);
    List<Long> sizes = new ArrayList<>(given);
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) axes[i];
      sizes.set(axis, Math.min(to[i], given.get(axis)) - from[i]);
    }
    return sizes;
  }

  private static long[] axes(int count) {
    long[] axes = new long[count];
    Arrays.setAll(axes, i -> i);
    return axes;
  }
}
