/**
 * {@code gpen replay}: sends dead letters back to {@code image-uploaded}, each once in all runs.
 * The protocol is in {@code docs/architecture.md}.
 *
 * <p>Threads: the main thread only.
 *
 * <p>May use: {@code event} and {@code text}.
 */
package io.gpenstreams.cli.replay;
