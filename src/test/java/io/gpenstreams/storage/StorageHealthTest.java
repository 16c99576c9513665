package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded.Source;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.outage.Outage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/** What each answer of S3 means for photos and for the service. */
class StorageHealthTest {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private Instant now = Instant.parse("2026-11-26T00:00:00Z");
  private final List<String> found = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private StubS3 s3;
  private S3Client client;
  private StorageHealth health;
  private PhotoStore photos;

  @BeforeEach
  void start() throws IOException {
    s3 = new StubS3();
    client = s3.client();
    s3.with("/photos/a.jpg", "a").with("/photos/b.jpg", "b").with("/more/c.jpg", "c");
    open(Checksums.AUTO);
  }

  private void open(Checksums checksums) {
    StorageSettings settings =
        new StorageSettings(
            Set.of("photos", "more"), "restored", 1 << 20, Duration.ofMinutes(1), checksums, WAIT);
    TransferLimits limits =
        new TransferLimits(
            Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofMillis(300), 1000);
    S3Objects objects = new S3Objects(client, limits);
    health =
        new StorageHealth(
            objects,
            settings,
            new Outage("S3", () -> now, Logger.getLogger(StorageHealthTest.class)),
            () -> now,
            new Random(1));
    photos = new PhotoStore(objects, health, settings);
  }

  @AfterEach
  void stop() {
    ended.countDown();
    client.close();
    s3.close();
  }

  private static Source source(String key) {
    return new Source("photos", key, null, null);
  }

  private RestorationException fetchFails(Source source) {
    return catchThrowableOfType(RestorationException.class, () -> photos.fetch(source));
  }

  private RestorationException putFails(String key) {
    return catchThrowableOfType(
        RestorationException.class, () -> photos.put(key, "result".getBytes(UTF_8), "image/png"));
  }

  private void checkAll() {
    health.checkAll(found::add);
  }

  private void probeAgain() {
    now = now.plus(WAIT);
    health.check();
  }

  @Test
  void noAttemptBeginsBeforeTheFirstCheck() {
    assertThat(health.takes("photos")).isFalse();
    assertThat(health.checked()).isFalse();

    checkAll();

    assertThat(health.takes("photos")).isTrue();
    assertThat(health.takes("more")).isTrue();
    assertThat(health.checked()).isTrue();
    assertThat(health.reason()).isEmpty();
    assertThat(found)
        .containsExactly(
            "S3: bucket more can be read",
            "S3: bucket photos can be read",
            "S3: bucket restored can be written");
    assertThat(s3.objects).containsKey("/restored/" + ResultProbe.KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey, SOURCE_NOT_FOUND",
    "404, NoSuchVersion, SOURCE_NOT_FOUND",
    "404, '', SOURCE_NOT_FOUND",
    "412, PreconditionFailed, SOURCE_NOT_FOUND",
    "405, MethodNotAllowed, SOURCE_NOT_FOUND",
    "400, InvalidArgument, SOURCE_NOT_FOUND",
    "400, KeyTooLongError, SOURCE_NOT_FOUND",
    "501, NotImplemented, SOURCE_NOT_FOUND",
    "403, AccessDenied, SOURCE_FORBIDDEN",
    "403, '', SOURCE_FORBIDDEN",
    "403, InvalidObjectState, SOURCE_FORBIDDEN",
    "403, SignatureDoesNotMatch, SOURCE_FORBIDDEN"
  })
  void thePhotosFaultIsFinalAndAffectsNoOtherPhoto(int status, String code, ErrorCode error) {
    checkAll();
    s3.answer("/photos/a.jpg", status, code);

    RestorationException failure = fetchFails(source("a.jpg"));

    assertThat(failure.code()).isEqualTo(error);
    assertThat(failure.code().retryable()).isFalse();
    assertThat(failure).hasMessageContaining("photos/a.jpg");
    assertThat(health.takes("photos")).isTrue();
    assertThat(health.reason()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "403, InvalidAccessKeyId, credentials",
    "403, SignatureDoesNotMatch, credentials",
    "400, ExpiredToken, credentials",
    "400, InvalidToken, credentials",
    "403, RequestTimeTooSkewed, clock",
    "400, AuthorizationHeaderMalformed, region",
    "301, PermanentRedirect, region",
    "404, NoSuchBucket, bucket",
    "400, KMS.DisabledException, key"
  })
  void theInstallationsFaultStopsAttemptsUntilItIsFixed(int status, String code, String words) {
    checkAll();
    s3.answer("*", status, code);

    RestorationException failure = fetchFails(source("a.jpg"));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(failure.outage()).isTrue();
    assertThat(health.takes("photos")).isFalse();
    assertThat(health.reason().orElseThrow())
        .contains(words, code, "what S3 says", "bucket photos");
    probeAgain();
    assertThat(health.takes("photos")).isFalse();

    s3.scripts.clear();
    probeAgain();

    assertThat(health.takes("photos")).isTrue();
    assertThat(health.reason()).isEmpty();
    assertThat(photos.fetch(source("a.jpg"))).isEqualTo("a".getBytes(UTF_8));
  }

