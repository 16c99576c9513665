package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.UploadEvents;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/**
 * A task's images without an outcome: the rows of its store, and the same as objects. Belongs to
 * the task's stream thread.
 *
 * <p>Invariants: every image's row is in the store and says what its object says; a record's row is
 * in the store exactly as long as one of its images is; the images of one id are queued in the
 * order of their arrival.
 */
final class Pending {
  private static final Logger LOG = Logger.getLogger(Pending.class);

  private static final PendingRecord UNREADABLE =
      new PendingRecord(null, new RecordHeaders(), 0, List.of());

  private final KeyValueStore<Bytes, byte[]> store;
  private final PendingCodec codec = new PendingCodec();
  private final NavigableMap<PendingKey, PendingImage> images = new TreeMap<>();
  private final Map<String, Deque<PendingImage>> byId = new HashMap<>();
  private final Map<PendingKey, Integer> left = new HashMap<>();
  private final List<Lost> lost = new ArrayList<>();
  private final List<Bytes> debris = new ArrayList<>();
  private CrashLog crashes = CrashLog.EMPTY;

  /**
   * An image about which too much was lost to work on it.
   *
   * @param record as far as it can be read; its value is null if not
   */
  record Lost(PendingKey key, PendingRecord record, RestorationException why) {}

  /** Reads what the store holds, and writes nothing. */
  Pending(KeyValueStore<Bytes, byte[]> store, Instant now) {
    this.store = store;
    UploadEvents uploads = new UploadEvents();
    Map<PendingKey, PendingRecord> records = new HashMap<>();
    Map<PendingKey, RestorationException> damage = new HashMap<>();
    try (KeyValueIterator<Bytes, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        if (row.key.equals(PendingKey.crashes())) {
          crashes = readCrashes(row.value);
          continue;
        }
        PendingKey key;
        try {
          key = PendingKey.read(row.key);
        } catch (IllegalArgumentException e) {
          LOG.errorf(e, "A row of the pending store that belongs to nothing is dropped");
          debris.add(row.key);
          continue;
        }
        if (key.index() == PendingKey.RECORD) {
          try {
            PendingRecord record = codec.readRecord(row.value);
            records.put(key, record);
            records.put(key, record.naming(uploads.parse(record.value())));
          } catch (IllegalArgumentException e) {
            LOG.errorf(e, "The record at %s cannot be read back", key.origin().eventId());
            records.put(key, UNREADABLE);
          } catch (RestorationException e) {
            damage.put(key, e);
          }
        } else {
          load(key, row.value, records, damage, now);
        }
      }
    }
    for (PendingKey record : records.keySet()) {
      if (!left.containsKey(record)) {
        debris.add(record.bytes());
      }
    }
  }

  private CrashLog readCrashes(byte[] row) {
    try {
      return codec.readCrashes(row);
    } catch (IllegalArgumentException e) {
      LOG.errorf(e, "What was known of crashes cannot be read back");
      return CrashLog.EMPTY;
    }
  }

  private void load(
      PendingKey key,
      byte[] row,
      Map<PendingKey, PendingRecord> records,
      Map<PendingKey, RestorationException> damage,
      Instant now) {
    PendingRecord record = records.getOrDefault(key.ofRecord(), UNREADABLE);
    left.merge(key.ofRecord(), 1, Integer::sum);
    if (key.index() >= record.images().size()) {
      RestorationException why =
          damage.getOrDefault(
              key.ofRecord(),
              new RestorationException(
                  ErrorCode.INTERNAL, Stage.EVENT, "what was stored of the event is damaged"));
      lost.add(new Lost(key, record, why));
      return;
    }
    Progress progress;
    try {
      progress = codec.readProgress(row);
    } catch (IllegalArgumentException e) {
      LOG.errorf(e, "The attempts at %s are forgotten", key.origin().eventId());
      progress = Progress.arrived(now);
    }
    index(new PendingImage(key, record, record.images().get(key.index()), progress));
  }

  private void index(PendingImage image) {
    images.put(image.key(), image);
    byId.computeIfAbsent(image.image().imageId(), id -> new ArrayDeque<>()).add(image);
  }

  /** Takes in a record that names at least one image. */
  void add(PendingKey place, PendingRecord record, Instant now) {
    PendingKey row = place.ofRecord();
    store.put(row.bytes(), codec.write(record));
    left.put(row, record.images().size());
    int index = 0;
    for (ImageUploaded image : record.images()) {
      PendingImage pending =
          new PendingImage(place.ofImage(index++), record, image, Progress.arrived(now));
      index(pending);
      write(pending);
    }
  }

  /** An attempt begins. */
  void mark(PendingImage image, Progress next, Job job) {
    image.mark(next, job);
    write(image);
  }

  /** An attempt is over, and the image not done. */
  void unmark(PendingImage image, Progress next) {
    image.unmark(next);
    write(image);
  }

  /** The cause of these deaths is known: they count against nobody any more. */
  void explained(Set<String> processes) {
    crashes(crashes.without(processes));
    for (PendingImage image : images.values()) {
      Progress cleared = image.progress().cleared(processes);
      if (!cleared.equals(image.progress())) {
        image.clear(cleared);
        write(image);
      }
    }
  }

  private void write(PendingImage image) {
    store.put(image.key().bytes(), codec.write(image.progress()));
  }

  /** The image has its outcome. */
  void remove(PendingImage image) {
    images.remove(image.key());
    Deque<PendingImage> sameId = byId.get(image.image().imageId());
    sameId.remove(image);
    if (sameId.isEmpty()) {
      byId.remove(image.image().imageId());
    }
    delete(image.key());
  }

  /** The lost image has its outcome. */
  void remove(Lost image) {
    delete(image.key());
  }

  private void delete(PendingKey key) {
    store.delete(key.bytes());
    if (left.merge(key.ofRecord(), -1, Integer::sum) == 0) {
      left.remove(key.ofRecord());
      store.delete(key.ofRecord().bytes());
    }
  }

  /** What was found lost, once. */
  List<Lost> takeLost() {
    List<Lost> all = List.copyOf(lost);
    lost.clear();
    return all;
  }

  /** Deletes rows that belong to nothing; whether there were any. */
  boolean sweep() {
    boolean any = !debris.isEmpty();
    debris.forEach(store::delete);
    debris.clear();
    return any;
  }

  CrashLog crashes() {
    return crashes;
  }

  void crashes(CrashLog log) {
    crashes = log;
    store.put(PendingKey.crashes(), codec.write(log));
  }

  /** Whether no earlier image of the same id is still pending. */
  boolean first(PendingImage image) {
    return byId.get(image.image().imageId()).peekFirst() == image;
  }

  /** Null if it has its outcome. */
  PendingImage get(PendingKey key) {
    return images.get(key);
  }

  /** In the order of arrival. */
  Collection<PendingImage> all() {
    return Collections.unmodifiableCollection(images.values());
  }

  int size() {
    return images.size();
  }
}
