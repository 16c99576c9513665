/**
 * Translates GPEN's generator to an ONNX graph.
 *
 * <p>{@link io.gpenstreams.gpen.Architecture} recognises a generator by the names and shapes of its
 * tensors. {@link io.gpenstreams.gpen.GpenGraph} writes the graph for the CPU or for GPUs. The
 * package uses {@link io.gpenstreams.torch} for the weights and {@link io.gpenstreams.model} for
 * ONNX files; it does not know how a graph is run.
 */
package io.gpenstreams.gpen;