  @Test
  void aWrongKeyIsOneReasonForAllBuckets() {
    s3.answer("*", 403, "InvalidAccessKeyId");
    checkAll();

    assertThat(health.reason())
        .contains(
            "S3 refuses the credentials: what S3 says (InvalidAccessKeyId, status 403), buckets"
                + " more, photos, restored");
    assertThat(health.checked()).isTrue();
    assertThat(health.takes("photos")).isFalse();
    assertThat(found).isEmpty();
  }

  @Test
  void aSourceBucketThatIsMissingHoldsUpItsOwnPhotosOnly() {
    checkAll();
    for (String path : List.of("/more", "/more/c.jpg")) {
      s3.answer(path, 404, "NoSuchBucket");
    }
    assertThat(fetchFails(new Source("more", "c.jpg", null, null)).outage()).isTrue();

    assertThat(health.takes("more")).isFalse();
    assertThat(health.takes("photos")).isTrue();
  }

  @Test
  void withoutTheResultBucketNoAttemptBegins() {
    checkAll();
    s3.answer("PUT /restored/x", 404, "NoSuchBucket");
    s3.answer("PUT /restored/" + ResultProbe.KEY, 404, "NoSuchBucket");

    assertThat(putFails("x").outage()).isTrue();

    assertThat(health.takes("photos")).isFalse();
    assertThat(health.takes("more")).isFalse();
    s3.scripts.clear();
    probeAgain();
    assertThat(health.takes("photos")).isTrue();
  }

  @Test
  void aCauseThatWasFixedMeanwhileCostsThePhotoNothing() {
    checkAll();
    boolean[] refused = {false};
    s3.scripts.put(
        "GET /photos/a.jpg",
        (exchange, self) -> {
          if (refused[0]) {
            return false;
          }
          refused[0] = true;
          return self.send(exchange, new StubS3.Answer(403, "AccessDenied"));
        });

    assertThat(fetchFails(source("a.jpg")).outage()).isTrue();
    assertThat(photos.fetch(source("a.jpg"))).isEqualTo("a".getBytes(UTF_8));
  }

  @Test
  void permissionThatIsTakenAwayIsNoFaultOfThePhotos() {
    checkAll();
    photos.fetch(source("a.jpg"));
    s3.answer("GET /photos/a.jpg", 403, "AccessDenied");
    s3.answer("GET /photos/b.jpg", 403, "AccessDenied");

    assertThat(fetchFails(source("b.jpg")).outage()).isTrue();
    assertThat(health.reason().orElseThrow()).contains("denies access");

    s3.scripts.clear();
    probeAgain();
    assertThat(health.reason()).isEmpty();
  }

  @Test
  void withoutListingPhotosAreTriedOneAtATime() {
    s3.answer("/photos", 403, "AccessDenied");
    s3.answer("/photos/gone.jpg", 403, "AccessDenied");
    checkAll();
    assertThat(health.takes("photos")).as("nothing speaks against it").isTrue();

    assertThat(fetchFails(source("gone.jpg")).outage()).as("may be all of them").isTrue();
    now = now.plus(WAIT);
    assertThat(health.takes("photos")).as("one on trial").isTrue();
    assertThat(health.takes("photos")).as("and no other").isFalse();
    photos.fetch(source("a.jpg"));
    assertThat(health.takes("photos")).isTrue();
    assertThat(health.takes("photos")).isTrue();

    assertThat(fetchFails(source("gone.jpg")).code()).isEqualTo(ErrorCode.SOURCE_FORBIDDEN);
  }

  @Test
  void anObjectThatAloneFailsUsesItsOwnAttempts() {
    checkAll();
    s3.answer("/photos/failing.jpg", 500, "InternalError");

    RestorationException failure = fetchFails(source("failing.jpg"));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(failure.outage()).isFalse();
    assertThat(failure).hasMessageContaining("S3 answers, but not with photos/failing.jpg");
    assertThat(health.takes("photos")).isTrue();
  }

  @Test
  void manyFailingObjectsAreNoOutageIfAnotherIsServed() {
    checkAll();
    for (int i = 0; i < 20; i++) {
      s3.answer("/photos/failing%02d.jpg".formatted(i), 500, "InternalError");
      assertThat(fetchFails(source("failing%02d.jpg".formatted(i))).outage()).isFalse();
      assertThat(health.takes("photos")).isTrue();
    }
  }

