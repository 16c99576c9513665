package io.gpenstreams.model;

import java.util.Locale;

/** The number format that a model computes in. */
public enum Precision {
  /** Weights and arithmetic in float32. */
  FP32,
  /** Weights and arithmetic in float16, except sums that need more. */
  FP16;

  /** The precision with this label. */
  static Precision of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** Its name in metadata, in events and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }
}
