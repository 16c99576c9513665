/**
 * {@code gpen bench}: the speed of a model alone and in the pipeline, in turns, and its report.
 *
 * <p>Threads: the main thread measures; the pipeline has as many threads as photos at once.
 *
 * <p>May use: {@code event}, {@code config}, {@code temporary}, {@code model}, {@code gpen}, {@code
 * restore} and {@code cli.progress}.
 */
package io.gpenstreams.cli.bench;
