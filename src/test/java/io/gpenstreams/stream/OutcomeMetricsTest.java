package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutcomeMetricsTest {
  private static final Duration LATENCY = Duration.ofSeconds(7);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final OutcomeMetrics metrics = new OutcomeMetrics(registry);

  @Test
  void everyMeterIsThereBeforeTheFirstPhoto() {
    assertThat(photos("restored", "none")).isZero();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(photos("failed", code.name())).isZero();
    }
    assertThat(registry.get("gpen.stage").tag("stage", "store").timer().count()).isZero();
  }

  @Test
  void countsARestoredPhotoItsFacesAndItsTimes() throws IOException {
    metrics.restored(image("restored"), LATENCY);

    assertThat(photos("restored", "none")).isEqualTo(1);
    assertThat(photos("unchanged", "none")).isZero();
    assertThat(faces("restored", "none")).isEqualTo(2);
    assertThat(faces("skipped", "too-small")).isEqualTo(1);
    assertThat(faces("skipped", "already-sharp")).isZero();
    assertThat(registry.get("gpen.hallucination.score").summary().count()).isEqualTo(2);
    assertThat(registry.get("gpen.hallucination.score").summary().max()).isEqualTo(0.61);
    assertThat(registry.get("gpen.confidence").summary().max()).isEqualTo(0.83);
    assertThat(milliseconds("fetch")).isEqualTo(12);
    assertThat(milliseconds("decode")).isEqualTo(31);
    assertThat(milliseconds("detect")).isEqualTo(9);
    assertThat(milliseconds("restore")).isEqualTo(240);
    assertThat(milliseconds("blend")).isEqualTo(40);
    assertThat(milliseconds("encode")).isEqualTo(60);
    assertThat(milliseconds("store")).isEqualTo(20);
    assertThat(registry.get("gpen.photo").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(430);
  }

  @Test
  void countsFacesThatTheEventDoesNotList() throws IOException {
    metrics.restored(image("faces-omitted"), LATENCY);

    assertThat(faces("skipped", "too-small")).isEqualTo(2140);
    assertThat(faces("skipped", "over-max-faces")).isEqualTo(1 + 12);
    assertThat(faces("skipped", "already-sharp")).isEqualTo(1);
  }

  @Test
  void countsAPhotoWithoutFaces() throws IOException {
    metrics.restored(image("no-face"), LATENCY);

    assertThat(photos("unchanged", "none")).isEqualTo(1);
    assertThat(photos("restored", "none")).isZero();
    assertThat(registry.get("gpen.confidence").summary().count()).isZero();
  }

  @Test
  void countsDeadLettersByCode() throws IOException {
    RestorationFailed letter =
        new EventJson().readFailed(example("image-restoration-failed.not-found"));

    metrics.failed(letter, LATENCY);

    assertThat(photos("failed", "SOURCE_NOT_FOUND")).isEqualTo(1);
    assertThat(photos("failed", "INTERNAL")).isZero();
  }

  @Test
  void latencyIsByOutcome() throws IOException {
    metrics.restored(image("restored"), LATENCY);
    metrics.restored(image("no-face"), Duration.ofSeconds(3));
    metrics.failed(new EventJson().readFailed(example("image-restoration-failed.not-found")), null);

    assertThat(latency("restored")).isEqualTo(7);
    assertThat(latency("unchanged")).isEqualTo(3);
    assertThat(registry.get("gpen.latency").tag("outcome", "failed").timer().count()).isZero();
  }

  @Test
  void uploadersMayStateAnyTime() throws IOException {
    metrics.restored(image("restored"), Duration.ofDays(-5));
    assertThat(latency("restored")).isZero();

    metrics.restored(image("restored"), Duration.between(Instant.MIN, Instant.MAX));
    assertThat(latency("restored")).isEqualTo(366.0 * 24 * 3600);
  }

  private double latency(String outcome) {
    return registry.get("gpen.latency").tag("outcome", outcome).timer().totalTime(TimeUnit.SECONDS);
  }

  @Test
  void tellsOfNoPersonAndNoPhoto() throws IOException {
    metrics.restored(image("restored"), LATENCY);

    // Labels with as many values as there are photos would also overwhelm the store of metrics.
    assertThat(registry.getMeters())
        .flatExtracting(meter -> meter.getId().getTags())
        .extracting("key")
        .containsOnly("outcome", "code", "reason", "stage", "le");
  }

  private double photos(String outcome, String code) {
    return registry.get("gpen.photos").tags("outcome", outcome, "code", code).counter().count();
  }

  private double faces(String outcome, String reason) {
    return registry.get("gpen.faces").tags("outcome", outcome, "reason", reason).counter().count();
  }

  private double milliseconds(String stage) {
    return registry.get("gpen.stage").tag("stage", stage).timer().totalTime(TimeUnit.MILLISECONDS);
  }

  private static RestoredImage image(String example) throws IOException {
    return new EventJson().readRestored(example("restored-image." + example));
  }

  private static byte[] example(String name) throws IOException {
    return Files.readAllBytes(Path.of("schemas/examples", name + ".json"));
  }
}
