package io.gpenstreams.event;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a replayed record: the original's, and what it is a replay of. */
public final class ReplayHeaders {
  /** Topic, partition and offset of the dead letter, joined by hyphens. */
  public static final String REPLAY_OF_LETTER = "replay-of-letter";

  /** The CloudEvents id of the dead letter, which names the image that was requested first. */
  public static final String REPLAY_OF_EVENT = "replay-of-event";

  /** The CloudEvents id, in the headers of a dead letter. */
  public static final String EVENT_ID = "ce_id";

  // A replay that failed again has these among its original headers; the newest are valid.
  private static final Set<String> OWN = Set.of(REPLAY_OF_LETTER, REPLAY_OF_EVENT);

  /** The headers for the replay of {@code letter}, freshly made. */
  public Headers of(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (header.key().startsWith(DeadLetterHeaders.ORIGINAL_HEADER_PREFIX)) {
        String name = header.key().substring(DeadLetterHeaders.ORIGINAL_HEADER_PREFIX.length());
        if (!OWN.contains(name)) {
          headers.add(name, header.value());
        }
      }
    }
    String position = letter.topic() + "-" + letter.partition() + "-" + letter.offset();
    headers.add(REPLAY_OF_LETTER, position.getBytes(StandardCharsets.UTF_8));
    Header event = letter.headers().lastHeader(EVENT_ID);
    if (event != null && event.value() != null) {
      headers.add(REPLAY_OF_EVENT, event.value());
    }
    return headers;
  }
}
