package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.Source;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.storage.Storage;
import io.gpenstreams.storage.StorageSettings;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

class PicturesTest {
  private static final byte[] JPEG = "\u00ff\u00d8\u00ff a photo".getBytes(ISO_8859_1);
  private static final byte[] PNG = "\u0089PNG\r\n\u001a\n a map".getBytes(ISO_8859_1);
  private static final byte[] PAGE = "<script>alert(1)</script>".getBytes(UTF_8);

  private final FakeS3 s3 = new FakeS3();
  private final Pictures pictures =
      new Pictures(
          new Storage(
                  s3,
                  new StorageSettings(
                      Set.of("photos"),
                      "restored",
                      100,
                      Duration.ofMinutes(1),
                      Checksums.AUTO,
                      Duration.ofSeconds(30)))
              .photos());

  @Test
  void givesEachPictureOfAnOutcome() {
    RecentOutcome outcome = outcome("photos", JPEG, "restored", PNG);
    s3.put("photos/original", JPEG).put("restored/photo", PNG).put("restored/other", PNG);

    assertPicture(pictures.original(outcome), JPEG, ImageFormat.JPEG);
    assertPicture(pictures.restored(outcome), PNG, ImageFormat.PNG);
    assertPicture(pictures.map(outcome), PNG, ImageFormat.PNG);
    assertPicture(pictures.face(outcome, 0), PNG, ImageFormat.PNG);
  }

  @Test
  void hasNoneWhereTheEventNamesNone() {
    RecentOutcome restored = outcome("photos", JPEG, "restored", PNG);
    RecentOutcome failed = RecentOutcome.of("b", Events.TIME, Events.failed("b"), 1);
    RecentOutcome unchanged = RecentOutcome.of("c", Events.TIME, Events.unchanged("c"), 1);

    assertThat(pictures.face(restored, 1)).as("skipped").isEmpty();
    assertThat(pictures.face(restored, 2)).isEmpty();
    assertThat(pictures.face(restored, -1)).isEmpty();
    assertThat(pictures.original(failed)).isEmpty();
    assertThat(pictures.restored(failed)).isEmpty();
    assertThat(pictures.map(failed)).isEmpty();
    assertThat(pictures.face(failed, 0)).isEmpty();
    assertThat(pictures.restored(unchanged)).isEmpty();
    assertThat(pictures.map(unchanged)).isEmpty();
  }

  @Test
  void readsNoOtherBucketWhateverTheEventSays() {
    RecentOutcome outcome = outcome("restored", JPEG, "photos", PNG);
    s3.put("restored/original", JPEG).put("photos/photo", PNG).put("photos/other", PNG);

    assertFails(pictures::original, outcome, ErrorCode.SOURCE_FORBIDDEN);
    assertFails(pictures::restored, outcome, ErrorCode.SOURCE_FORBIDDEN);
    assertFails(pictures::map, outcome, ErrorCode.SOURCE_FORBIDDEN);
    assertFails(each -> pictures.face(each, 0), outcome, ErrorCode.SOURCE_FORBIDDEN);
    assertThat(s3.reads).isZero();
  }

  @Test
  void comparesWithNoOtherPhotoThanTheOneThatWasRestored() {
    RecentOutcome outcome = outcome("photos", JPEG, "restored", PNG);
    s3.put("photos/original", PNG).put("restored/photo", JPEG);

    assertFails(pictures::original, outcome, ErrorCode.SOURCE_NOT_FOUND);
    assertFails(pictures::restored, outcome, ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void givesNothingThatIsNoPicture() {
    RecentOutcome outcome = outcome("photos", PAGE, "restored", PAGE);
    s3.put("photos/original", PAGE).put("restored/photo", PAGE).put("restored/other", PAGE);

    assertFails(pictures::original, outcome, ErrorCode.UNSUPPORTED_FORMAT);
    assertFails(pictures::restored, outcome, ErrorCode.UNSUPPORTED_FORMAT);
    assertFails(pictures::map, outcome, ErrorCode.UNSUPPORTED_FORMAT);
  }

  @Test
  void readsNoResultOverTheLimit() {
    s3.put("restored/other", new byte[101]);

    assertFails(
        pictures::map, outcome("photos", JPEG, "restored", PNG), ErrorCode.SOURCE_TOO_LARGE);
  }

  private static RecentOutcome outcome(
      String photos, byte[] original, String restored, byte[] photo) {
    return RecentOutcome.of(
        "a",
        Events.TIME,
        Events.restored(
            "a",
            Events.TIME,
            new Source(photos, "original", DigestUtils.sha256Hex(original), 100, 80),
            new Restored(
                restored,
                "photo",
                "text/html",
                photo.length,
                DigestUtils.sha256Hex(photo),
                200,
                160,
                2),
            new StoredObject(restored, "other")),
        1);
  }

  private static void assertPicture(
      Optional<Pictures.Picture> picture, byte[] bytes, ImageFormat format) {
    assertThat(picture.orElseThrow().bytes()).isEqualTo(bytes);
    assertThat(picture.orElseThrow().format()).isEqualTo(format);
  }

  private static void assertFails(
      Function<RecentOutcome, Optional<Pictures.Picture>> part,
      RecentOutcome outcome,
      ErrorCode code) {
    assertThatExceptionOfType(RestorationException.class)
        .isThrownBy(() -> part.apply(outcome))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  /** Objects in memory. For one thread. */
  private static final class FakeS3 implements S3Client {
    private final Map<String, byte[]> objects = new HashMap<>();
    private int reads;

    FakeS3 put(String place, byte[] bytes) {
      objects.put(place, bytes);
      return this;
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
      reads++;
      byte[] bytes = objects.get(request.bucket() + "/" + request.key());
      return new ResponseInputStream<>(
          GetObjectResponse.builder().contentLength((long) bytes.length).build(),
          new ByteArrayInputStream(bytes));
    }

    @Override
    public S3ServiceClientConfiguration serviceClientConfiguration() {
      return S3ServiceClientConfiguration.builder().region(Region.US_EAST_1).build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {
      objects.clear();
    }
  }
}
