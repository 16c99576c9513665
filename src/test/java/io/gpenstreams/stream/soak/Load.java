package io.gpenstreams.stream.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpenstreams.hostile.HostileCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The records of a run. Image ids come again and again, so that their order shows.
 *
 * @param entries in the order in which they are sent
 */
record Load(List<Entry> entries) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NONSENSE =
      List.of("oops", "{\"image\":7}", "{\"imageId\":\"\"}", "{\"imageId\":\"x\",\"source\":{}}");

  /**
   * A record.
   *
   * @param hostile what is sent instead of key and value, or null
   * @param expected the images that it names, in its order; of nonsense the one dead letter
   */
  record Entry(String key, String value, HostileCase hostile, List<ExpectedOutcome> expected) {
    Entry(String key, String value, List<ExpectedOutcome> expected) {
      this(key, value, null, expected);
    }
  }

  /**
   * An image that a record names.
   *
   * @param imageId null if nobody can know it
   * @param results what may become of it: {@code restored}, {@code unchanged} or an error's code
   */
  record ExpectedOutcome(String imageId, PhotoKind kind, Set<String> results) {
    ExpectedOutcome(String imageId, PhotoKind kind) {
      this(imageId, kind, Set.of(kind.result()));
    }
  }

  /**
   * Records that name so many images, or a few more.
   *
   * @param prefix of the image ids
   * @param poison whether there is a photo among them that kills; it comes after the first tenth
   * @param corpus where the hostile ones are taken from, a twentieth of all
   */
  static Load of(
      Random random, String prefix, int images, boolean poison, List<HostileCase> corpus) {
    List<Entry> entries = new ArrayList<>();
    boolean poisoned = !poison;
    for (int count = 0; count < images; count += entries.get(entries.size() - 1).expected.size()) {
      if (!poisoned && count >= images / 10) {
        poisoned = true;
        String id = prefix + "-poisoned";
        entries.add(event(id, TestPhotos.POISON, PhotoKind.POISON));
        // It waits for the poison, and must come to no harm.
        entries.add(event(id, TestPhotos.FACES.get(0), PhotoKind.FACE));
        count++;
      }
      int lot = random.nextInt(100);
      if (lot < 3) {
        String value = NONSENSE.get(random.nextInt(NONSENSE.size()));
        entries.add(
            new Entry(
                prefix + "-nonsense-" + count,
                value,
                List.of(new ExpectedOutcome(null, PhotoKind.NONSENSE))));
      } else if (lot < 10) {
        entries.add(notification(random));
      } else if (lot < 15) {
        entries.add(hostile(corpus.get(random.nextInt(corpus.size()))));
      } else {
        // Few ids come very often, many a few times.
        int id = random.nextInt(4) == 0 ? random.nextInt(5) : random.nextInt(images / 2);
        entries.add(event(prefix + "-" + id, random));
      }
    }
    return new Load(List.copyOf(entries));
  }

  int images() {
    return entries.stream().mapToInt(entry -> entry.expected.size()).sum();
  }

  private static Entry hostile(HostileCase one) {
    PhotoKind kind = one.objects().isEmpty() ? PhotoKind.HOSTILE_RECORD : PhotoKind.HOSTILE_PHOTO;
    return new Entry(
        null, null, one, List.of(new ExpectedOutcome(null, kind, one.expected().get(0).results())));
  }

  private static Entry event(String id, Random random) {
    int lot = random.nextInt(100);
    if (lot < 80) {
      return event(
          id, TestPhotos.FACES.get(random.nextInt(TestPhotos.FACES.size())), PhotoKind.FACE);
    }
    if (lot < 90) {
      return event(id, TestPhotos.FACELESS, PhotoKind.FACELESS);
    }
    return lot < 95
        ? event(id, TestPhotos.CORRUPT, PhotoKind.CORRUPT)
        : event(id, TestPhotos.MISSING, PhotoKind.MISSING);
  }

  private static Entry event(String id, String key, PhotoKind kind) {
    ObjectNode event = JSON.createObjectNode().put("imageId", id);
    event.putObject("source").put("bucket", TestPhotos.BUCKET).put("key", key);
    return new Entry(id, event.toString(), List.of(new ExpectedOutcome(id, kind)));
  }

  // As S3 servers send them, where one record may name several objects.
  private static Entry notification(Random random) {
    List<ExpectedOutcome> named = new ArrayList<>();
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String key = TestPhotos.FACES.get(random.nextInt(TestPhotos.FACES.size()));
      ObjectNode one = records.addObject();
      one.put("eventVersion", "2.1").put("eventSource", "aws:s3");
      one.put("eventTime", "2026-11-23T03:20:00.000Z").put("eventName", "ObjectCreated:Put");
      ObjectNode s3 = one.putObject("s3");
      s3.putObject("bucket").put("name", TestPhotos.BUCKET);
      s3.putObject("object").put("key", key).put("size", 1);
      named.add(new ExpectedOutcome(TestPhotos.BUCKET + "/" + key, PhotoKind.FACE));
    }
    return new Entry(named.get(0).imageId(), event.toString(), List.copyOf(named));
  }
}
