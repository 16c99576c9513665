package io.gpenstreams.stream.soak;

import io.gpenstreams.stream.soak.FaultPlan.RequestFault;
import java.util.EnumMap;
import java.util.Map;

/** Counts the requests that pass through the relays. Guarded by itself. */
final class RequestCounter {
  private final Map<RequestFault, Long> faults = new EnumMap<>(RequestFault.class);
  private long refused;
  private long fetches;
  private long photosStored;

  synchronized void count(RequestFault fault) {
    faults.merge(fault, 1L, Long::sum);
  }

  /** A connection was refused. */
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
    return "requests %s, refused %d".formatted(faults, refused);
  }
}