  @Test
  void inAnEmptyBucketThreeFailingObjectsMayBeAnOutage() {
    s3.objects.clear();
    checkAll();
    List<Boolean> outages = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      s3.answer("/photos/failing" + i, 500, "InternalError");
      outages.add(fetchFails(source("failing" + i)).outage());
    }
    assertThat(outages).containsExactly(false, false, true, true);
    assertThat(health.takes("photos")).as("a good one would tell").isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aServerThatFailsIsUnavailableUntilItServes(int status) {
    checkAll();
    s3.answer("*", status, "");

    assertThat(fetchFails(source("a.jpg")).outage()).isTrue();
    assertThat(health.takes("photos")).isFalse();
    int asked = s3.requests.size();
    health.check();
    assertThat(s3.requests).as("not before its time").hasSize(asked);

    s3.scripts.clear();
    probeAgain();
    assertThat(health.takes("photos")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"503, SlowDown", "429, ''", "400, ThrottlingException"})
  void throttlingCostsNoAttemptAndStopsNoOtherPhoto(int status, String code) {
    checkAll();
    s3.answer("/photos/a.jpg", status, code);

    assertThat(fetchFails(source("a.jpg")).outage()).isTrue();
    assertThat(health.takes("photos")).isTrue();
  }

  @Test
  void aTrickleIsEndedAndIsTheObjectsOwn() {
    checkAll();
    s3.scripts.put(
        "GET /photos/a.jpg",
        (exchange, self) -> {
          exchange.sendResponseHeaders(200, 100_000);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 100_000; i++) {
              out.write(1);
              out.flush();
              Thread.sleep(20);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });

    RestorationException failure = fetchFails(source("a.jpg"));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(failure.outage()).isFalse();
    assertThat(failure).hasMessageContaining("less than 1000 bytes a second");
  }

  @Test
  void anAnswerThatNeverBeginsIsEnded() {
    checkAll();
    s3.scripts.put(
        "GET /photos/a.jpg",
        (exchange, self) -> {
          try {
            assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });

    assertThat(fetchFails(source("a.jpg"))).hasMessageContaining("no answer in time");
  }

  @Test
  void aTransferThatBreaksOffOnceIsBegunAnew() {
    checkAll();
    boolean[] cut = {false};
    s3.scripts.put(
        "GET /photos/a.jpg",
        (exchange, self) -> {
          if (cut[0]) {
            return false;
          }
          cut[0] = true;
          exchange.sendResponseHeaders(200, 5);
          exchange.getResponseBody().write('a');
          exchange.getResponseBody().flush();
          throw new IOException("cut");
        });

    assertThat(photos.fetch(source("a.jpg"))).isEqualTo("a".getBytes(UTF_8));
  }

  @Test
  void whatS3DoesNotKeepAsItWasSentIsNoResult() {
    checkAll();
    s3.scripts.put(
        "*",
        (exchange, self) -> {
          if (!exchange.getRequestMethod().equals("PUT")) {
            return false;
          }
          byte[] bytes = exchange.getRequestBody().readAllBytes();
          byte[] more = Arrays.copyOf(bytes, bytes.length + 7);
          self.objects.put(exchange.getRequestURI().getPath(), more);
          exchange.sendResponseHeaders(200, -1);
          return true;
        });

    assertThat(putFails("x").outage()).isTrue();
    assertThat(health.takes("photos")).isFalse();
    assertThat(health.reason().orElseThrow()).contains("S3 keeps", "bucket restored");
  }

  private boolean refusesChecksums(HttpExchange exchange, StubS3 server) {
    return exchange.getRequestHeaders().keySet().stream()
            .anyMatch(header -> header.toLowerCase(Locale.ROOT).startsWith("x-amz-checksum"))
        && server.send(exchange, new StubS3.Answer(400, "InvalidArgument"));
  }

  @Test
  void aServerThatTakesNoChecksumsGetsNone() {
    s3.scripts.put("*", this::refusesChecksums);
    checkAll();

    assertThat(health.takes("photos")).isTrue();
    assertThat(found).anySatisfy(line -> assertThat(line).contains("without checksums"));
    photos.put("x", "result".getBytes(UTF_8), "image/png");
    assertThat(s3.objects.get("/restored/x")).isEqualTo("result".getBytes(UTF_8));
  }

  @Test
  void thatIsFoundOutLaterTooIfSuchAServerWasAway() {
    s3.answer("*", 503, "");
    checkAll();
    assertThat(health.takes("photos")).isFalse();

    s3.scripts.put("*", this::refusesChecksums);
    probeAgain();

    assertThat(health.takes("photos")).isTrue();
  }

  @Test
  void whereChecksumsAreAlwaysWantedNothingIsWrittenWithout() {
    open(Checksums.ALWAYS);
    s3.scripts.put("*", this::refusesChecksums);
    checkAll();

    assertThat(health.takes("photos")).isFalse();
  }

  @Test
  void aResultThatS3AloneDoesNotTakeUsesItsOwnAttempts() {
    checkAll();
    s3.answer("PUT /restored/x", 400, "EntityTooLarge");

    RestorationException failure = putFails("x");

    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    assertThat(failure.outage()).isFalse();
    assertThat(health.takes("photos")).isTrue();
  }
}
