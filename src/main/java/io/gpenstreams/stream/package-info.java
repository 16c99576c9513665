/**
 * The service's Kafka Streams topology: images of records in, exactly one outcome of each out, with
 * retries and dead letters. Its states and invariants are in {@code docs/architecture.md}.
 *
 * <p>Threads: a stream thread owns each task ({@code RestorationProcessor}, {@code PendingImages});
 * workers execute attempts and know nothing of Kafka; {@code WorkerPool} and {@code FetchGate} are
 * shared by all of them.
 *
 * <p>May use: {@code text}, {@code event}, {@code outage}, {@code config}, {@code model}, {@code
 * restore}, {@code storage} and {@code stream.fetch}. Does not touch pixels.
 */
package io.gpenstreams.stream;
