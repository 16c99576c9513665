/**
 * Liveness and readiness. A check answers from what is already known and never waits. Also owns the
 * wait for Kafka's host names before the start, and the filter for repeated log lines of Kafka's
 * clients.
 *
 * <p>May use: {@code event}, {@code outage}, {@code model}, {@code restore}, {@code storage} and
 * {@code stream}.
 */
package io.gpenstreams.health;
