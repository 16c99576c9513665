package io.gpenstreams.model;

import java.util.Locale;

/** The kind of device that a model's graph is optimised for. Every device can run it. */
public enum Target {
  /** Bands of rows that fit a processor's cache, and fast convolutions. */
  CPU,
  /** Few operators over whole images, with as little memory traffic as possible. */
  GPU;

  /** The default target of an import: on a CPU, float16 is slower than float32. */
  public static Target of(Precision precision) {
    return precision == Precision.FP16 ? GPU : CPU;
  }

  /** Its name in metadata and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return label();
  }
}
