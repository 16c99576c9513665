/**
 * Restores one photo: decode, detect, align, restore, compare, blend and encode. Owns the order in
 * which photos share memory, processors and the model.
 *
 * <p>Threads: each photo has a thread of the caller's, and its faces are worked on by threads of
 * this package. One thread runs the model ({@code FaceQueue}). {@code Processors} and {@code
 * PixelMemory} are shared by all photos.
 *
 * <p>May use: {@code event}, {@code config}, {@code image}, {@code face}, {@code hallucination} and
 * {@code model}. Does not know Kafka and S3.
 */
package io.gpenstreams.restore;
