package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The first line and the headers of an HTTP/1.1 message.
 *
 * @param lines all of them, the first included
 */
record HttpHead(List<String> lines) {
  private static final int LONGEST = 64 << 10;

  /** Reads one, up to its empty line; null if there is no message any more. */
  static HttpHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int b = in.read();
      if (b < 0 && bytes.size() == 0) {
        return null;
      }
      if (b < 0 || bytes.size() > LONGEST) {
        throw new EOFException("No whole HTTP head");
      }
      bytes.write(b);
      end = b == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : b == '\r' ? 1 : 0;
    }
    return new HttpHead(bytes.toString(ISO_8859_1).strip().lines().toList());
  }

  String method() {
    return lines.get(0).split(" ", -1)[0];
  }

  String path() {
    return lines.get(0).split(" ", -1)[1];
  }

  /** Of an answer. */
  int status() {
    return Integer.parseInt(lines.get(0).split(" ", -1)[1]);
  }

  /** The value of a header; empty if there is none. */
  String header(String name) {
    return lines.stream()
        .skip(1)
        .filter(line -> is(line, name))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** How long the body is; {@code otherwise} if the head does not say. */
  long length(long otherwise) {
    String length = header("Content-Length");
    return length.isEmpty() ? otherwise : Long.parseLong(length);
  }

  /** The head of a connection that serves one request, and whose body nobody has to ask for. */
  byte[] lastOfItsConnection() {
    Stream<String> kept =
        lines.stream().filter(line -> !is(line, "Connection") && !is(line, "Expect"));
    return (String.join("\r\n", kept.toList()) + "\r\nConnection: close\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private static boolean is(String line, String name) {
    return line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
  }
}
