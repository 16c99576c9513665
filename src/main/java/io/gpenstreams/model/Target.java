package io.gpenstreams.model;

import java.util.Locale;

/** The kind of device that a model's graph is laid out for; every device computes it. */
public enum Target {
  /** Bands of rows that fit a processor's cache, and fast convolutions. */
  CPU,
  /** Few operators over whole images, of which none reads or writes more than it has to. */
  GPU;

  /** What an import is for if nobody says: float16 is slower than float32 on a processor. */
  public static Target of(Precision precision) {
    return precision == Precision.FP16 ? GPU : CPU;
  }

  /** As in metadata and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }
}
