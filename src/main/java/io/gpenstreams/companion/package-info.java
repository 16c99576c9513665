/**
 * Translates the networks published beside GPEN's generators to ONNX graphs.
 *
 * <p>{@link io.gpenstreams.companion.CompanionGraph} recognises RetinaFace, ParseNet and RealESRNet
 * by the names and shapes of their tensors, and writes the graph. The package uses {@link
 * io.gpenstreams.torch} for the weights and {@link io.gpenstreams.model} for ONNX files; it does
 * not know how a graph is run.
 */
package io.gpenstreams.companion;
