package io.gpenstreams.text;

import java.util.regex.Pattern;

/** Text from outside, made safe for one line of a log or a terminal. */
public final class OneLine {
  // Control and format characters, unpaired surrogates, line and paragraph separators.
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

  private OneLine() {}

  /** The text with a space for each run of characters that could start a line or move a cursor. */
  public static String of(String text) {
    return UNSAFE.matcher(text).replaceAll(" ");
  }
}
