package io.gpenstreams.cli.replay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/**
 * A dead letter for ever: a topic that is deleted and made anew counts its offsets from 0 again,
 * but has another id.
 *
 * @param topic id of the dead letters' topic, which is not its name
 */
record LetterId(Uuid topic, int partition, long offset) {
  private static final Pattern TEXT =
      Pattern.compile("([A-Za-z0-9_-]{22}):([0-9]{1,9}):([0-9]{1,18})");

  /** The key of its mark. */
  String text() {
    return topic + ":" + partition + ":" + offset;
  }

  /** The letter that a mark's key names; empty if it is no such key. */
  static Optional<LetterId> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new LetterId(
                Uuid.fromString(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Long.parseLong(parts.group(3))))
        : Optional.empty();
  }
}
