package io.gpenstreams.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The step of a photo's way, in order; the {@code error.stage} of {@code image-restoration-failed}.
 */
public enum Stage {
  EVENT,
  FETCH,
  DECODE,
  DETECT,
  RESTORE,
  BLEND,
  ENCODE,
  STORE;

  /** The name in events: lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
