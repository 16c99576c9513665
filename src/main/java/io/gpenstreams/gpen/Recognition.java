package io.gpenstreams.gpen;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the architecture that tensors belong to, or the reason why they belong to none. */
final class Recognition {
  private static final int WIDEST = 4096;
  private static final Pattern ENCODER_LEVEL = Pattern.compile("ecd(\\d{1,3})\\..*");
  private static final Pattern CONVOLUTION = Pattern.compile("generator\\.convs\\.(\\d{1,3})\\..*");
  private static final Pattern TO_RGB = Pattern.compile("generator\\.to_rgbs\\.(\\d{1,3})\\..*");

  private final Tensors tensors;

  Recognition(Tensors tensors) {
    this.tensors = tensors;
  }

  /**
   * Finds the architecture.
   *
   * @throws CheckpointException if there is none with exactly these tensors
   */
  Architecture architecture() {
    Architecture architecture = new Architecture(channels(levels()));
    check(architecture);
    return architecture;
  }

  /**
   * Three families of tensors tell the number of levels, so that a missing tensor at the end of one
   * does not mislead.
   */
  private int levels() {
    int levels =
        Stream.of(highest(ENCODER_LEVEL) + 1, highest(CONVOLUTION) / 2 + 2, highest(TO_RGB) + 2)
            .sorted()
            .toList()
            .get(1);
    int size = Architecture.BASE << Math.min(levels - 1, 16);
    if (size < Architecture.SMALLEST) {
      throw new CheckpointException(
          "%s: is no GPEN generator of %d to %d pixels: it lacks the tensor generator.to_rgbs.3.bias"
              .formatted(tensors.source(), Architecture.SMALLEST, Architecture.LARGEST));
    }
    if (size > Architecture.LARGEST) {
      throw new CheckpointException(
          "%s: is a GPEN generator of more than %d pixels, which this version does not know"
              .formatted(tensors.source(), Architecture.LARGEST));
    }
    return levels;
  }

  private int highest(Pattern pattern) {
    return tensors.names().stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
        .max()
        .orElse(-1);
  }

  private List<Integer> channels(int levels) {
    List<Integer> channels = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      channels.add(channels(levels, level));
    }
    return channels;
  }

  /** The value that most tensors agree on, so that the error names the one with the wrong shape. */
  private int channels(int levels, int level) {
    int encoder = levels - 1 - level;
    String layer = LayerNames.convolution(level);
    String toRgb = LayerNames.toRgb(level);
    Map<Integer, Long> votes =
        Stream.of(
                size("ecd" + encoder + (encoder == 0 ? ".0.1.bias" : ".0.2.bias"), 0, 1),
                size("ecd" + encoder + (encoder == 0 ? ".0.0" : ".0.1") + ".weight", 0, 1),
                size(layer + ".conv.weight", 1, 1),
                size(layer + ".activate.bias", 0, 2),
                size(toRgb + ".conv.weight", 2, 2),
                size(toRgb + ".conv.modulation.bias", 0, 2))
            .filter(Objects::nonNull)
            .collect(
                Collectors.groupingBy(Function.identity(), HashMap::new, Collectors.counting()));
    return votes.entrySet().stream()
        .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: lacks the tensor %s.conv.weight".formatted(tensors.source(), layer)));
  }

  private Integer size(String name, int dimension, int divisor) {
    if (!tensors.names().contains(name)) {
      return null;
    }
    List<Long> shape = tensors.shape(name);
    long channels = dimension < shape.size() ? shape.get(dimension) / divisor : 0;
    return channels > 0 && channels <= WIDEST ? (int) channels : null;
  }

  private void check(Architecture architecture) {
    int size = architecture.size();
    Map<String, List<Long>> expected = architecture.shapes();
    expected.forEach(
        (name, shape) -> {
          if (!tensors.names().contains(name)) {
            throw new CheckpointException(
                "%s: lacks the tensor %s%s, which a GPEN generator of %d pixels has"
                    .formatted(tensors.source(), name, shape, size));
          }
          if (!tensors.shape(name).equals(shape)) {
            throw new CheckpointException(
                "%s: has the tensor %s%s, which in a GPEN generator of %d pixels is %s"
                    .formatted(tensors.source(), name, tensors.shape(name), size, shape));
          }
        });
    SortedSet<String> extra = new TreeSet<>(tensors.names());
    extra.removeAll(expected.keySet());
    if (!extra.isEmpty()) {
      throw new CheckpointException(
          "%s: has the tensor %s, which no GPEN generator of %d pixels has"
              .formatted(tensors.source(), extra.first(), size));
    }
  }
}
