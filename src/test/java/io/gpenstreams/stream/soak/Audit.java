package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.stream.soak.Load.ExpectedOutcome;
import io.gpenstreams.stream.soak.Replica.Ending;
import io.gpenstreams.stream.soak.Replica.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import software.amazon.awssdk.services.s3.S3Client;

/** Compares what a run left behind with what was promised. For one thread. */
final class Audit {
  static final String RESTORED = "restored";

  // The one row of the pending store that may stay: the log of crashes.
  private static final byte[] CRASH_LOG = {0};
  private static final String POISONED = "the process died (twice|\\d+ times) while working on it";
  private static final long MOST_GROWTH_KIB = 48 << 10;
  private static final long MOST_NEW_THREADS = 4;

  private final Plan plan;
  private final List<String> violations = new ArrayList<>();
  private final List<String> figures = new ArrayList<>();
  private final Map<String, ExpectedOutcome> expected = new LinkedHashMap<>();
  private final Map<String, List<SeenOutcome>> outcomes = new LinkedHashMap<>();
  private final Map<String, Stored> stored = new HashMap<>();
  private List<SeenOutcome> all = List.of();

  private record Stored(String sha256, long bytes) {}

  /** An image's position in the input; sorts within a partition. */
  private record InputPosition(int partition, long offset, int index) {
    static InputPosition of(String id) {
      String[] parts = id.split("-", -1);
      int last = parts.length - 1;
      return new InputPosition(
          Integer.parseInt(parts[last - 2]),
          Long.parseLong(parts[last - 1]),
          Integer.parseInt(parts[last]));
    }
  }

  private static final Comparator<SeenOutcome> ARRIVAL =
      Comparator.<SeenOutcome, Long>comparing(outcome -> InputPosition.of(outcome.id()).offset())
          .thenComparing(outcome -> InputPosition.of(outcome.id()).index());

  Audit(Plan plan) {
    this.plan = plan;
  }

  /** What is not as promised. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  /** What was measured. */
  String report() {
    return String.join("\n", figures);
  }

  /** The records as they are in the topic: what is there is what was asked for. */
  void uploads(List<ConsumerRecord<byte[], byte[]>> records, Publisher publisher) {
    List<Load.Entry> sent = publisher.sent();
    Map<String, Integer> hostile = publisher.hostile();
    if (records.size() != sent.size()) {
      violations.add("%d records were sent, %d are there".formatted(sent.size(), records.size()));
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String position = record.topic() + "-" + record.partition() + "-" + record.offset();
      Header stated = record.headers().lastHeader(Publisher.NUMBER);
      Integer number =
          stated == null
              ? hostile.get(position)
              : Integer.valueOf(new String(stated.value(), US_ASCII));
      if (number == null) {
        violations.add("nobody sent " + position);
        continue;
      }
      int index = 0;
      for (ExpectedOutcome one : sent.get(number).expected()) {
        expected.put(position + "-" + index++, one);
      }
    }
    figures.add(
        "images asked for: %d, in %d records, of which %d hostile; the broker did not take %s"
            .formatted(expected.size(), records.size(), hostile.size(), publisher.refused()));
  }

  /** Exactly one each, of the right kind, in order. */
  void outcomes(List<SeenOutcome> seen) {
    all = seen;
    seen.forEach(
        outcome -> outcomes.computeIfAbsent(outcome.id(), id -> new ArrayList<>()).add(outcome));
    List<String> lost =
        expected.entrySet().stream()
            .filter(one -> !outcomes.containsKey(one.getKey()))
            .map(one -> one.getKey() + " " + one.getValue())
            .toList();
    lost.forEach(one -> violations.add("lost: " + one));
    int duplicates = 0;
    for (Map.Entry<String, List<SeenOutcome>> outcome : outcomes.entrySet()) {
      duplicates += outcome.getValue().size() - 1;
      if (outcome.getValue().size() > 1) {
        violations.add("more than once: " + outcome.getValue());
      }
      ExpectedOutcome one = expected.get(outcome.getKey());
      if (one == null) {
        violations.add("nobody asked for: " + outcome.getValue());
      } else {
        outcome.getValue().forEach(seenOne -> compare(one, seenOne));
      }
    }
    order();
    figures.add("lost: %d, duplicates: %d".formatted(lost.size(), duplicates));
    figures.add(
        "outcomes: "
            + seen.stream()
                .map(SeenOutcome::result)
                .collect(Collectors.groupingBy(o -> o, TreeMap::new, Collectors.counting())));
  }

