/**
 * Every key {@code gpen.*}, with its default and its range, in one mapping ({@link
 * io.gpenstreams.config.GpenConfig}), and what is derived from several keys. Also the version of
 * the build. Keys of Kafka, S3 and HTTP belong to Quarkus.
 *
 * <p>Threads: configuration is read once, at the start, and never changes.
 *
 * <p>May use: {@code event} and {@code text}. Does not know who uses a key.
 */
package io.gpenstreams.config;
