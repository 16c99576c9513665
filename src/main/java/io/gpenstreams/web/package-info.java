/**
 * The viewer: a page with the latest outcomes and their pictures. It reads the outcome topics by
 * itself and shares no state with the stream.
 *
 * <p>May use: {@code event}, {@code config}, {@code storage} and {@code image}. Requests, and what
 * the topics and S3 hold, are untrusted; memory, connections and waiting requests are bounded.
 */
package io.gpenstreams.web;
