package io.gpenstreams.model;

import java.util.Locale;

/** What a model computes with. */
public enum Precision {
  /** Weights and arithmetic in float32. */
  FP32,
  /** Weights and arithmetic in float16, but for sums that need more. */
  FP16;

  /** The precision with this label. */
  static Precision of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** As in metadata, events and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }
}
