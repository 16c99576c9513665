package io.gpenstreams.model;

/** Makes text from a model file safe for a line that people read. */
public final class Excerpt {
  private Excerpt() {}

  /**
   * The beginning of a text, in one line.
   *
   * @param most characters of it
   * @return the text with {@code ?} in place of characters that are not printable
   */
  public static String of(String text, int most) {
    StringBuilder excerpt = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> excerpt.appendCodePoint(isPrintable(c) ? c : '?'));
    return text.codePointCount(0, text.length()) > most ? excerpt + "…" : excerpt.toString();
  }

  /** Whether all characters of a text are printable. */
  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Excerpt::isPrintable);
  }

  // Format characters count as unprintable: one that changes the reading direction disguises a
  // name.
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
