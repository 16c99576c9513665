/**
 * Reads the weights in PyTorch checkpoints, of the zip format and the older one, and runs nothing
 * of what a file holds.
 *
 * <p>{@link io.gpenstreams.torch.Checkpoint} opens a file and bounds everything that it reads.
 * {@link io.gpenstreams.torch.Tensors} is what other packages use: named tensors, wherever they
 * come from. This package knows no network and uses no other package.
 */
package io.gpenstreams.torch;
