/**
 * Reads the weights in PyTorch checkpoints, in the zip format and the older one. It runs no code
 * from a file.
 *
 * <p>{@link io.gpenstreams.torch.Checkpoint} opens a file and bounds everything that it reads.
 * {@link io.gpenstreams.torch.Tensors} is what other packages use: named tensors from any source.
 *
 * <p>May use: no other package. Does not know the network that the tensors belong to.
 */
package io.gpenstreams.torch;
