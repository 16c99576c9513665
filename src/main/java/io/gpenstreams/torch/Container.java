package io.gpenstreams.torch;

import java.util.Map;

/**
 * The content of a PyTorch file.
 *
 * @param format the name of the file's format
 * @param root the object that its pickle describes
 * @param storages the bytes of each storage by key; the length is that in the pickle
 */
record Container(String format, Object root, Map<String, Region> storages) {
  /** The longest pickle that is read, in bytes. One with optimiser state is far shorter. */
  static final int MAX_PICKLE = 1 << 24;
}
