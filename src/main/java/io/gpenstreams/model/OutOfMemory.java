package io.gpenstreams.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distinguishes a lack of memory from other failures of a device. ONNX Runtime's allocators, CUDA,
 * cuDNN and cuBLAS each have their own message for it, and no code that Java sees.
 */
final class OutOfMemory {
  /**
   * More memory than any device has. A larger request comes from a variable that a failure left
   * unset.
   */
  private static final long IMPLAUSIBLE = 1L << 40;

  private static final Pattern REQUEST =
      Pattern.compile("(?:requested buffer of size|requested bytes of) (\\d+)");
  private static final Pattern WORDS =
      Pattern.compile(
          "out of memory|alloc_failed|allocation_failed|resource allocation failed|bad_alloc"
              + "|failed to allocate memory|is smaller than requested bytes");

  private OutOfMemory() {}

  /** Whether a message says that a device, or the machine, had too little memory. */
  static boolean isMeantBy(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    Matcher request = REQUEST.matcher(words);
    return WORDS.matcher(words).find() && !(request.find() && isImplausible(request.group(1)));
  }

  private static boolean isImplausible(String bytes) {
    return bytes.length() > Long.toString(IMPLAUSIBLE).length()
        || Long.parseLong(bytes) > IMPLAUSIBLE;
  }
}
