package io.gpenstreams.torch;

import java.io.Serial;

/**
 * Trouble inside a file, told by a part that does not know the file's name. Checked, so that none
 * gets past {@link Checkpoint}, which names it.
 */
final class MalformedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LONGEST = 100;

  MalformedException(String trouble) {
    super(trouble);
  }

  /**
   * Text from a file, fit for a message: what could break a line or steer a terminal replaced, long
   * text shortened.
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
