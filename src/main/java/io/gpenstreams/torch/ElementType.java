package io.gpenstreams.torch;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the elements of a storage are, under PyTorch's name of its class. */
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

  /** The type that storages of a class of the module {@code torch} have. */
  static Optional<ElementType> ofStorage(String name) {
    return Stream.of(values()).filter(type -> type.storage.equals(name)).findFirst();
  }

  /** Of one element. */
  int bytes() {
    return bytes;
  }

  /** As PyTorch calls it. */
  String dtype() {
    return name().toLowerCase(Locale.ROOT);
  }
}
