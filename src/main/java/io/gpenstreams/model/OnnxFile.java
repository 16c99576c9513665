package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A description of an ONNX file, from its content alone: the model is not run.
 *
 * @param sha256 of the file, lower-case hexadecimal
 * @param producer the tool that wrote it
 * @param opset version of the default operator set
 * @param inputs as {@code name: type[dimensions]}; initialised values, which older files list as
 *     inputs, left out
 * @param outputs likewise
 * @param nodes in the graph and in those within its nodes
 * @param parameters numbers in its initialisers
 * @param precision {@code fp16} if most parameters are float16, else {@code fp32}
 * @param metadata sorted by key
 */
public record OnnxFile(
    String sha256,
    String producer,
    long opset,
    List<Value> inputs,
    List<Value> outputs,
    int nodes,
    long parameters,
    String precision,
    Map<String, String> metadata) {

  /**
   * An input or output.
   *
   * @param type ONNX element type in lower case
   * @param shape −1 where the caller chooses the size
   */
  public record Value(String name, String type, List<Long> shape) {
    private static final int EXCERPT = 60;
    private static final int MOST_DIMENSIONS = 10;

    @Override
    public String toString() {
      return "%s: %s[%s]"
          .formatted(
              Excerpt.of(name, EXCERPT),
              type,
              shape.stream()
                  .limit(MOST_DIMENSIONS)
                  .map(d -> d < 0 ? "N" : d.toString())
                  .collect(Collectors.joining(",")));
    }
  }

  /**
   * Reads a file.
   *
   * @throws ModelException if it does not exist, is not ONNX, or has impossible metadata
   */
  public static OnnxFile read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new ModelException("Model " + file + " does not exist", e);
    } catch (IOException e) {
      throw new ModelException("Model " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads the bytes of a file. Errors call it {@code name}. */
  static OnnxFile read(String name, byte[] bytes) {
    try {
      return read(name, new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new ModelException("Model " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static OnnxFile read(String name, InputStream in) throws IOException {
    DigestInputStream digested = new ReadThrough(in);
    try {
      ModelProto model = OnnxOutline.read(digested);
      if (model.getGraph().getNodeCount() == 0) {
        throw new ModelException(name + " is no ONNX file: it has no graph");
      }
      return of(name, model, Hex.encodeHexString(digested.getMessageDigest().digest()));
    } catch (ArithmeticException e) {
      throw new ModelException(name + " is no ONNX file: its constants have absurd sizes", e);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(name + " is no ONNX file", e);
    }
  }

  private static OnnxFile of(String name, ModelProto model, String sha256) {
    List<TensorProto> initializers = model.getGraph().getInitializerList();
    long parameters = initializers.stream().mapToLong(OnnxFile::elements).reduce(0, Math::addExact);
    long halves =
        initializers.stream()
            .filter(t -> t.getDataType() == TensorProto.DataType.FLOAT16.getNumber())
            .mapToLong(OnnxFile::elements)
            .sum();
    var initialised =
        initializers.stream().map(TensorProto::getName).collect(Collectors.toUnmodifiableSet());
    return new OnnxFile(
        sha256,
        (model.getProducerName() + " " + model.getProducerVersion()).strip(),
        model.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty())
            .mapToLong(o -> o.getVersion())
            .findFirst()
            .orElse(0),
        values(model.getGraph().getInputList(), initialised),
        values(model.getGraph().getOutputList(), initialised),
        nodes(model.getGraph()),
        parameters,
        halves > parameters / 2 ? "fp16" : "fp32",
        OnnxMetadata.of(name, model.getMetadataPropsList()));
  }

  private static int nodes(GraphProto graph) {
    return graph.getNodeList().stream()
        .flatMap(node -> node.getAttributeList().stream())
        .filter(AttributeProto::hasG)
        .mapToInt(attribute -> nodes(attribute.getG()))
        .reduce(graph.getNodeCount(), Math::addExact);
  }

  private static long elements(TensorProto tensor) {
    return tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
  }

  private static List<Value> values(List<ValueInfoProto> values, Collection<String> initialised) {
    return values.stream()
        .filter(v -> !initialised.contains(v.getName()))
        .map(OnnxFile::value)
        .toList();
  }

  private static Value value(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getElemType());
    return new Value(
        value.getName(),
        type == null ? "unknown" : type.name().toLowerCase(Locale.ROOT),
        tensor.getShape().getDimList().stream()
            .map(d -> d.hasDimValue() ? d.getDimValue() : OnnxGraph.DYNAMIC)
            .toList());
  }

  /** Digests skipped bytes too. The superclass does not. */
  private static final class ReadThrough extends DigestInputStream {
    private final byte[] skipped = new byte[1 << 16];

    ReadThrough(InputStream in) {
      super(in, DigestUtils.getSha256Digest());
    }

    @Override
    public long skip(long bytes) throws IOException {
      return Math.max(0, read(skipped, 0, (int) Math.min(skipped.length, bytes)));
    }
  }
}
