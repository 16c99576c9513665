/**
 * Reads photos from S3 and writes results to it. Owns what S3's answers mean ({@code S3Fault}) and
 * which buckets can be used ({@link io.gpenstreams.storage.StorageHealth}).
 *
 * <p>May use: {@code event}, {@code outage}, {@code config} and {@code temporary}. Does not know
 * what photos show.
 */
package io.gpenstreams.storage;