  private void compare(ExpectedOutcome expectedOne, SeenOutcome outcome) {
    boolean right =
        expectedOne.results().contains(outcome.result())
            && (expectedOne.imageId() == null || expectedOne.imageId().equals(outcome.imageId()));
    if (right && expectedOne.kind() == PhotoKind.POISON) {
      right = outcome.failed().error().message().matches(POISONED);
      figures.add("the poison: " + outcome.failed().error().message());
    }
    if (!right) {
      violations.add("%s became %s".formatted(expectedOne, outcome));
    }
  }

  // What names no image waits for nothing.
  private void order() {
    Map<List<Object>, List<SeenOutcome>> byId =
        all.stream()
            .filter(o -> expected.containsKey(o.id()))
            .filter(o -> expected.get(o.id()).kind().inOrder())
            .collect(
                Collectors.groupingBy(
                    o -> List.of(o.imageId(), InputPosition.of(o.id()).partition())));
    int compared = 0;
    for (List<SeenOutcome> ofId : byId.values()) {
      List<SeenOutcome> arrived = ofId.stream().sorted(ARRIVAL).toList();
      for (int i = 1; i < arrived.size(); i++) {
        compared++;
        if (arrived.get(i).made().isBefore(arrived.get(i - 1).made())) {
          violations.add("made in another order: " + arrived.subList(i - 1, i + 1));
        }
      }
      Map<String, List<SeenOutcome>> byPartition =
          ofId.stream().collect(Collectors.groupingBy(SeenOutcome::partition));
      for (List<SeenOutcome> there : byPartition.values()) {
        List<SeenOutcome> said =
            there.stream().sorted(Comparator.comparingLong(SeenOutcome::offset)).toList();
        if (!said.equals(said.stream().sorted(ARRIVAL).toList())) {
          violations.add("said in another order: " + said);
        }
      }
    }
    figures.add("neighbours of one image id that were in order: " + compared);
  }

  /** A late reader reads what was read at once. */
  void sameForLateReaders(
      List<ConsumerRecord<byte[], byte[]>> restored, List<ConsumerRecord<byte[], byte[]>> failed) {
    List<String> late =
        Stream.of(restored, failed)
            .flatMap(List::stream)
            .map(r -> new String(r.headers().lastHeader("ce_id").value(), UTF_8))
            .sorted()
            .toList();
    List<String> seen = all.stream().map(SeenOutcome::id).sorted().toList();
    if (!late.equals(seen)) {
      violations.add("seen at once %d outcomes, later on %d".formatted(seen.size(), late.size()));
    }
  }

  /** Every object's key holds the hash of its bytes, and what events name is there. */
  void objects(S3Client client) {
    client.listObjectsV2Paginator(r -> r.bucket(RESTORED)).contents().stream()
        // What the service writes at each start to see whether it can is no result.
        .filter(object -> !object.key().equals("gpen-streams-check.txt"))
        .forEach(
            object -> {
              byte[] bytes =
                  client.getObjectAsBytes(r -> r.bucket(RESTORED).key(object.key())).asByteArray();
              Stored here = new Stored(DigestUtils.sha256Hex(bytes), bytes.length);
              stored.put(object.key(), here);
              if (!object.key().contains(here.sha256())) {
                violations.add("other bytes than its name says: " + object.key() + ", " + here);
              }
            });
    all.stream().map(SeenOutcome::restored).filter(Objects::nonNull).forEach(this::named);
    figures.add("objects stored: " + stored.size());
  }

  private void named(RestoredImage image) {
    if (image.restored() == null) {
      return;
    }
    Stored photo = stored.get(image.restored().key());
    if (photo == null
        || !photo.sha256().equals(image.restored().sha256())
        || photo.bytes() != image.restored().sizeBytes()) {
      violations.add("named is %s, stored %s".formatted(image.restored(), photo));
    }
    List<String> others = new ArrayList<>();
    others.add(image.hallucination().map().key());
    image.faces().stream()
        .map(Face::crop)
        .filter(Objects::nonNull)
        .forEach(c -> others.add(c.key()));
    others.stream()
        .filter(key -> !stored.containsKey(key))
        .forEach(key -> violations.add("named, but not stored: " + key));
  }

