/**
 * Finds faces, aligns them as the squares that a model takes, and blends restored squares back into
 * the photo.
 *
 * <p>Threads: aligner, blender and template are never written after construction; any thread may
 * use them. A detector works on one photo at a time; {@link io.gpenstreams.face.DetectorPool} makes
 * as many as are in use.
 *
 * <p>May use: no other package. Does not know models.
 */
package io.gpenstreams.face;
