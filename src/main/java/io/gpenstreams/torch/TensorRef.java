package io.gpenstreams.torch;

import java.util.List;

/**
 * A tensor as a pickle describes it: a view of a storage. All numbers count elements.
 *
 * @param offset of its first element in the storage
 * @param strides the distances between neighbours, one for each dimension
 */
record TensorRef(StorageRef storage, long offset, List<Long> shape, List<Long> strides) {
  /** The most dimensions that PyTorch allows. */
  static final int MAX_DIMENSIONS = 64;

  /**
   * Its number of elements.
   *
   * @throws MalformedException if it reaches outside its storage, or has more elements than the
   *     storage: a few bytes could otherwise stand for gigabytes
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

  /**
   * The number of elements in the storage from its first to its last. Call it only after {@link
   * #elements} has succeeded.
   */
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
