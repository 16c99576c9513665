package io.gpenstreams.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A pickle of protocol 2, written opcode by opcode. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleBytes() {
    raw(0x80, 2);
  }

  PickleBytes raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  PickleBytes op(char opcode) {
    return raw(opcode);
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').out.writeBytes(little(4).putInt(utf8.length).array());
    out.writeBytes(utf8);
    return this;
  }

  PickleBytes integer(long value) {
    raw(0x8a, 8).out.writeBytes(little(8).putLong(value).array());
    return this;
  }

  PickleBytes integers(List<Long> values) {
    op('(');
    for (long value : values) {
      integer(value);
    }
    return op('t');
  }

  PickleBytes global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** An object made by a call of something without arguments. */
  PickleBytes made(String module, String name) {
    return global(module, name).op(')').op('R');
  }

  PickleBytes storage(ElementType type, String key, long elements) {
    return op('(')
        .text("storage")
        .global("torch", storageClass(type))
        .text(key)
        .text("cpu")
        .integer(elements)
        .op('t')
        .op('Q');
  }

  /** Ends it. */
  byte[] stop() {
    return op('.').out.toByteArray();
  }

  private static String storageClass(ElementType type) {
    return switch (type) {
      case FLOAT32 -> "FloatStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case FLOAT64 -> "DoubleStorage";
      case INT64 -> "LongStorage";
      case INT32 -> "IntStorage";
      case INT16 -> "ShortStorage";
      case INT8 -> "CharStorage";
      case UINT8 -> "ByteStorage";
      case BOOL -> "BoolStorage";
    };
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
