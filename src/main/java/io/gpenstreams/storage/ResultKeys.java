package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.StringJoiner;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Where an image's results lie in the result bucket. An image id is whatever the platform chose, so
 * what could climb out of a folder or upset a tool is percent-encoded; different ids never share a
 * key.
 */
public final class ResultKeys {
  private static final String PLAIN = "-_.~";
  // S3 allows 1,024 bytes for a key.
  private static final int MAX_FOLDER = 895;
  // S3 servers on a file system refuse a longer name between two slashes, however often one asks.
  private static final int MAX_SEGMENT = 255;

  private ResultKeys() {}

  /** The key of one file of an image, at most 1,024 bytes if the name has at most 128. */
  public static String key(String imageId, String name) {
    StringJoiner folder = new StringJoiner("/");
    boolean fits = true;
    for (String part : imageId.split("/", -1)) {
      String segment = segment(part);
      fits &= segment.length() <= MAX_SEGMENT;
      folder.add(segment);
    }
    String prefix = folder.toString();
    fits &= prefix.length() <= MAX_FOLDER;
    // "%-" begins no other folder, since a plain hyphen is never encoded.
    return (fits ? prefix : "%-" + DigestUtils.sha256Hex(prefix)) + "/" + name;
  }

  private static String segment(String segment) {
    // An empty segment, "." and ".." mean something to file systems; "%" alone is what no other
    // segment becomes.
    if (segment.isEmpty()) {
      return "%";
    }
    if (segment.equals(".") || segment.equals("..")) {
      return segment.replace(".", "%2E");
    }
    StringBuilder encoded = new StringBuilder();
    segment
        .codePoints()
        .forEach(
            c -> {
              if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
                encoded.append((char) c);
              } else {
                for (byte b : bytes(c)) {
                  encoded.append('%').append("%02X".formatted(b & 0xFF));
                }
              }
            });
    return encoded.toString();
  }

  // Half a surrogate pair has no UTF-8, and would become a question mark as any other half.
  private static byte[] bytes(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
        ? new byte[] {
          (byte) (0xE0 | (c >> 12)), (byte) (0x80 | ((c >> 6) & 0x3F)), (byte) (0x80 | (c & 0x3F))
        }
        : Character.toString(c).getBytes(UTF_8);
  }
}
