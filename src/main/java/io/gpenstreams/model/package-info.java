/**
 * One ONNX Runtime session on one device, behind DJL: reading, checking, loading and running model
 * files, the devices, and the built-in model. Model files are untrusted; {@link
 * io.gpenstreams.model.OnnxFile} reads their outline before anything runs.
 *
 * <p>Threads: a session runs one batch at a time. In a service only the thread of {@code
 * restore.FaceQueue} runs the restorer; any thread may run the identity model.
 *
 * <p>May use: {@code config}, {@code temporary} and {@code text}. Does not know photos.
 */
package io.gpenstreams.model;
