/**
 * Something outside that this process needs and does not get: its log lines, its reason for
 * readiness, and how long to wait before the next try.
 *
 * <p>May use: {@code text}. Does not know what is unavailable.
 */
package io.gpenstreams.outage;
