package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The metadata of an ONNX file, whose entries {@code gpen.*} are ours: what they say goes into
 * events, so a file with one that cannot be right is refused. Other tools' entries are only
 * bounded.
 */
final class OnnxMetadata {
  static final int MAX_ENTRIES = 1000;
  static final int MAX_CHARACTERS = 1 << 20;
  static final int MAX_NAME = 100;
  static final int MAX_NOTE = 1000;

  private static final int EXCERPT = 60;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final List<Rule> RULES =
      List.of(
          new Rule(ModelInfo.NAME, OnnxMetadata::isName, nameRule()),
          new Rule(ModelInfo.SIZE, v -> v.matches("[0-9]{1,9}"), "a number of pixels"),
          new Rule(ModelInfo.PRECISION, v -> v.matches("fp32|fp16"), "fp32 or fp16"),
          new Rule(ModelInfo.TARGET, v -> v.matches("cpu|gpu"), "cpu or gpu"),
          new Rule(ModelInfo.IO, v -> v.matches("uint8|float"), "uint8 or float"),
          new Rule(ModelInfo.GENERATIVE, v -> v.matches("true|false"), "true or false"),
          new Rule(ModelInfo.TEMPLATE, ModelInfo.FIVE_POINTS::equals, ModelInfo.FIVE_POINTS),
          new Rule(ModelKind.KEY, ModelKind::isLabel, ModelKind.labels()),
          new Rule(CompanionInfo.SCALE, v -> v.matches("1|2|4"), "1, 2 or 4"),
          new Rule(ModelInfo.ARCHITECTURE, OnnxMetadata::isName, nameRule()),
          new Rule(
              ModelInfo.LICENCE,
              v -> v.length() <= MAX_NOTE && Excerpt.isPrintable(v),
              "at most " + MAX_NOTE + " printable characters"),
          new Rule(
              ModelInfo.CHECKPOINT,
              v -> SHA256.matcher(v).matches(),
              "a SHA-256 in lower-case hexadecimal"));

  private OnnxMetadata() {}

  /** What the value of a key must be. */
  private record Rule(String key, Predicate<String> holds, String expected) {}

  /**
   * The entries, sorted by key.
   *
   * @param source what errors call the file
   * @throws ModelException if there are too many of them, or one of ours cannot be right
   */
  static Map<String, String> of(String source, List<StringStringEntryProto> entries) {
    requireBounded(source, entries);
    Map<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto entry : entries) {
      String earlier = metadata.putIfAbsent(entry.getKey(), entry.getValue());
      if (earlier != null && entry.getKey().startsWith(ModelInfo.PREFIX)) {
        throw new ModelException(
            "Model %s states %s twice".formatted(source, Excerpt.of(entry.getKey(), EXCERPT)));
      }
    }
    for (Rule rule : RULES) {
      String value = metadata.get(rule.key());
      if (value != null && !rule.holds().test(value)) {
        throw new ModelException(
            "Model %s says %s=%s, expected %s"
                .formatted(source, rule.key(), Excerpt.of(value, EXCERPT), rule.expected()));
      }
    }
    return metadata;
  }

  private static void requireBounded(String source, List<StringStringEntryProto> entries) {
    if (entries.size() > MAX_ENTRIES) {
      throw new ModelException(
          "Model %s has %,d metadata entries, of which at most %,d are read"
              .formatted(source, entries.size(), MAX_ENTRIES));
    }
    long characters =
        entries.stream().mapToLong(e -> e.getKey().length() + (long) e.getValue().length()).sum();
    if (characters > MAX_CHARACTERS) {
      throw new ModelException(
          "Model %s has %,d characters of metadata, of which at most %,d are read"
              .formatted(source, characters, MAX_CHARACTERS));
    }
  }

  /** Whether events can carry a text as a model's name. */
  static boolean isName(String text) {
    return !text.isBlank()
        && text.codePointCount(0, text.length()) <= MAX_NAME
        && Excerpt.isPrintable(text);
  }

  /** What {@link #isName} asks for. */
  static String nameRule() {
    return "1 to " + MAX_NAME + " printable characters, not all of them spaces";
  }
}
