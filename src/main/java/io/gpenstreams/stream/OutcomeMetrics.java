package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.Timings;
import io.gpenstreams.event.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts outcomes, from their events alone. An outcome is counted when it is made; if its
 * transaction is aborted, it is made and counted again. Safe for any number of threads.
 */
public final class OutcomeMetrics {
  private static final String NONE = "none";
  // Tenths include the bounds of the levels: 0.2 and 0.5.
  private static final double[] TENTHS = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
  private static final Duration[] TIMES =
      Arrays.stream(
              new long[] {
                5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000
              })
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);
  private static final Duration[] LATENCIES =
      Arrays.stream(
              new long[] {
                500,
                1_000,
                2_500,
                5_000,
                10_000,
                30_000,
                60_000,
                300_000,
                900_000,
                3_600_000,
                21_600_000,
                86_400_000
              })
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);
  // An uploader can state any time, and a timer counts nanoseconds.
  private static final Duration LONGEST_LATENCY = Duration.ofDays(366);
  private static final String FAILED = "failed";

  private final Map<Outcome, Counter> photos = new EnumMap<>(Outcome.class);
  private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);
  private final Map<SkipReason, Counter> skippedFaces = new EnumMap<>(SkipReason.class);
  private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
  private final Map<Outcome, Timer> latencies = new EnumMap<>(Outcome.class);
  private final Timer latencyOfFailures;
  private final Counter restoredFaces;
  private final Timer total;
  private final DistributionSummary score;
  private final DistributionSummary confidence;

  /** Registers all meters, so that each exists, at 0, before its first event. */
  public OutcomeMetrics(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      photos.put(outcome, photos(registry, outcome.wireName(), NONE));
      latencies.put(outcome, latency(registry, outcome.wireName()));
    }
    latencyOfFailures = latency(registry, FAILED);
    for (ErrorCode code : ErrorCode.values()) {
      failures.put(code, photos(registry, FAILED, code.name()));
    }
    restoredFaces = faces(registry, FaceOutcome.RESTORED, NONE);
    for (SkipReason reason : SkipReason.values()) {
      skippedFaces.put(reason, faces(registry, FaceOutcome.SKIPPED, reason.wireName()));
    }
    for (Stage stage : Stage.values()) {
      if (stage != Stage.EVENT) {
        stages.put(
            stage,
            Timer.builder("gpen.stage")
                .description("Time of one photo in one stage")
                .tag("stage", stage.wireName())
                .serviceLevelObjectives(TIMES)
                .register(registry));
      }
    }
    total =
        Timer.builder("gpen.photo")
            .description("Time of one photo from its fetching to its storing")
            .serviceLevelObjectives(TIMES)
            .register(registry);
    score =
        shares(registry, "gpen.hallucination.score", "How much of a restored face was invented");
    confidence = shares(registry, "gpen.confidence", "How far a restored face can be trusted");
  }

  /**
   * A photo is done.
   *
   * @param latency from its upload to now, as the uploader states it, which may be any time; null
   *     if unknown
   */
  void restored(RestoredImage image, Duration latency) {
    record(latencies.get(image.outcome()), latency);
    photos.get(image.outcome()).increment();
    for (Face face : image.faces()) {
      if (face.outcome() == FaceOutcome.RESTORED) {
        restoredFaces.increment();
        score.record(face.hallucination().score());
        confidence.record(face.restoration().confidence());
      } else {
        skippedFaces.get(face.reason()).increment();
      }
    }
    image.facesOmitted().forEach((reason, count) -> skippedFaces.get(reason).increment(count));
    Timings timings = image.timings();
    stages.forEach((stage, timer) -> timer.record(Duration.ofMillis(millis(timings, stage))));
    total.record(Duration.ofMillis(timings.totalMs()));
  }

  /**
   * A photo is given up.
   *
   * @param latency as in {@link #restored}
   */
  void failed(RestorationFailed letter, Duration latency) {
    record(latencyOfFailures, latency);
    failures.get(letter.error().code()).increment();
  }

  private static void record(Timer timer, Duration latency) {
    if (latency != null) {
      Duration most = latency.compareTo(LONGEST_LATENCY) > 0 ? LONGEST_LATENCY : latency;
      timer.record(most.isNegative() ? Duration.ZERO : most);
    }
  }

  private static long millis(Timings timings, Stage stage) {
    return switch (stage) {
      case EVENT -> 0;
      case FETCH -> timings.fetchMs();
      case DECODE -> timings.decodeMs();
      case DETECT -> timings.detectMs();
      case RESTORE -> timings.restoreMs();
      case BLEND -> timings.blendMs();
      case ENCODE -> timings.encodeMs();
      case STORE -> timings.storeMs();
    };
  }

  private static Timer latency(MeterRegistry registry, String outcome) {
    return Timer.builder("gpen.latency")
        .description("Time from the upload of a photo to its outcome")
        .tag("outcome", outcome)
        .serviceLevelObjectives(LATENCIES)
        .register(registry);
  }

  private static Counter photos(MeterRegistry registry, String outcome, String code) {
    return Counter.builder("gpen.photos")
        .description("Photos by what became of them")
        .tags("outcome", outcome, "code", code)
        .register(registry);
  }

  private static Counter faces(MeterRegistry registry, FaceOutcome outcome, String reason) {
    return Counter.builder("gpen.faces")
        .description("Faces found, by what became of them")
        .tags("outcome", outcome.wireName(), "reason", reason)
        .register(registry);
  }

  private static DistributionSummary shares(
      MeterRegistry registry, String name, String description) {
    return DistributionSummary.builder(name)
        .description(description)
        .serviceLevelObjectives(TENTHS)
        .register(registry);
  }
}
