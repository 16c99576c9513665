package io.gpenstreams.torch;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The type of a storage's elements, with the name of PyTorch's storage class. */
enum ElementType {
  FLOAT32("FloatStorage", 4),
  FLOAT16("HalfStorage", 2),
  BFLOAT16("BFloat16Storage", 2),
  FLOAT64("DoubleStorage", 8),
  INT64("LongStorage", 8),
  INT32("IntStorage", 4),
  INT16("ShortStorage", 2),
  INT8("CharStorage", 1),
  UINT8("ByteStorage", 1),
  BOOL("BoolStorage", 1);

  private final String storage;
  private final int bytes;

  ElementType(String storage, int bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /** The type of a storage class of the module {@code torch}; empty if there is no such class. */
  static Optional<ElementType> ofStorage(String name) {
    return Stream.of(values()).filter(type -> type.storage.equals(name)).findFirst();
  }

  /** The size of one element in bytes. */
  int bytes() {
    return bytes;
  }

  /** PyTorch's name of the type, such as {@code float32}. */
  String dtype() {
    return name().toLowerCase(Locale.ROOT);
  }
}
