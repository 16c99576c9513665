/**
 * Translates GPEN's generator to an ONNX graph.
 *
 * <p>{@link io.gpenstreams.gpen.Architecture} recognises a generator by the names and shapes of its
 * tensors. {@link io.gpenstreams.gpen.GpenGraph} writes the graph for a CPU or a GPU.
 *
 * <p>May use: {@code torch} for the weights, {@code model} for ONNX files. Does not know how a
 * graph is run.
 */
package io.gpenstreams.gpen;
