package io.gpenstreams.torch;

import java.util.Map;

/**
 * What is in a file of PyTorch.
 *
 * @param format which of PyTorch's
 * @param root of its pickle
 * @param storages by key, each as long as the pickle says
 */
record Container(String format, Object root, Map<String, Region> storages) {
  /** Far more than the pickle of a checkpoint with its optimisers takes, in bytes. */
  static final int MAX_PICKLE = 1 << 24;
}
