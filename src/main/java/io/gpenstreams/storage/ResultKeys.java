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

  private ResultKeys() {}

  /** The key of one file of an image, at most 1,024 bytes if the name has at most 128. */
  public static String key(String imageId, String name) {
    StringJoiner folder = new StringJoiner("/");
    for (String segment : imageId.split("/", -1)) {
      folder.add(segment(segment));
    }
    String prefix = folder.toString();
    // "%-" begins no other folder, since a plain hyphen is never encoded.
    return (prefix.length() <= MAX_FOLDER ? prefix : "%-" + DigestUtils.sha256Hex(imageId))
        + "/"
        + name;
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
    for (byte b : segment.getBytes(UTF_8)) {
      char c = (char) (b & 0xFF);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }
}
