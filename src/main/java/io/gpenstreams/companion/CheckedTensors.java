package io.gpenstreams.companion;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.Tensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The tensors of one network, of which each is looked at before it is used, and none may be left
 * over.
 */
final class CheckedTensors {
  /** Stands for a size that only the tensor itself tells. */
  static final long ANY = -1;

  private static final int WIDEST = 4096;
  private static final int DEEPEST = 256;

  private final Tensors tensors;
  private final String network;
  private final Set<String> used = new HashSet<>();

  /**
   * Nothing is used yet.
   *
   * @param network what errors call it, with an article
   */
  CheckedTensors(Tensors tensors, String network) {
    this.tensors = tensors;
    this.network = network;
  }

  /** Where they come from, for errors. */
  String source() {
    return tensors.source();
  }

  /**
   * A size that only the tensor itself tells.
   *
   * @throws CheckpointException if the tensor is missing
   */
  long size(String name, int dimension) {
    if (!tensors.names().contains(name)) {
      throw new CheckpointException(
          "%s: lacks the tensor %s, which %s has".formatted(tensors.source(), name, network));
    }
    List<Long> shape = tensors.shape(name);
    return dimension < shape.size() ? shape.get(dimension) : 0;
  }

  /** Whether there is a tensor of which the name begins so. */
  boolean hasAny(String prefix) {
    return tensors.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /**
   * How many blocks there are of a numbered family.
   *
   * @param family begins names, before the block's number and a dot
   * @throws CheckpointException if there is none, or more than any such network has
   */
  int count(String family) {
    Pattern pattern = Pattern.compile(Pattern.quote(family) + "(\\d{1,4})\\..*");
    int count =
        1
            + tensors.names().stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                .max()
                .orElse(-1);
    if (count == 0) {
      throw new CheckpointException(
          "%s: lacks the tensors %s0…, which %s has".formatted(tensors.source(), family, network));
    }
    if (count > DEEPEST) {
      throw new CheckpointException(
          "%s: has the tensors %s%d…, but %s has at most %d of them"
              .formatted(tensors.source(), family, count - 1, network, DEEPEST));
    }
    return count;
  }

  /**
   * Makes sure that a tensor is there and of a shape, and counts it as used.
   *
   * @param expected sizes, or {@link #ANY}
   * @return its first size
   * @throws CheckpointException naming it
   */
  int require(String name, long... expected) {
    if (!tensors.names().contains(name)) {
      throw new CheckpointException(
          "%s: lacks the tensor %s%s, which %s has"
              .formatted(tensors.source(), name, shape(expected), network));
    }
    List<Long> given = tensors.shape(name);
    boolean fits = given.size() == expected.length;
    for (int i = 0; fits && i < expected.length; i++) {
      long size = given.get(i);
      fits = expected[i] == ANY ? size >= 1 && size <= WIDEST : size == expected[i];
    }
    if (!fits) {
      throw new CheckpointException(
          "%s: has the tensor %s%s, which in %s is %s"
              .formatted(tensors.source(), name, given, network, shape(expected)));
    }
    used.add(name);
    return Math.toIntExact(given.get(0));
  }

  /** Counts a tensor as used, if it is there. */
  void allow(String name) {
    used.add(name);
  }

  /** Makes sure of {@link #require}, if the tensor is there. */
  void allow(String name, long... expected) {
    if (tensors.names().contains(name)) {
      require(name, expected);
    }
  }

  /**
   * Makes sure that none is left over.
   *
   * @throws CheckpointException naming the first that is
   */
  void requireNoOthers() {
    SortedSet<String> others = new TreeSet<>(tensors.names());
    others.removeAll(used);
    if (!others.isEmpty()) {
      throw new CheckpointException(
          "%s: has the tensor %s, which %s does not have"
              .formatted(tensors.source(), others.first(), network));
    }
  }

  /**
   * A tensor's values.
   *
   * @throws CheckpointException if one is infinite or not a number
   */
  float[] values(String name) {
    return requireFinite(name, tensors.values(name));
  }

  /**
   * What became of a tensor's values.
   *
   * @throws CheckpointException if one is infinite or not a number
   */
  float[] requireFinite(String name, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new CheckpointException(
            "%s: %s holds or gives %s, which is no weight"
                .formatted(tensors.source(), name, value));
      }
    }
    return values;
  }

  private static String shape(long... sizes) {
    return LongStream.of(sizes)
        .mapToObj(size -> size == ANY ? "N" : Long.toString(size))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
