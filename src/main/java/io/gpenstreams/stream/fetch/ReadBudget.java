package io.gpenstreams.stream.fetch;

/**
 * How much one poll of the consumer may decompress before it ends at the next batch. A record that
 * expands to a gigabyte takes a second; many of them must not keep the consumer from its group.
 *
 * <p>Belongs to the thread that polls.
 */
final class ReadBudget {
  /** Some hundred times what ordinary records of one poll have. */
  static final long BYTES_PER_POLL = 64L << 20;

  private long spent;

  void renew() {
    spent = 0;
  }

  void spend(long bytes) {
    spent += bytes;
  }

  boolean exhausted() {
    return spent >= BYTES_PER_POLL;
  }
}
