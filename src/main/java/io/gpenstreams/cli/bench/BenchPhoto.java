package io.gpenstreams.cli.bench;

/**
 * A photo to measure with.
 *
 * @param name as errors call it
 * @param file its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record BenchPhoto(String name, byte[] file) {}
