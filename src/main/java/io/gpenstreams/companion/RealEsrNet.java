package io.gpenstreams.companion;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.gpenstreams.companion.Layers.Value;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxGraph;
import io.gpenstreams.torch.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RealESRNet (Wang et al. 2021): residual in residual dense blocks at a quarter of the result's
 * side. It gives the picture, one, two or four times as large.
 */
final class RealEsrNet implements Network {
  private static final float WHITE = 255;
  private static final int ENLARGEMENT = 4;
  private static final int DENSE_BLOCKS = 3;
  private static final int CONVOLUTIONS = 5;
  private static final float RESIDUAL = 0.2f;
  private static final float LEAK = 0.2f;

  @Override
  public ModelKind kind() {
    return ModelKind.BACKGROUND;
  }

  @Override
  public String architecture() {
    return "realesrnet";
  }

  @Override
  public String title() {
    return "a RealESRNet";
  }

  @Override
  public String licence() {
    return "weights of RealESRNet as published with GPEN: for academic and non-commercial use only,"
        + " see https://github.com/yangxy/GPEN";
  }

  /** Whether tensors are of such a network, even if some are missing. */
  static boolean hasNames(CheckedTensors tensors) {
    return tensors.hasAny("body.0.rdb")
        || (tensors.hasAny("conv_first.") && tensors.hasAny("conv_last."));
  }

  @Override
  public Optional<Integer> scale(CheckedTensors tensors) {
    return Optional.of(ENLARGEMENT / block(tensors));
  }

  /** Side of the blocks of pixels that the network takes as one: 1, 2 or 4. */
  private int block(CheckedTensors tensors) {
    long channels = tensors.size("conv_first.weight", 1);
    for (int block = 1; block <= ENLARGEMENT; block *= 2) {
      if (channels == 3L * block * block) {
        return block;
      }
    }
    throw new CheckpointException(
        "%s: has the tensor conv_first.weight of %d in-channels, which in %s are 3, 12 or 48"
            .formatted(tensors.source(), channels, title()));
  }

  @Override
  public void write(Layers layers) {
    int block = block(layers.tensors());
    int scale = ENLARGEMENT / block;
    Value levels = layers.picture(1);
    Value picture = layers.normalised(levels, new float[] {0}, WHITE);
    if (block > 1) {
      picture = layers.unshuffled(layers.padded(picture, block), block);
    }
    Value first =
        layers.convolveReordered(layers.toArithmetic(picture), plain("conv_first"), order(block));
    Value value = first;
    for (int i = 0; i < layers.tensors().count("body."); i++) {
      value = residual(layers, "body." + i, value);
    }
    value = layers.convolve(value, plain("conv_body"), first.channels());
    value = layers.add("body", first, value);
    for (String name : List.of("conv_up1", "conv_up2")) {
      value = layers.activate(layers.convolve(layers.doubled(value), plain(name)), LEAK);
    }
    value = layers.activate(layers.convolve(value, plain("conv_hr")), LEAK);
    value = layers.convolve(value, plain("conv_last"), 3);
    if (block > 1) {
      value = layers.cropped("conv_last.cropped", value, levels, scale);
    }
    layers.output(
        layers.pixels("output", value), DataType.UINT8, 1, OnnxGraph.DERIVED, OnnxGraph.DERIVED, 3);
  }

  /** PyTorch's unshuffled channels are in the order of colour, row, column; ONNX's colours last. */
  private static int[] order(int block) {
    int places = block * block;
    int[] order = new int[3 * places];
    for (int place = 0; place < places; place++) {
      for (int colour = 0; colour < 3; colour++) {
        order[3 * place + colour] = colour * places + place;
      }
    }
    return order;
  }

  private static Value residual(Layers layers, String name, Value in) {
    Value value = in;
    for (int i = 1; i <= DENSE_BLOCKS; i++) {
      value = dense(layers, "%s.rdb%d".formatted(name, i), value);
    }
    return layers.add(name, in, layers.times(name + ".share", value, RESIDUAL));
  }

  private static Value dense(Layers layers, String name, Value in) {
    List<Value> values = new ArrayList<>(List.of(in));
    for (int i = 1; i < CONVOLUTIONS; i++) {
      values.add(
          layers.activate(
              layers.convolve(all(layers, name, values), plain("%s.conv%d".formatted(name, i))),
              LEAK));
    }
    Convolution last = plain("%s.conv%d".formatted(name, CONVOLUTIONS)).times(RESIDUAL);
    return layers.add(name, in, layers.convolve(all(layers, name, values), last, in.channels()));
  }

  private static Value all(Layers layers, String name, List<Value> values) {
    return values.size() == 1
        ? values.get(0)
        : layers.join("%s.first%d".formatted(name, values.size()), values);
  }

  private static Convolution plain(String name) {
    return Convolution.of(name, 3).withBias();
  }
}
