package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpenstreams.event.RestoredImage.Box;
import io.gpenstreams.event.RestoredImage.Detection;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Hallucination;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.RegionHallucination;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.storage.ResultKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No photo makes an event that Kafka does not take. */
class LargestEventTest {
  private static final int RECORD = 1 << 20;
  private static final int HEADERS = 48 << 10;
  private static final String SHA256 = "f".repeat(64);
  // What no detector says, but nothing rounds to a longer number.
  private static final double LONG = Long.MAX_VALUE / 10.0;
  private static final double SHARE = 0.999;
  // Every character of it takes two bytes and an escape, or four bytes.
  private static final String QUOTES = "\"\\";
  private static final String MODEL = "😀".repeat(100);

  private final EventJson json = new EventJson();

  @Test
  void fitsIntoARecordWithItsHeaders() {
    for (String imageId : List.of("😀".repeat(512), QUOTES.repeat(256), id())) {
      byte[] event = json.write(event(imageId, 256, "b".repeat(255)));

      assertThat(event).hasSizeBetween(RestoredImage.MAX_BYTES * 3 / 4, RestoredImage.MAX_BYTES);
    }
    assertThat(RestoredImage.MAX_BYTES + HEADERS).isLessThan(RECORD);
  }

  @Test
  void isRefusedWhenItIsLarger() {
    // Buckets that a configuration cannot name.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.write(event("id", 256, "😀".repeat(255))))
        .withMessageMatching(
            "Not a restored-image event: it has \\d+ bytes, of which at most 720896 are allowed");
  }

  @Test
  void listsNoMoreFaces() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.write(event("id", 257, "b")))
        .withMessageStartingWith("Not a restored-image event: faces");
  }

  @Test
  void isReadAsItWasWritten() {
    RestoredImage event = event("id", 256, "b");

    assertThat(json.readRestored(json.write(event))).isEqualTo(event);
    assertThat(event.facesFound()).isEqualTo(256 + 10_000_000L * SkipReason.values().length);
  }

  @Test
  void anEarlierVersionListsEveryFace() {
    String text = new String(json.write(event("id", 3, "b")), StandardCharsets.UTF_8);
    String earlier = text.replaceFirst("\"facesOmitted\":\\{[^}]*},", "");
    assertThat(earlier).isNotEqualTo(text).doesNotContain("facesOmitted");

    RestoredImage read = json.readRestored(earlier.getBytes(StandardCharsets.UTF_8));

    assertThat(read.facesOmitted()).isEmpty();
    assertThat(read.facesFound()).isEqualTo(3);
    RestoredImage withNull =
        json.readRestored(
            text.replaceFirst("\"facesOmitted\":\\{[^}]*}", "\"facesOmitted\":null")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(withNull).isEqualTo(read);
  }

  // The longest folder that a key may have.
  private static String id() {
    String id = ("é".repeat(42) + "/").repeat(3) + "é".repeat(22) + "aaaa";
    assertThat(ResultKeys.key(id, "")).hasSize(896);
    return id;
  }

  private static RestoredImage event(String imageId, int faces, String bucket) {
    StoredObject map = new StoredObject(bucket, ResultKeys.key(id(), "map-" + SHA256 + ".png"));
    String sourceKey = QUOTES.repeat(512);
    return new RestoredImage(
        imageId,
        Outcome.RESTORED,
        null,
        new RestoredImage.Source(
            "😀".repeat(255), sourceKey, SHA256, Integer.MAX_VALUE, Integer.MAX_VALUE),
        new RestoredImage.Restored(
            bucket,
            ResultKeys.key(id(), SHA256 + ".webp"),
            "image/webp",
            Long.MAX_VALUE,
            SHA256,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            4),
        SHARE,
        new Hallucination(SHARE, Level.MODERATE, map, "x".repeat(40), SHARE, SHARE, SHARE),
        IntStream.range(0, faces).mapToObj(i -> face(i, bucket)).toList(),
        Stream.of(SkipReason.values())
            .collect(Collectors.toMap(reason -> reason, reason -> 10_000_000)),
        new RestoredImage.Model(MODEL, SHA256, false, Integer.MAX_VALUE, "fp32"),
        new RestoredImage.RuntimeInfo(
            "cuda:15", "x".repeat(100), "x".repeat(100), "😀".repeat(255)),
        new RestoredImage.Timings(
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE),
        new RestoredImage.Provenance(
            URI.create(
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia")),
        Instant.parse("2026-11-23T03:20:04.123456789Z"));
  }

  private static Face face(int index, String bucket) {
    Map<String, Double> regions = new TreeMap<>();
    Map<String, RegionHallucination> byRegion = new TreeMap<>();
    for (String region : Arrays.asList("leftEye", "rightEye", "nose", "mouth", "skin")) {
      regions.put(region, SHARE);
      byRegion.put(region, new RegionHallucination(SHARE, SHARE, SHARE, SHARE, SHARE));
    }
    return new Face(
        index,
        new Box(-LONG, -LONG, LONG, LONG),
        Collections.nCopies(5, List.of(-LONG, -LONG)),
        new Detection(SHARE),
        FaceOutcome.RESTORED,
        null,
        new Restoration(SHARE, LONG, Integer.MAX_VALUE),
        new FaceHallucination(
            SHARE,
            Level.MODERATE,
            SHARE,
            SHARE,
            regions,
            SHARE,
            SHARE,
            SHARE,
            SHARE,
            -SHARE,
            byRegion),
        new StoredObject(bucket, ResultKeys.key(id(), "face-%d-%s.png".formatted(index, SHA256))));
  }
}
