package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The work of a GPU for one image, by counting and not by measuring. Each node reads its inputs and
 * writes its outputs once. Nodes of constants only are computed when the model is loaded; views
 * move nothing, and neither do transpositions between the orders of channels, of which ONNX Runtime
 * leaves none where it runs convolutions with channels last.
 *
 * @param kinds by operator, those that take longest first
 */
public record Roofline(List<Kind> kinds) {
  private static final Set<String> VIEWS =
      Set.of("Reshape", "Flatten", "Unsqueeze", "Squeeze", "Identity");
  private static final Set<List<Long>> CHANNEL_ORDERS =
      Set.of(List.of(0L, 2L, 3L, 1L), List.of(0L, 3L, 1L, 2L));

  // An H100: dense float16, float32 outside of tensor cores, memory, the start of a kernel.
  private static final double HALF_FLOPS = 800e12;
  private static final double FLOPS = 60e12;
  private static final double BYTES_PER_SECOND = 3e12;
  private static final double LAUNCH_SECONDS = 2.5e-6;

  // ONNX Runtime turns each of four vectors into float32 first.
  private static final int LAUNCHES_OF_HALF_NORMALIZATION = 5;
  // A product with a bias is two: one lays the bias out.
  private static final int LAUNCHES_OF_GEMM = 2;

  /** Keeps the order. */
  public Roofline {
    kinds = List.copyOf(kinds);
  }

  /**
   * All nodes with one operator.
   *
   * @param operator with its kernel, where it has one
   * @param flops multiplications and additions
   * @param bytes read and written
   * @param launches of kernels, at least
   * @param seconds sum of what each node takes at least on an H100
   */
  public record Kind(
      String operator, int nodes, long flops, long bytes, int launches, double seconds) {
    Kind plus(Kind other) {
      return new Kind(
          operator,
          nodes + other.nodes,
          flops + other.flops,
          bytes + other.bytes,
          launches + other.launches,
          seconds + other.seconds);
    }
  }

  /**
   * Counts.
   *
   * @throws ModelException if the file is no model, or has an operator that our own do not have
   */
  public static Roofline of(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return of(OnnxOutline.read(in).getGraph());
    } catch (IOException e) {
      throw new ModelException("Model " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static Roofline of(GraphProto graph) {
    ValueShapes shapes = new ValueShapes(graph);
    Map<String, Kind> kinds = new TreeMap<>();
    for (NodeProto node : nodes(graph)) {
      boolean needed = node.getOutputList().stream().noneMatch(shapes::isConstant);
      if (needed && !isFree(node)) {
        Kind kind = kind(node, shapes);
        kinds.merge(kind.operator(), kind, Kind::plus);
      }
    }
    return new Roofline(
        kinds.values().stream()
            .sorted(Comparator.comparingDouble(Kind::seconds).reversed())
            .toList());
  }

  /** The sum of all operators. */
  public Kind total() {
    return kinds.stream().reduce(new Kind("total", 0, 0, 0, 0, 0), Kind::plus);
  }

  private static List<NodeProto> nodes(GraphProto graph) {
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      List<GraphProto> bodies = ValueShapes.bodies(node);
      if (bodies.isEmpty()) {
        nodes.add(node);
      }
      bodies.forEach(body -> nodes.addAll(nodes(body)));
    }
    return nodes;
  }

  private static boolean isFree(NodeProto node) {
    return VIEWS.contains(node.getOpType())
        || (node.getOpType().equals("Transpose")
            && CHANNEL_ORDERS.contains(ValueShapes.attributes(node, "perm")));
  }

  private static Kind kind(NodeProto node, ValueShapes shapes) {
    long flops = flops(node, shapes);
    long bytes = bytes(node, shapes);
    int launches = launches(node, shapes);
    double seconds =
        Math.max(
            Math.max(flops / flopsPerSecond(node, shapes), bytes / BYTES_PER_SECOND),
            launches * LAUNCH_SECONDS);
    return new Kind(name(node, shapes), 1, flops, bytes, launches, seconds);
  }

  private static String name(NodeProto node, ValueShapes shapes) {
    if (!node.getOpType().startsWith("Conv")) {
      return node.getOpType();
    }
    List<Long> weight = shapes.shape(node.getInput(1));
    String grouped = ValueShapes.attribute(node, "group", 1) > 1 ? " of each channel" : "";
    return "%s %d×%d%s".formatted(node.getOpType(), weight.get(2), weight.get(3), grouped);
  }

  private static boolean isDense(NodeProto node) {
    return switch (node.getOpType()) {
      case "Conv", "ConvTranspose", "MatMul", "Gemm" ->
          ValueShapes.attribute(node, "group", 1) == 1;
      default -> false;
    };
  }

  private static double flopsPerSecond(NodeProto node, ValueShapes shapes) {
    return isDense(node) && shapes.isHalf(node.getOutput(0)) ? HALF_FLOPS : FLOPS;
  }

  private static long flops(NodeProto node, ValueShapes shapes) {
    long results = shapes.elements(node.getOutput(0));
    return switch (node.getOpType()) {
      case "Conv" -> 2 * results * row(shapes.shape(node.getInput(1)));
      case "ConvTranspose" ->
          2 * shapes.elements(node.getInput(0)) * row(shapes.shape(node.getInput(1)));
      case "MatMul", "Gemm" -> {
        List<Long> left = shapes.shape(node.getInput(0));
        yield 2 * results * left.get(left.size() - 1);
      }
      default -> results;
    };
  }

  private static long row(List<Long> weight) {
    return weight.subList(1, weight.size()).stream().reduce(1L, Math::multiplyExact);
  }

  private static long bytes(NodeProto node, ValueShapes shapes) {
    long written = node.getOutputList().stream().mapToLong(shapes::bytes).sum();
    if (node.getOpType().equals("Slice") || node.getOpType().equals("Gather")) {
      return 2 * written;
    }
    return written
        + node.getInputList().stream()
            .filter(input -> !input.isEmpty())
            .mapToLong(shapes::bytes)
            .sum();
  }

  private static int launches(NodeProto node, ValueShapes shapes) {
    return switch (node.getOpType()) {
      case "Gemm" -> LAUNCHES_OF_GEMM;
      case "BatchNormalization" ->
          shapes.isHalf(node.getOutput(0)) ? LAUNCHES_OF_HALF_NORMALIZATION : 1;
      default -> 1;
    };
  }
}
