package io.gpenstreams.storage;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Keys of one source bucket: the last one that was read, and those that have failed since. A probe
 * chooses its object by them. Safe for any number of threads; guarded by this object.
 */
final class KnownKeys {
  private static final int MAX_FAILING = 64;

  private final Set<String> failing = new HashSet<>();
  private Optional<String> served = Optional.empty();

  /** A photo was read. */
  synchronized void read(String key) {
    served = Optional.of(key);
    failing.clear();
  }

  /** A probe read this object. */
  synchronized void probed(String key) {
    served = Optional.of(key);
  }

  /** The object does not exist any more. */
  synchronized void gone(String key) {
    served = served.filter(known -> !known.equals(key));
  }

  /** A photo could not be read; returns how many have failed since the last one that was read. */
  synchronized int failed(String key) {
    if (failing.size() < MAX_FAILING) {
      failing.add(key);
    }
    return failing.size();
  }

  synchronized Set<String> failing() {
    return Set.copyOf(failing);
  }

  /** The last key that was read. */
  synchronized Optional<String> served() {
    return served;
  }
}
