/**
 * Reads the batches that a consumer has fetched in bounded memory and time, whatever they expand
 * to. Owns the wrapper around the network client of Kafka's consumer.
 *
 * <p>May use: {@code event}. Does not know what records mean.
 */
package io.gpenstreams.stream.fetch;
