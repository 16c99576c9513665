package io.gpenstreams.cli.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Runs of one thing, as they are measured. */
final class Series {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final double firstMillis;
  private final DoubleStream.Builder millisPerFace = DoubleStream.builder();
  private double millis;
  private int faces;

  Series(Duration first) {
    this.firstMillis = millis(first);
  }

  void add(Duration time, int facesOfRun) {
    millisPerFace.add(millis(time) / facesOfRun);
    millis += millis(time);
    faces += facesOfRun;
  }

  int faces() {
    return faces;
  }

  /** Of the runs until now, of which there is at least one; ends the series. */
  Speed speed() {
    double[] sorted = millisPerFace.build().sorted().toArray();
    return new Speed(
        faces,
        rounded(firstMillis),
        rounded(median(sorted)),
        rounded(sorted[0]),
        rounded(millis / faces),
        // Not rounded: at 2048 on a CPU it is a fraction of one.
        MILLIS_PER_SECOND * faces / millis);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  static double millis(Duration time) {
    return time.toNanos() / NANOS_PER_MILLI;
  }

  /** To a thousandth; smaller differences are noise. */
  static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
