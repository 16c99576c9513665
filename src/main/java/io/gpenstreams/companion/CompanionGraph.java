package io.gpenstreams.companion;

import io.gpenstreams.model.CompanionInfo;
import io.gpenstreams.model.LargeOnnx;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.Precision;
import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One of the networks that are published beside GPEN's generators, as an ONNX graph: RetinaFace,
 * ParseNet or RealESRNet. Which one it is, and how wide and deep, follows from the tensors' names
 * and shapes. Batch normalisation is folded into the convolution before it; the function is the
 * checkpoint's.
 */
public final class CompanionGraph {
  private final Tensors tensors;
  private final Network network;
  private final Optional<Integer> scale;

  private CompanionGraph(Tensors tensors, Network network, Optional<Integer> scale) {
    this.tensors = tensors;
    this.network = network;
    this.scale = scale;
  }

  /**
   * Recognises a checkpoint by names and shapes; reads no numbers.
   *
   * @return empty if it is none of these networks, not even with a tensor missing
   * @throws CheckpointException if it is one of them, but for a tensor that is missing, that is too
   *     much, or that has another shape, which the message names
   */
  public static Optional<CompanionGraph> of(Tensors tensors) {
    return network(tensors).map(network -> checked(tensors, network));
  }

  private static Optional<Network> network(Tensors tensors) {
    CheckedTensors names = new CheckedTensors(tensors, "");
    if (RetinaFace.hasNames(names)) {
      return Optional.of(new RetinaFace());
    }
    if (ParseNet.hasNames(names)) {
      return Optional.of(new ParseNet());
    }
    return RealEsrNet.hasNames(names) ? Optional.of(new RealEsrNet()) : Optional.empty();
  }

  private static CompanionGraph checked(Tensors tensors, Network network) {
    CheckedTensors checked = new CheckedTensors(tensors, network.title());
    network.write(Layers.checking(checked));
    checked.requireNoOthers();
    return new CompanionGraph(tensors, network, network.scale(checked));
  }

  /** What it is for. */
  public ModelKind kind() {
    return network.kind();
  }

  /** {@code retinaface}, {@code parsenet} or {@code realesrnet}. */
  public String architecture() {
    return network.architecture();
  }

  /** Side of its picture over the side of the input's, for a background model. */
  public Optional<Integer> scale() {
    return scale;
  }

  /** Whose weights they are and how they may be used. */
  public String licence() {
    return network.licence();
  }

  /** As the model file names it. */
  public String name() {
    return scale.map(factor -> architecture() + "-x" + factor).orElse(architecture());
  }

  /**
   * Writes the model file; the same checkpoint gives the same bytes.
   *
   * @param checkpointSha256 of the checkpoint file, lower-case hexadecimal
   * @throws CheckpointException if a tensor holds something else than finite numbers
   */
  public void writeTo(OutputStream out, Precision precision, String checkpointSha256)
      throws IOException {
    LargeOnnx model =
        new LargeOnnx(
            name(),
            graph ->
                network.write(
                    Layers.writing(
                        new CheckedTensors(tensors, network.title()), graph, precision)));
    model.writeTo(
        out,
        CompanionInfo.metadata(
            name(), kind(), architecture(), scale, precision, licence(), checkpointSha256));
  }
}
