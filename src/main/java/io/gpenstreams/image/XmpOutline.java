package io.gpenstreams.image;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How much there is in an XMP packet. An XML parser compares each name with each namespace
 * declaration in its scope, so that a small packet may ask for minutes; here one pass counts both,
 * in the time that reading takes and in constant memory. It counts well-formed packets exactly and
 * stops where a parser must: a packet that is not well-formed costs no more than what precedes its
 * first error.
 */
final class XmpOutline {
  private static final String DECLARATION = "xmlns";
  // Deeper ones, which no packet has, are never taken out of scope again.
  private static final int TRACKED_DEPTH = 256;
  private static final int END = -1;
  private static final long LAST_THREE = 0xFFFF_FFFF_FFFFL;

  private final byte[] packet;
  private final Charset charset;
  private final int[] declaredAt = new int[TRACKED_DEPTH];
  private int place;
  private int depth;
  private long elements;
  private long attributes;
  private long declarations;
  private long inScope;
  private long mostInScope;

  private XmpOutline(byte[] packet) {
    this.packet = packet;
    this.charset = XmpPacket.charset(packet);
  }

  static XmpOutline of(byte[] packet) {
    XmpOutline outline = new XmpOutline(packet);
    outline.run();
    return outline;
  }

  /**
   * Looks at the numbers.
   *
   * @throws io.gpenstreams.event.RestorationException {@code IMAGE_CORRUPT} if one is over its
   *     limit
   */
  void check(ImageFormat format) {
    DecodingLimit.XMP_BYTES.check(format, packet.length);
    DecodingLimit.XMP_ELEMENTS.check(format, elements);
    DecodingLimit.XMP_ATTRIBUTES.check(format, attributes);
    DecodingLimit.XMP_NAMESPACES.check(format, declarations);
    DecodingLimit.XMP_NAMESPACES_IN_SCOPE.check(format, mostInScope);
  }

  /** The most namespace declarations in the scope of one element. */
  long mostInScope() {
    return mostInScope;
  }

  private void run() {
    for (int unit = next(); unit != END; unit = next()) {
      if (unit == '<') {
        markup(next());
      }
    }
  }

  // A byte of UTF-8, or a code unit of UTF-16; all that matters here is ASCII.
  private int next() {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return place < packet.length ? Byte.toUnsignedInt(packet[place++]) : END;
    }
    if (packet.length - place < 2) {
      return END;
    }
    int first = Byte.toUnsignedInt(packet[place++]);
    int second = Byte.toUnsignedInt(packet[place++]);
    return charset.equals(StandardCharsets.UTF_16BE) ? first << 8 | second : second << 8 | first;
  }

  private void stop() {
    place = packet.length;
  }

  private void markup(int unit) {
    switch (unit) {
      case '?' -> skip("?>");
      case '!' -> declaration();
      case '/' -> {
        leave();
        skip(">");
      }
      default -> element(unit);
    }
  }

  private void declaration() {
    switch (next()) {
      case '-' -> {
        next();
        skip("-->");
      }
      case '[' -> skip("]]>");
      // A document type, which no packet has and XmpPacket does not read.
      default -> stop();
    }
  }

  private void skip(String end) {
    long wanted = 0;
    for (int i = 0; i < end.length(); i++) {
      wanted = wanted << 16 | end.charAt(i);
    }
    long mask = LAST_THREE >>> (16 * (3 - end.length()));
    long seen = 0;
    for (int unit = next(); unit != END; unit = next()) {
      seen = seen << 16 | unit;
      if ((seen & mask) == wanted) {
        return;
      }
    }
  }

  private void element(int first) {
    elements++;
    int declared = 0;
    int matched = 0;
    int before = 0;
    for (int unit = first; unit != END && unit != '<'; unit = next()) {
      switch (unit) {
        case '>' -> {
          enter(declared, before == '/');
          return;
        }
        case '"', '\'' -> {
          attributes++;
          if (matched == DECLARATION.length()) {
            declared++;
          }
          matched = 0;
          if (!value(unit)) {
            stop();
            return;
          }
        }
        default -> {
          if (matched < DECLARATION.length()) {
            matched =
                unit == DECLARATION.charAt(matched)
                    ? matched + 1
                    : unit == DECLARATION.charAt(0) ? 1 : 0;
          }
        }
      }
      before = unit;
    }
    enter(declared, false);
    stop();
  }

  // Whether it ends as one must.
  private boolean value(int quote) {
    int unit = next();
    while (unit != END && unit != '<' && unit != quote) {
      unit = next();
    }
    return unit == quote;
  }

  private void enter(int declared, boolean empty) {
    declarations += declared;
    mostInScope = Math.max(mostInScope, inScope + declared);
    if (empty) {
      return;
    }
    inScope += declared;
    if (depth < TRACKED_DEPTH) {
      declaredAt[depth] = declared;
    }
    depth++;
  }

  private void leave() {
    if (depth == 0) {
      stop();
      return;
    }
    depth--;
    if (depth < TRACKED_DEPTH) {
      inScope -= declaredAt[depth];
    }
  }
}
