package io.gpenstreams.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.RestoredImage.Box;
import io.gpenstreams.event.RestoredImage.Detection;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Hallucination;
import io.gpenstreams.event.RestoredImage.Level;
import io.gpenstreams.event.RestoredImage.Model;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.Provenance;
import io.gpenstreams.event.RestoredImage.RegionHallucination;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.RuntimeInfo;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.RestoredImage.Timings;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

class EventPropertiesTest {
  private static final Provenance PROVENANCE =
      new Provenance(
          URI.create(
              "http://cv.iptc.org/newscodes/digitalsourcetype/"
                  + "compositeWithTrainedAlgorithmicMedia"));

  private final UploadEvents uploads = new UploadEvents();
  private final EventJson json = new EventJson();
  private static final Origin ORIGIN = new Origin(Topics.IMAGE_UPLOADED, 0, 0, 0);

  private final DeadLetters letters = new DeadLetters(new UploadEvents());
  private final EventSchema failed = new EventSchema("image-restoration-failed");

  @Property
  void uploadsRoundTrip(@ForAll("uploads") ImageUploaded image) {
    assertThat(uploads.parse(json.write(image))).containsExactly(image);
    assertThat(json.readUploaded(json.write(image))).isEqualTo(image);
  }

  @Property
  void keysOfNotificationsRoundTrip(@ForAll("keys") String key) {
    byte[] value =
        """
        {"Records": [{"eventName": "ObjectCreated:Put",
          "s3": {"bucket": {"name": "photos"}, "object": {"key": "%s"}}}]}"""
            .formatted(URLEncoder.encode(key, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);

    assertThat(uploads.parse(value))
        .extracting(ImageUploaded::imageId, image -> image.source().key())
        .containsExactly(tuple("photos/" + key, key));
  }

  @Property(tries = 300)
  void resultsInRangeAreValidAndRoundTrip(@ForAll("results") RestoredImage image) {
    assertThat(json.readRestored(json.write(image))).isEqualTo(image);
  }

  @Property
  void anyBytesAreAnsweredOrRefused(@ForAll byte[] value) {
    assertAnsweredOrRefused(value);
  }

  @Property
  void anyTextInPlaceOfAnyFieldIsAnsweredOrRefused(
      @ForAll("documents") String document, @ForAll("json") String replacement) {
    assertAnsweredOrRefused(document.replace("@", replacement).getBytes(StandardCharsets.UTF_8));
  }

  @Property
  void anyFailureMakesAValidLetter(
      @ForAll byte[] value,
      @ForAll @StringLength(max = 2000) String message,
      @ForAll ErrorCode code) {
    assertValidLetter(value, new RestorationException(code, Stage.FETCH, message));
  }

  private void assertAnsweredOrRefused(byte[] value) {
    try {
      assertThat(uploads.parse(value))
          .allSatisfy(image -> assertThat(image.source().key()).isNotEmpty());
    } catch (RestorationException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_EVENT);
      assertThat(e.stage()).isEqualTo(Stage.EVENT);
      assertValidLetter(value, e);
    }
  }

  private void assertValidLetter(byte[] value, RestorationException failure) {
    RestorationFailed letter = letters.letter(ORIGIN, value, null, failure, 1, Instant.EPOCH);
    byte[] written = json.write(letter);
    assertThat(failed.violation(Examples.tree(written))).isEmpty();
    assertThat(json.write(json.readFailed(written))).isEqualTo(written);
  }

  @Provide
  Arbitrary<ImageUploaded> uploads() {
    Arbitrary<ImageUploaded.Source> sources =
        Combinators.combine(text(40), keys(), text(60).injectNull(0.5), text(60).injectNull(0.5))
            .as(ImageUploaded.Source::new);
    Arbitrary<Options> options =
        Combinators.combine(
                Arbitraries.of("auto", "1", "2", "4").injectNull(0.3),
                share().injectNull(0.3),
                Arbitraries.integers().greaterOrEqual(0).injectNull(0.3),
                Arbitraries.of("auto", "jpeg", "png", "webp").injectNull(0.3),
                Arbitraries.of(true, false).injectNull(0.3))
            .as(Options::new);
    return Combinators.combine(
            text(100),
            sources,
            text(40).injectNull(0.3),
            Arbitraries.longs().between(0, 9007199254740991L).injectNull(0.3),
            times().injectNull(0.3),
            options)
        .as(ImageUploaded::new);
  }

  @Provide
  Arbitrary<String> keys() {
    return text(200);
  }

