package io.gpenstreams.hostile;

import java.util.List;

/**
 * A record as anyone may write it who has the right to: nothing is checked.
 *
 * @param timestamp in milliseconds since 1970; -1 is none
 * @param key null is none
 * @param value null is none
 * @param lie what it says wrongly of itself
 */
public record RawRecord(
    long timestamp, Content key, Content value, List<RawHeader> headers, Lie lie) {

  /**
   * A header.
   *
   * @param value null is none
   */
  public record RawHeader(Content name, Content value) {
    /** A header whose name and value are text. */
    public static RawHeader of(String name, String value) {
      return new RawHeader(Content.of(name), Content.of(value));
    }
  }

  /**
   * By how much a record's statements differ from the truth.
   *
   * @param size in bytes
   * @param offset in the batch
   */
  public record Lie(int size, int offset) {
    /** The truth. */
    public static final Lie NONE = new Lie(0, 0);
  }

  /** A record of the present moment with nothing but a value. */
  public static RawRecord of(Content value) {
    return new RawRecord(System.currentTimeMillis(), null, value, List.of(), Lie.NONE);
  }

  /** The same with another time. */
  public RawRecord at(long time) {
    return new RawRecord(time, key, value, headers, lie);
  }

  /** The same with another key. */
  public RawRecord keyed(Content other) {
    return new RawRecord(timestamp, other, value, headers, lie);
  }

  /** The same with other headers. */
  public RawRecord with(List<RawHeader> others) {
    return new RawRecord(timestamp, key, value, List.copyOf(others), lie);
  }

  /** The same, but not true. */
  public RawRecord lying(int size, int offset) {
    return new RawRecord(timestamp, key, value, headers, new Lie(size, offset));
  }
}
