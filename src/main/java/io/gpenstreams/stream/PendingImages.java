package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.stream.ImageState.Marked;
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
 * A task's images without an outcome, as objects in memory and as rows of its store. Belongs to the
 * task's stream thread.
 *
 * <p>Invariants: every image has a row with its history and its mark; a record has a row exactly as
 * long as one of its images has; the images of one id are queued in the order of their arrival.
 */
final class PendingImages {
  private static final Logger LOG = Logger.getLogger(PendingImages.class);

  private static final PendingRecord UNREADABLE =
      new PendingRecord(null, new RecordHeaders(), 0, List.of());

  private final KeyValueStore<Bytes, byte[]> store;
  private final PendingCodec codec = new PendingCodec();
  private final NavigableMap<PendingKey, PendingImage> images = new TreeMap<>();
  private final Map<String, Deque<PendingImage>> byId = new HashMap<>();
  private final Map<PendingKey, Integer> imagesLeft = new HashMap<>();
  private final List<Damaged> damaged = new ArrayList<>();
  private final List<Bytes> orphanRows = new ArrayList<>();
  private CrashLog crashes = CrashLog.EMPTY;

  /**
   * An image whose record cannot be read back, so that nothing can be done for it.
   *
   * @param record as far as it can be read; its value is null if not
   */
  record Damaged(PendingKey key, PendingRecord record, RestorationException failure) {}

  /**
   * Loads the store, and writes nothing. Images whose rows have a mark are {@link
   * ImageState.Abandoned}.
   */
  PendingImages(KeyValueStore<Bytes, byte[]> store, UploadEvents uploads, Instant now) {
    this.store = store;
    Map<PendingKey, PendingRecord> records = new HashMap<>();
    Map<PendingKey, RestorationException> failures = new HashMap<>();
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
          LOG.errorf(e, "A row of the pending store has an unknown key and is deleted");
          orphanRows.add(row.key);
          continue;
        }
        // A record's row comes before those of its images.
        if (key.index() == PendingKey.RECORD) {
          try {
            PendingRecord record = codec.readRecord(row.value);
            records.put(key, record);
            records.put(key, record.naming(uploads.parse(record.value())));
          } catch (IllegalArgumentException e) {
            LOG.errorf(e, "The stored record of %s cannot be read", key.origin().eventId());
            records.put(key, UNREADABLE);
          } catch (RestorationException e) {
            failures.put(key, e);
          }
        } else {
          load(key, row.value, records, failures, now);
        }
      }
    }
    for (PendingKey record : records.keySet()) {
      if (!imagesLeft.containsKey(record)) {
        orphanRows.add(record.bytes());
      }
    }
  }

  private CrashLog readCrashes(byte[] row) {
    try {
      return codec.readCrashes(row);
    } catch (IllegalArgumentException e) {
      LOG.errorf(e, "The stored log of crashes cannot be read and is ignored");
      return CrashLog.EMPTY;
    }
  }

  private void load(
      PendingKey key,
      byte[] row,
      Map<PendingKey, PendingRecord> records,
      Map<PendingKey, RestorationException> failures,
      Instant now) {
    PendingRecord record = records.getOrDefault(key.ofRecord(), UNREADABLE);
    imagesLeft.merge(key.ofRecord(), 1, Integer::sum);
    if (key.index() >= record.images().size()) {
      RestorationException failure =
          failures.getOrDefault(
              key.ofRecord(),
              new RestorationException(
                  ErrorCode.INTERNAL, Stage.EVENT, "what was stored of the event is damaged"));
      damaged.add(new Damaged(key, record, failure));
      return;
    }
    ImageState state;
    try {
      state = codec.readState(row);
    } catch (IllegalArgumentException e) {
      LOG.errorf(
          e, "The stored attempts at %s cannot be read: it starts anew", key.origin().eventId());
      state = arrived(now);
    }
    index(new PendingImage(key, record, record.images().get(key.index()), state));
  }

  private static ImageState arrived(Instant now) {
    return ImageState.waiting(AttemptHistory.arrived(now));
  }

  private void index(PendingImage image) {
    images.put(image.key(), image);
    byId.computeIfAbsent(image.image().imageId(), id -> new ArrayDeque<>()).add(image);
  }

  /**
   * Adds the images of a record.
   *
   * @param record names at least one image
   */
  void add(PendingKey key, PendingRecord record, Instant now) {
    store.put(key.bytes(), codec.write(record));
    imagesLeft.put(key, record.images().size());
    int index = 0;
    for (ImageUploaded image : record.images()) {
      PendingImage pending = new PendingImage(key.ofImage(index++), record, image, arrived(now));
      index(pending);
      write(pending);
    }
  }

  /** Changes an image's state, and its row with it. */
  void update(PendingImage image, ImageState next) {
    image.become(next);
    write(image);
  }

  /** A marked image's row is committed. */
  Attempt committed(PendingImage image) {
    Marked marked = image.state(Marked.class);
    image.become(marked.committed());
    return marked.attempt();
  }

  /** The cause of these deaths is known: they count against no other image. */
  void explainCrashes(Set<String> processes) {
    crashes(crashes.without(processes));
    for (PendingImage image : images.values()) {
      ImageState exonerated = image.state().exonerated(processes);
      if (!exonerated.equals(image.state())) {
        update(image, exonerated);
      }
    }
  }

  private void write(PendingImage image) {
    store.put(image.key().bytes(), codec.write(image.state()));
  }

  /** Removes an image that has its outcome. */
  void remove(PendingImage image) {
    images.remove(image.key());
    Deque<PendingImage> sameId = byId.get(image.image().imageId());
    sameId.remove(image);
    if (sameId.isEmpty()) {
      byId.remove(image.image().imageId());
    }
    delete(image.key());
  }

  /** Removes a damaged image that has its outcome. */
  void remove(Damaged image) {
    delete(image.key());
  }

  private void delete(PendingKey key) {
    store.delete(key.bytes());
    if (imagesLeft.merge(key.ofRecord(), -1, Integer::sum) == 0) {
      imagesLeft.remove(key.ofRecord());
      store.delete(key.ofRecord().bytes());
    }
  }

  /** The damaged images that loading found; empty at the second call. */
  List<Damaged> takeDamaged() {
    List<Damaged> all = List.copyOf(damaged);
    damaged.clear();
    return all;
  }

  /** Deletes rows that belong to no image; returns whether there were any. */
  boolean deleteOrphanRows() {
    boolean any = !orphanRows.isEmpty();
    orphanRows.forEach(store::delete);
    orphanRows.clear();
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

  /** Null if the image has its outcome. */
  PendingImage get(PendingKey key) {
    return images.get(key);
  }

  /** All images, in the order of arrival. */
  Collection<PendingImage> all() {
    return Collections.unmodifiableCollection(images.values());
  }

  int size() {
    return images.size();
  }
}
