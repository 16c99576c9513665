package io.gpenstreams.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a restorer says of itself. Our own files carry it as ONNX metadata; for files of other tools
 * it is read off their input and the rest is assumed, in doubt against them: a model that does not
 * say so counts as generative.
 *
 * @param name as events report it
 * @param sha256 of the model file, lower-case hexadecimal
 * @param size side of its square input and output in pixels
 * @param precision {@code fp32} or {@code fp16}
 * @param target the kind of device that its graph is laid out for; empty if that is not known, as
 *     of other tools' files
 * @param layout what it takes and gives
 * @param generative whether it can invent detail
 */
public record ModelInfo(
    String name,
    String sha256,
    int size,
    String precision,
    Optional<Target> target,
    Layout layout,
    boolean generative) {

  private static final int SMALLEST = 64;
  private static final int LARGEST = 4096;
  private static final int EXCERPT = 200;

  /** What the metadata keys of our own files begin with. */
  static final String PREFIX = "gpen.";

  /** Metadata keys of our own files. */
  static final String NAME = "gpen.name";

  static final String SIZE = "gpen.size";
  static final String PRECISION = "gpen.precision";
  static final String IO = "gpen.io";
  static final String GENERATIVE = "gpen.generative";
  static final String ARCHITECTURE = "gpen.architecture";
  static final String TEMPLATE = "gpen.template";
  static final String LICENCE = "gpen.licence";

  /** The architecture of GPEN's generators. */
  public static final String GPEN = "gpen";

  /** The only template that faces are aligned to. */
  static final String FIVE_POINTS = "gpen-5-points";

  /** Metadata key of an imported model: the kind of device that its graph is laid out for. */
  public static final String TARGET = "gpen.target";

  /** Metadata key of an imported model: SHA-256 of the checkpoint, lower-case hexadecimal. */
  public static final String CHECKPOINT = "gpen.checkpoint.sha256";

  /** How pixels go in and come out. */
  public enum Layout {
    /** {@code [N,S,S,3]} uint8 RGB. */
    UINT8,
    /** {@code [N,3,S,S]} float32 RGB in −1…1. */
    FLOAT;

    /** As in metadata and on the command line. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return label();
    }
  }

  /**
   * What a file is as a restorer.
   *
   * @param source what errors call the file
   * @param name for a model that does not state one
   * @throws ModelException if its input or output is none that a restorer can have, or its metadata
   *     contradict it
   */
  static ModelInfo of(String source, String name, OnnxFile file) {
    ModelKind.RESTORER.require(source, file);
    if (file.inputs().size() != 1 || file.outputs().size() != 1) {
      throw new ModelException(
          "%s is no restorer: it has %d inputs and %d outputs, expected one of each"
              .formatted(source, file.inputs().size(), file.outputs().size()));
    }
    OnnxFile.Value input = file.inputs().get(0);
    Layout layout = layout(source, input);
    long size = layout == Layout.UINT8 ? input.shape().get(1) : input.shape().get(2);
    if (size < SMALLEST || size > LARGEST || Long.bitCount(size) != 1) {
      throw new ModelException(
          "%s is no restorer: its side is %d pixels, expected a power of two from %d to %d"
              .formatted(source, size, SMALLEST, LARGEST));
    }
    requireSame(source, input, file.outputs().get(0));
    Map<String, String> metadata = file.metadata();
    String stated = metadata.get(SIZE);
    if (stated != null && !stated.equals(Long.toString(size))) {
      throw new ModelException("%s says %s=%s, but takes %d".formatted(source, SIZE, stated, size));
    }
    String io = metadata.get(IO);
    if (io != null && !io.equals(layout.label())) {
      throw new ModelException("%s says %s=%s, but takes %s".formatted(source, IO, io, layout));
    }
    String precision = metadata.getOrDefault(PRECISION, file.precision());
    return new ModelInfo(
        name(source, name, metadata),
        file.sha256(),
        (int) size,
        precision,
        target(metadata, precision),
        layout,
        !"false".equals(metadata.get(GENERATIVE)));
  }

  // Imports of before there was a choice were for the device that the precision suits.
  private static Optional<Target> target(Map<String, String> metadata, String precision) {
    String stated = metadata.get(TARGET);
    if (stated == null && GPEN.equals(metadata.get(ARCHITECTURE))) {
      return Stream.of(Precision.values())
          .filter(known -> known.label().equals(precision))
          .map(Target::of)
          .findFirst();
    }
    return Stream.of(Target.values()).filter(known -> known.label().equals(stated)).findFirst();
  }

  /**
   * Whether the graph is laid out for a kind of device, or for none in particular. One that is for
   * the other kind gives the same picture, only later.
   */
  public boolean suits(Target device) {
    return target.isEmpty() || target.get() == device;
  }

  private static String name(String source, String name, Map<String, String> metadata) {
    String stated = metadata.get(NAME);
    if (stated == null && !OnnxMetadata.isName(name)) {
      throw new ModelException(
          "Model %s states no %s, and its file's name is none: expected %s"
              .formatted(Excerpt.of(source, EXCERPT), NAME, OnnxMetadata.nameRule()));
    }
    return stated == null ? name : stated;
  }

  /** Whether a file takes and gives one picture as restorers do. */
  public static boolean isRestorer(OnnxFile file) {
    return ModelKind.of(file).orElse(ModelKind.RESTORER) == ModelKind.RESTORER
        && file.inputs().size() == 1
        && file.outputs().size() == 1
        && layout(file.inputs().get(0)).isPresent();
  }

  // Other tools' files need not say their output's shape; what they say must fit.
  private static void requireSame(String source, OnnxFile.Value input, OnnxFile.Value output) {
    List<Long> wanted = input.shape();
    List<Long> given = output.shape();
    boolean fits = output.type().equals(input.type()) && (given.isEmpty() || given.size() == 4);
    for (int i = 0; fits && i < given.size(); i++) {
      fits = given.get(i) < 0 || wanted.get(i) < 0 || given.get(i).equals(wanted.get(i));
    }
    if (!fits) {
      throw new ModelException(
          "%s is no restorer: it turns %s into %s, expected the same"
              .formatted(source, input, output));
    }
  }

  private static Layout layout(String source, OnnxFile.Value input) {
    return layout(input)
        .orElseThrow(
            () ->
                new ModelException(
                    "%s is no restorer: its input is %s, expected uint8[N,S,S,3] or float[N,3,S,S]"
                        .formatted(source, input)));
  }

  private static Optional<Layout> layout(OnnxFile.Value input) {
    List<Long> shape = input.shape();
    if (shape.size() == 4 && shape.get(0) <= 1) {
      if (input.type().equals("uint8") && shape.get(3) == 3 && shape.get(1).equals(shape.get(2))) {
        return Optional.of(Layout.UINT8);
      }
      if (input.type().equals("float") && shape.get(1) == 3 && shape.get(2).equals(shape.get(3))) {
        return Optional.of(Layout.FLOAT);
      }
    }
    return Optional.empty();
  }

  /**
   * The metadata that a model file of ours carries.
   *
   * @param architecture what kind of model it is
   * @param licence under which its weights may be used, or a note about that
   */
  public static Map<String, String> metadata(
      String name,
      String architecture,
      int size,
      Precision precision,
      Layout layout,
      boolean generative,
      String licence) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(NAME, name);
    metadata.put(ARCHITECTURE, architecture);
    metadata.put(SIZE, Integer.toString(size));
    metadata.put(PRECISION, precision.label());
    metadata.put(IO, layout.label());
    metadata.put(GENERATIVE, Boolean.toString(generative));
    metadata.put(TEMPLATE, FIVE_POINTS);
    metadata.put(LICENCE, licence);
    return metadata;
  }
}
