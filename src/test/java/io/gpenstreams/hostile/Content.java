package io.gpenstreams.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes of a record, which may be far more than fit into memory. */
public sealed interface Content {

  /** How many bytes there are. */
  int length();

  /** Writes all of them. */
  void writeTo(OutputStream out) throws IOException;

  /** These bytes. */
  static Content of(byte[] bytes) {
    return new Bytes(bytes);
  }

  /** This text in UTF-8. */
  static Content of(String text) {
    return new Bytes(text.getBytes(UTF_8));
  }

  /** So many zeros, which take next to no room when compressed. */
  static Content zeros(int length) {
    return new Zeros(length);
  }

  /** Bytes in memory. */
  final class Bytes implements Content {
    private final byte[] all;

    Bytes(byte[] bytes) {
      this.all = bytes.clone();
    }

    byte[] bytes() {
      return all.clone();
    }

    @Override
    public int length() {
      return all.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(all);
    }
  }

  /** Zeros that are nowhere in memory. */
  record Zeros(int length) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] block = new byte[1 << 16];
      for (int left = length; left > 0; left -= block.length) {
        out.write(block, 0, Math.min(left, block.length));
      }
    }
  }
}
