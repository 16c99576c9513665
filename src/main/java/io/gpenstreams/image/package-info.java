/**
 * A file's bytes to upright 8-bit pixels and back, with EXIF, XMP and ICC. Owns the limits of what
 * decoding may cost ({@code DecodingLimit}) and the walks over a file's structure that check them
 * before a codec sees the file.
 *
 * <p>Files are untrusted. Pixels are native memory: an open {@link io.gpenstreams.image.Photo}
 * belongs to the code that closes it.
 *
 * <p>Threads: decoder and encoder have no state that changes, and any thread may use them. A photo
 * belongs to one thread at a time.
 *
 * <p>May use: {@code event}. Does not know faces.
 */
package io.gpenstreams.image;