  @Provide
  Arbitrary<String> documents() {
    return Arbitraries.of(
        "@",
        "{\"imageId\": @}",
        "{\"imageId\": \"a\", \"source\": @}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": @}}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\", \"etag\": @}}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\"}, \"sizeBytes\": @}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\"}, \"uploadedAt\": @}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\"}, \"options\": @}",
        "{\"imageId\": \"a\", \"source\": {\"bucket\": \"b\", \"key\": \"k\"},"
            + " \"options\": {\"scale\": @, \"format\": @, \"maxFaces\": @, \"blend\": @}}",
        "{\"Event\": @}",
        "{\"Records\": @}",
        "{\"Records\": [@]}",
        "{\"Records\": [{\"eventName\": \"ObjectCreated:Put\", \"eventTime\": @,"
            + " \"s3\": {\"bucket\": {\"name\": \"b\"}, \"object\": {\"key\": \"k\"}}}]}",
        "{\"Records\": [{\"eventName\": \"ObjectCreated:Put\", \"s3\": @}]}",
        "{\"Records\": [{\"eventName\": \"ObjectCreated:Put\","
            + " \"s3\": {\"bucket\": {\"name\": \"b\"}, \"object\": {\"key\": @, \"size\": @}}}]}");
  }

  @Provide
  Arbitrary<String> json() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "null",
            "{}",
            "[]",
            "[[]]",
            "{\"\": {}}",
            "true",
            "\"\"",
            "\"%\"",
            "\"%ff\"",
            "\"\\uD800\"",
            "\"\\u0000\"",
            "1e400",
            "1e-400",
            "1e400000000",
            "0.0",
            "-0",
            "1E0"),
        Arbitraries.bigDecimals().map(Object::toString),
        Arbitraries.bigIntegers().map(Object::toString),
        Arbitraries.strings().ofMaxLength(300).map(text -> '"' + text + '"'),
        times().map(time -> '"' + time.toString() + '"'),
        Arbitraries.strings().ofMaxLength(30));
  }

  @Provide
  Arbitrary<RestoredImage> results() {
    return Arbitraries.of(Outcome.values())
        .flatMap(
            outcome -> {
              boolean restored = outcome == Outcome.RESTORED;
              return (restored ? restoredFaces() : skippedFaces())
                  .flatMap(
                      faces ->
                          omissions(faces).flatMap(omitted -> results(outcome, faces, omitted)));
            });
  }

  private static Arbitrary<Map<SkipReason, Integer>> omissions(List<Face> faces) {
    return Arbitraries.maps(
            Arbitraries.of(SkipReason.class), Arbitraries.integers().between(1, 100_000))
        .ofMaxSize(faces.isEmpty() ? 0 : SkipReason.values().length);
  }

  private Arbitrary<RestoredImage> results(
      Outcome outcome, List<Face> faces, Map<SkipReason, Integer> omitted) {
    boolean restored = outcome == Outcome.RESTORED;
    String reason = restored ? null : faces.isEmpty() ? "no-face" : "all-faces-skipped";
    Arbitrary<RestoredImage.Source> sources =
        Combinators.combine(text(40), keys(), hashes(), pixels(), pixels())
            .as(RestoredImage.Source::new);
    Arbitrary<Restored> photos =
        Combinators.combine(
                objects(),
                Arbitraries.of("image/jpeg", "image/png", "image/webp"),
                Arbitraries.longs().greaterOrEqual(1),
                hashes(),
                pixels(),
                pixels(),
                Arbitraries.of(1, 2, 4))
            .as(
                (object, type, size, hash, width, height, scale) ->
                    new Restored(
                        object.bucket(), object.key(), type, size, hash, width, height, scale));
    Arbitrary<Hallucination> hallucinations =
        Combinators.combine(share(), levels(), objects().injectNull(0.3), share(), share(), share())
            .as(
                (score, level, map, identity, colour, lost) ->
                    new Hallucination(score, level, map, "support-2", identity, colour, lost));
    Arbitrary<Model> models =
        Combinators.combine(
                text(20),
                hashes(),
                Arbitraries.of(true, false),
                Arbitraries.of(256, 512, 1024, 2048),
                Arbitraries.of("fp32", "fp16"))
            .as(Model::new);
    Arbitrary<RuntimeInfo> runtimes =
        Combinators.combine(
                Arbitraries.of("cpu", "cuda:0", "cuda:15"), text(20), text(20), text(20))
            .as(RuntimeInfo::new);
    return Combinators.combine(
            text(100), sources, photos, share(), hallucinations, models, runtimes, timings())
        .as(
            (id, source, photo, confidence, hallucination, model, runtime, timings) ->
                new RestoredImage(
                    id,
                    outcome,
                    reason,
                    source,
                    restored ? photo : null,
                    restored ? confidence : null,
                    restored ? hallucination : null,
                    faces,
                    omitted,
                    model,
                    runtime,
                    timings,
                    restored ? PROVENANCE : null,
                    Instant.parse("2026-11-23T03:20:04.123456Z")));
  }

  private Arbitrary<List<Face>> restoredFaces() {
    return Combinators.combine(
            restoredFace(), Arbitraries.oneOf(restoredFace(), skippedFace()).list().ofMaxSize(3))
        .as((first, rest) -> numbered(Stream.concat(Stream.of(first), rest.stream()).toList()));
  }

  private Arbitrary<List<Face>> skippedFaces() {
    return skippedFace().list().ofMaxSize(3).map(EventPropertiesTest::numbered);
  }

  private static List<Face> numbered(List<Face> faces) {
    return IntStream.range(0, faces.size())
        .mapToObj(
            i -> {
              Face face = faces.get(i);
              return new Face(
                  i,
                  face.box(),
                  face.landmarks(),
                  face.detection(),
                  face.outcome(),
                  face.reason(),
                  face.restoration(),
                  face.hallucination(),
                  face.crop());
            })
        .toList();
  }

  private Arbitrary<Face> restoredFace() {
    Arbitrary<Restoration> restorations =
        Combinators.combine(
                share(),
                Arbitraries.doubles().between(1, 2048),
                Arbitraries.integers().between(1, 2048))
            .as(Restoration::new);
    Arbitrary<FaceHallucination> hallucinations =
        Combinators.combine(share(), levels(), share(), share(), share().list().ofSize(5))
            .as(
                (score, level, detail, inconsistency, regions) ->
                    new FaceHallucination(
                        score,
                        level,
                        detail,
                        inconsistency,
                        Map.of(
                            "leftEye", regions.get(0),
                            "rightEye", regions.get(1),
                            "nose", regions.get(2),
                            "mouth", regions.get(3),
                            "skin", regions.get(4)),
                        score,
                        detail,
                        inconsistency,
                        detail,
                        2 * score - 1,
                        Map.of("nose", new RegionHallucination(score, detail, 0, 1, null))));
    return Combinators.combine(
            boxes(), landmarks(), share(), restorations, hallucinations, objects().injectNull(0.3))
        .as(
            (box, landmarks, detection, restoration, hallucination, crop) ->
                new Face(
                    0,
                    box,
                    landmarks,
                    new Detection(detection),
                    FaceOutcome.RESTORED,
                    null,
                    restoration,
                    hallucination,
                    crop));
  }

  private Arbitrary<Face> skippedFace() {
    return Combinators.combine(boxes(), landmarks(), share(), Arbitraries.of(SkipReason.values()))
        .as(
            (box, landmarks, detection, reason) ->
                new Face(
                    0,
                    box,
                    landmarks,
                    new Detection(detection),
                    FaceOutcome.SKIPPED,
                    reason,
                    null,
                    null,
                    null));
  }

  private static Arbitrary<Box> boxes() {
    return Combinators.combine(coordinates(), coordinates(), sides(), sides()).as(Box::new);
  }

  private static Arbitrary<List<List<Double>>> landmarks() {
    return coordinates().list().ofSize(2).list().ofSize(5);
  }

  private static Arbitrary<Timings> timings() {
    Arbitrary<Long> ms = Arbitraries.longs().between(0, 600_000);
    return Combinators.combine(ms, ms, ms, ms, ms, ms, ms, ms).as(Timings::new);
  }

  private static Arbitrary<StoredObject> objects() {
    return Combinators.combine(text(40), text(200)).as(StoredObject::new);
  }

  private static Arbitrary<Double> coordinates() {
    return Arbitraries.doubles().between(-1e4, 1e5);
  }

  private static Arbitrary<Double> sides() {
    return Arbitraries.doubles().between(0.01, 1e5);
  }

  private static Arbitrary<Integer> pixels() {
    return Arbitraries.integers().between(1, 65_535);
  }

  private static Arbitrary<Double> share() {
    return Arbitraries.doubles().between(0, 1).ofScale(6);
  }

  private static Arbitrary<Level> levels() {
    return Arbitraries.of(Level.values());
  }

  private static Arbitrary<String> hashes() {
    return Arbitraries.strings().withChars("0123456789abcdef").ofLength(64);
  }

  private static Arbitrary<Instant> times() {
    return Combinators.combine(
            Arbitraries.longs().between(-62_135_596_800L, 253_402_300_799L),
            Arbitraries.longs().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  private static Arbitrary<String> text(int length) {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withCharRange('\u00a0', '\ud7ff')
        .withCharRange('\ue000', '\ufffd')
        .ofMinLength(1)
        .ofMaxLength(length);
  }
}
