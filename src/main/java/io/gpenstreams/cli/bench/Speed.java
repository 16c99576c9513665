package io.gpenstreams.cli.bench;

/**
 * How fast something restores faces. Everything but the first run is of the steady state.
 *
 * @param faces measured
 * @param firstMillis the very first run: of the model, with a whole batch, when it chooses kernels
 *     and touches memory, or of a photo after that
 * @param medianMillisPerFace half of the runs took less
 * @param leastMillisPerFace of the fastest run
 * @param meanMillisPerFace of all runs
 * @param facesPerSecond by the mean
 */
public record Speed(
    int faces,
    double firstMillis,
    double medianMillisPerFace,
    double leastMillisPerFace,
    double meanMillisPerFace,
    double facesPerSecond) {}
