package io.gpenstreams.stream.soak;

import io.gpenstreams.stream.soak.Weather.Fate;
import java.util.EnumMap;
import java.util.Map;

/** What passed through the relays. Guarded by itself. */
final class Traffic {
  private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
  private long refused;
  private long fetches;
  private long photosStored;

  synchronized void count(Fate fate) {
    fates.merge(fate, 1L, Long::sum);
  }

  /** Nobody answered. */
  synchronized void refuse() {
    refused++;
  }

  /** A replica began to work on a photo. */
  synchronized void fetch() {
    fetches++;
  }

  /** A restored photo reached S3. */
  synchronized void storePhoto() {
    photosStored++;
  }

  synchronized long fetches() {
    return fetches;
  }

  synchronized long photosStored() {
    return photosStored;
  }

  synchronized String summary() {
    return "requests %s, refused %d".formatted(fates, refused);
  }
}
