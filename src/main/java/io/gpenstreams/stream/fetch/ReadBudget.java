package io.gpenstreams.stream.fetch;

/**
 * How much one poll may decompress before it ends at the next batch. A record that expands to a
 * gigabyte takes a second; a poll with many of them would take longer than the group allows.
 *
 * <p>Belongs to the polling thread.
 */
final class ReadBudget {
  /** About a hundred times the size of the ordinary records of one poll. */
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
