/**
 * {@code gpen calibrate}: degrades sharp faces, restores them, and relates the measures of
 * hallucination to the error that is then known.
 *
 * <p>Threads: the main thread only.
 *
 * <p>May use: {@code event}, {@code config}, {@code image}, {@code face}, {@code hallucination},
 * {@code model} and {@code cli.progress}.
 */
package io.gpenstreams.cli.calibrate;
