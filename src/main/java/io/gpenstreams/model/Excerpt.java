package io.gpenstreams.model;

/** Text out of a model file, as it may stand in a line for people. */
public final class Excerpt {
  private Excerpt() {}

  /**
   * The beginning of a text, in one line.
   *
   * @param most characters of it
   * @return the text with {@code ?} for what is no printable character
   */
  public static String of(String text, int most) {
    StringBuilder excerpt = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> excerpt.appendCodePoint(isPrintable(c) ? c : '?'));
    return text.codePointCount(0, text.length()) > most ? excerpt + "…" : excerpt.toString();
  }

  /** Whether a text is nothing but printable characters. */
  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Excerpt::isPrintable);
  }

  // Format characters among the others: one that turns the reading direction disguises a name.
  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