  /** Nothing is left of what is done. */
  void pending(List<ConsumerRecord<byte[], byte[]>> changelog) {
    Map<String, byte[]> rows = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> change : changelog) {
      if (!Arrays.equals(change.key(), CRASH_LOG)) {
        String row = change.partition() + ":" + new String(change.key(), UTF_8);
        if (change.value() == null) {
          rows.remove(row);
        } else {
          rows.put(row, change.value());
        }
      }
    }
    rows.keySet().forEach(row -> violations.add("left in the pending store: " + row));
    figures.add("rows left in the pending store: " + rows.size());
  }

  /** No transaction is open. */
  void settled(Topic topic) {
    if (topic.open()) {
      violations.add("a transaction is still open in " + topic.name());
    }
  }

  /** All are ready, and what they went through. */
  void replicas(List<Replica> replicas, RequestCounter requests, Duration run) {
    replicas.stream()
        .filter(replica -> !replica.ready())
        .forEach(replica -> violations.add(replica.name() + " is not ready"));
    Map<Replica.Cause, Long> causes =
        replicas.stream()
            .flatMap(replica -> replica.endings().stream())
            .collect(Collectors.groupingBy(Ending::cause, TreeMap::new, Collectors.counting()));
    figures.add("ends of processes: " + causes);
    List<Duration> ready = new ArrayList<>();
    List<Duration> working = new ArrayList<>();
    for (Replica replica : replicas) {
      for (Ending ending : replica.endings()) {
        if (ending.back() != null) {
          ready.add(Duration.between(ending.at(), ending.back()));
          firstBy(replica.name(), ending.back())
              .ifPresent(at -> working.add(Duration.between(ending.at(), at)));
        }
      }
    }
    figures.add("from an end to readiness: " + spread(ready));
    figures.add("from an end to the replica's next outcome: " + spread(working));
    figures.add("longest time without any outcome: " + millis(longestSilence()));
    long photos =
        outcomes.values().stream()
            .filter(o -> o.get(0).restored() != null && o.get(0).restored().restored() != null)
            .count();
    long images = expected.values().stream().filter(w -> w.kind().inOrder()).count();
    figures.add(
        "fetches begun: %d for %d images; photos stored: %d for %d outcomes, %d in vain"
            .formatted(
                requests.fetches(),
                images,
                requests.photosStored(),
                photos,
                requests.photosStored() - photos));
    figures.add("S3: " + requests.summary());
    figures.add("the whole run: " + run.toSeconds() + " s");
  }

  private Optional<Instant> firstBy(String replica, Instant since) {
    return all.stream()
        .filter(o -> o.restored() != null && o.restored().runtime().replica().equals(replica))
        .map(SeenOutcome::seen)
        .filter(seen -> seen.isAfter(since))
        .min(Comparator.naturalOrder());
  }

  private Duration longestSilence() {
    List<Instant> times = all.stream().map(SeenOutcome::seen).sorted().toList();
    Duration longest = Duration.ZERO;
    for (int i = 1; i < times.size(); i++) {
      Duration silence = Duration.between(times.get(i - 1), times.get(i));
      longest = silence.compareTo(longest) > 0 ? silence : longest;
    }
    return longest;
  }

  private static String spread(List<Duration> times) {
    List<Duration> sorted = times.stream().sorted().toList();
    return sorted.isEmpty()
        ? "never"
        : "median %s, longest %s (%d)"
            .formatted(
                millis(sorted.get(sorted.size() / 2)),
                millis(sorted.get(sorted.size() - 1)),
                sorted.size());
  }

  private static String millis(Duration time) {
    return "%.1f s".formatted(time.toMillis() / 1000.0);
  }

  /** Processes that nobody ends do not grow for ever. */
  void resources(List<List<ResourceUsage>> samples) {
    for (int replica = 0; replica < plan.replicas(); replica++) {
      int which = replica;
      List<ResourceUsage> mine = samples.stream().map(sample -> sample.get(which)).toList();
      if (mine.stream().map(ResourceUsage::pid).distinct().count() > 1) {
        violations.add("replica-%d did not live through the calm".formatted(replica));
      }
      // The first half warms up.
      List<ResourceUsage> third = mine.subList(mine.size() / 2, mine.size() * 3 / 4);
      List<ResourceUsage> last = mine.subList(mine.size() * 3 / 4, mine.size());
      long growth = median(last, ResourceUsage::rssKib) - median(third, ResourceUsage::rssKib);
      long threads = median(last, ResourceUsage::threads) - median(third, ResourceUsage::threads);
      if (growth > MOST_GROWTH_KIB || threads > MOST_NEW_THREADS) {
        violations.add(
            "replica-%d grew by %d KiB and %d threads: %s"
                .formatted(replica, growth, threads, mine));
      }
      figures.add(
          "replica-%d in the calm: RSS in MiB %s, threads %s"
              .formatted(
                  replica,
                  mine.stream().map(v -> v.rssKib() >> 10).toList(),
                  mine.stream().map(ResourceUsage::threads).distinct().toList()));
    }
  }

  private static long median(List<ResourceUsage> samples, ToLongFunction<ResourceUsage> part) {
    long[] sorted = samples.stream().mapToLong(part).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
