package io.gpenstreams.torch;

import java.io.Serial;

/**
 * A problem inside a file, from code that does not know the file's name. It is a checked exception,
 * so that {@link Checkpoint} must catch it and add the name.
 */
final class MalformedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LONGEST = 100;

  MalformedException(String trouble) {
    super(trouble);
  }

  /**
   * Makes text from a file safe for a message: replaces characters that could break a line or
   * control a terminal, and shortens long text.
   */
  static String printable(String text) {
    String plain =
        text.codePoints()
            .limit(LONGEST)
            .map(c -> isPrintable(c) ? c : '?')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return text.codePointCount(0, text.length()) > LONGEST ? plain + "…" : plain;
  }

  /** Whether a character is safe in a line of text. */
  static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
