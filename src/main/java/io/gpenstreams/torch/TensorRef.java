package io.gpenstreams.torch;

import java.util.List;

/**
 * What a pickle says of a tensor: a view of a storage, all in elements.
 *
 * @param offset of its first element
 * @param strides from one element of a dimension to the next, as many as the shape has dimensions
 */
record TensorRef(StorageRef storage, long offset, List<Long> shape, List<Long> strides) {
  /** As many as PyTorch allows. */
  static final int MAX_DIMENSIONS = 64;

  /**
   * How many elements it has.
   *
   * @throws MalformedException if it reaches outside its storage. More elements than the storage
   *     has are refused too: a few bytes could otherwise stand for gigabytes
   */
  long elements() throws MalformedException {
    if (shape.size() != strides.size() || shape.size() > MAX_DIMENSIONS) {
      throw new MalformedException(
          "has %d dimensions and %d strides".formatted(shape.size(), strides.size()));
    }
    try {
      long elements = 1;
      long last = offset;
      for (int i = 0; i < shape.size(); i++) {
        if (shape.get(i) < 0 || strides.get(i) < 0) {
          throw new MalformedException("has a negative size or stride");
        }
        elements = Math.multiplyExact(elements, shape.get(i));
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
      if (offset < 0
          || offset > storage.elements()
          || elements > storage.elements()
          || (elements > 0 && last >= storage.elements())) {
        throw outside();
      }
      return elements;
    } catch (ArithmeticException e) {
      throw outside();
    }
  }

  /** From its first element to behind its last, of a tensor that {@link #elements} found good. */
  long span() {
    long span = 1;
    for (int i = 0; i < shape.size(); i++) {
      span += (shape.get(i) - 1) * strides.get(i);
    }
    return span;
  }

  private MalformedException outside() {
    return new MalformedException(
        "reaches outside its storage of %,d elements".formatted(storage.elements()));
  }
}
