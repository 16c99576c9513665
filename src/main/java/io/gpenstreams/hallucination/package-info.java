/**
 * Measures what a restored face contains that the photo did not: score, level, confidence and map.
 * The formulas and their sources are in {@code docs/hallucination.md}.
 *
 * <p>Threads: tables are never written after construction; any thread may use them. A comparison
 * and a map own native memory and belong to one thread.
 *
 * <p>May use: {@code event} and {@code face}. Does not know where a face came from.
 */
package io.gpenstreams.hallucination;
