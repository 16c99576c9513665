package io.gpenstreams.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a model is for. */
public enum ModelKind {
  /** Restores aligned faces. */
  RESTORER("gpen.model"),
  /** Finds faces. */
  DETECTOR("gpen.detector.model"),
  /** Says of each pixel of an aligned face which part of it it shows. */
  PARSER("gpen.parser.model"),
  /** Restores what is around faces. */
  BACKGROUND("gpen.background.model");

  /** Metadata key of our own files. */
  static final String KEY = "gpen.kind";

  private final String setting;

  ModelKind(String setting) {
    this.setting = setting;
  }

  /**
   * What a file says that it is for; empty for other tools' files, which do not. A GPEN generator
   * is a restorer.
   */
  public static Optional<ModelKind> of(OnnxFile file) {
    String stated = file.metadata().get(KEY);
    if (stated == null && ModelInfo.GPEN.equals(file.metadata().get(ModelInfo.ARCHITECTURE))) {
      return Optional.of(RESTORER);
    }
    return Stream.of(values()).filter(kind -> kind.label().equals(stated)).findFirst();
  }

  /**
   * Makes sure that a file is for this, or does not say what it is for.
   *
   * @param source what errors call the file
   * @throws ModelException naming the setting that the file belongs to
   */
  public void require(String source, OnnxFile file) {
    Optional<ModelKind> stated = of(file).filter(kind -> kind != this);
    if (stated.isPresent()) {
      throw new ModelException(
          "%s is a %s model and no %s: it belongs to %s"
              .formatted(source, stated.get(), this, stated.get().setting));
    }
  }

  static boolean isLabel(String text) {
    return Stream.of(values()).anyMatch(kind -> kind.label().equals(text));
  }

  static String labels() {
    return Stream.of(values()).map(ModelKind::label).collect(Collectors.joining(", "));
  }

  /** The key that names a model for this. */
  public String setting() {
    return setting;
  }

  /** As in metadata. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }
}
