package io.gpenstreams.cli;

import io.gpenstreams.companion.CompanionGraph;
import io.gpenstreams.gpen.Architecture;
import io.gpenstreams.model.Excerpt;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.torch.Checkpoint;
import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.CheckpointTensor;
import io.gpenstreams.torch.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a model file states about itself, in any format. */
final class ModelDescription {
  /** A property and its value, for people. */
  record Line(String name, String value) {}

  private static final int EXCERPT = 1000;

  private final List<Line> lines = new ArrayList<>();

  private ModelDescription() {}

  static ModelDescription of(OnnxFile onnx) {
    ModelDescription description = new ModelDescription();
    description.add("format", "ONNX, operator set " + onnx.opset());
    description.add("sha256", onnx.sha256());
    description.add("producer", onnx.producer());
    onnx.inputs().forEach(value -> description.add("input", value));
    onnx.outputs().forEach(value -> description.add("output", value));
    description.add("nodes", "%,d".formatted(onnx.nodes()));
    description.add("parameters", "%,d".formatted(onnx.parameters()));
    description.add("precision", onnx.precision());
    onnx.metadata().forEach(description::add);
    return description;
  }

  /** Of a checkpoint of any network; {@code file} is where it is. */
  static ModelDescription of(Path file, Checkpoint checkpoint) {
    List<CheckpointTensor> tensors = checkpoint.names().stream().map(checkpoint::tensor).toList();
    Map<String, Long> types =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    CheckpointTensor::dtype, TreeMap::new, Collectors.counting()));
    ModelDescription description = new ModelDescription();
    description.add("format", checkpoint.format());
    description.add("sha256", checkpoint.sha256());
    description.add(
        "entry", checkpoint.key().isEmpty() ? "none, a plain state dict" : checkpoint.key());
    description.addArchitecture(Tensors.of(file, checkpoint));
    description.add("tensors", "%,d".formatted(tensors.size()));
    description.add(
        "parameters",
        "%,d".formatted(tensors.stream().mapToLong(CheckpointTensor::elements).sum()));
    description.add(
        "precision",
        types.size() == 1
            ? types.keySet().iterator().next()
            : types.entrySet().stream()
                .map(type -> "%s (%,d tensors)".formatted(type.getKey(), type.getValue()))
                .collect(Collectors.joining(", ")));
    return description;
  }

  /** In the order to show them. */
  List<Line> lines() {
    return List.copyOf(lines);
  }

  private void addArchitecture(Tensors tensors) {
    try {
      Optional<CompanionGraph> companion = CompanionGraph.of(tensors);
      if (companion.isPresent()) {
        add("architecture", companion.get().architecture());
        add("kind", companion.get().kind());
        companion.get().scale().ifPresent(scale -> add("scale", scale));
        return;
      }
      Architecture architecture = Architecture.of(tensors);
      add("architecture", "gpen");
      add("kind", ModelKind.RESTORER);
      add("size", "%1$d×%1$d pixels".formatted(architecture.size()));
      add("channels", widths(architecture));
    } catch (CheckpointException e) {
      // Which file it is stands two lines above already.
      String why = e.getMessage().substring((tensors.source() + ": ").length());
      add("architecture", "unknown, no model can be made of it: it " + why);
    }
  }

  private static String widths(Architecture architecture) {
    List<Integer> channels = architecture.channels();
    int smallest = architecture.size() >> (channels.size() - 1);
    return IntStream.range(0, channels.size())
        .mapToObj(level -> "%d at %d".formatted(channels.get(level), smallest << level))
        .collect(Collectors.joining(", "));
  }

  // Both may be out of the file, and a terminal obeys some characters.
  private void add(String name, Object value) {
    lines.add(new Line(Excerpt.of(name, EXCERPT), Excerpt.of(value.toString(), EXCERPT)));
  }
}
