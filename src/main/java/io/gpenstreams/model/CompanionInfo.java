package io.gpenstreams.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model beside the restorer says of itself: a detector, a parser or a background model that
 * {@code gpen import} wrote.
 *
 * @param name as events report it
 * @param sha256 of the model file, lower-case hexadecimal
 * @param kind what it is for
 * @param architecture {@code retinaface}, {@code parsenet} or {@code realesrnet}
 * @param precision {@code fp32} or {@code fp16}
 * @param scale side of its picture over the side of the input's: 1, 2 or 4
 */
public record CompanionInfo(
    String name, String sha256, ModelKind kind, String architecture, String precision, int scale) {

  /** Metadata key of our own files. */
  static final String SCALE = "gpen.scale";

  private static final String NO_SCALE = "1";

  /**
   * What a file is.
   *
   * @param source what errors call the file
   * @throws ModelException if it is none of this kind, or its inputs contradict that
   */
  static CompanionInfo of(String source, ModelKind kind, OnnxFile file) {
    kind.require(source, file);
    Map<String, String> metadata = file.metadata();
    String name = metadata.get(ModelInfo.NAME);
    String architecture = metadata.get(ModelInfo.ARCHITECTURE);
    if (ModelKind.of(file).isEmpty() || name == null || architecture == null) {
      throw new ModelException(
          "%s is no %s model of gpen import: it does not state what it is".formatted(source, kind));
    }
    if (!takesPictures(file.inputs())) {
      throw new ModelException(
          "%s says that it is a %s model, but takes %s instead of uint8[1,H,W,3]"
              .formatted(source, kind, Excerpt.of(file.inputs().toString(), 200)));
    }
    return new CompanionInfo(
        name,
        file.sha256(),
        kind,
        architecture,
        metadata.getOrDefault(ModelInfo.PRECISION, file.precision()),
        Integer.parseInt(metadata.getOrDefault(SCALE, NO_SCALE)));
  }

  private static boolean takesPictures(List<OnnxFile.Value> inputs) {
    if (inputs.size() != 1 || !inputs.get(0).type().equals("uint8")) {
      return false;
    }
    List<Long> shape = inputs.get(0).shape();
    return shape.size() == 4
        && shape.get(0) <= 1
        && shape.get(1) == OnnxGraph.DYNAMIC
        && shape.get(2) == OnnxGraph.DYNAMIC
        && shape.get(3) == 3;
  }

  /**
   * The metadata that such a file carries.
   *
   * @param scale of a background model, else empty
   * @param licence under which its weights may be used, or a note about that
   * @param checkpointSha256 of the checkpoint file, lower-case hexadecimal
   */
  public static Map<String, String> metadata(
      String name,
      ModelKind kind,
      String architecture,
      Optional<Integer> scale,
      Precision precision,
      String licence,
      String checkpointSha256) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(ModelInfo.NAME, name);
    metadata.put(ModelKind.KEY, kind.label());
    metadata.put(ModelInfo.ARCHITECTURE, architecture);
    scale.ifPresent(factor -> metadata.put(SCALE, factor.toString()));
    metadata.put(ModelInfo.PRECISION, precision.label());
    metadata.put(ModelInfo.IO, ModelInfo.Layout.UINT8.label());
    metadata.put(ModelInfo.GENERATIVE, Boolean.toString(kind == ModelKind.BACKGROUND));
    metadata.put(ModelInfo.LICENCE, licence);
    metadata.put(ModelInfo.CHECKPOINT, checkpointSha256);
    return metadata;
  }
}
