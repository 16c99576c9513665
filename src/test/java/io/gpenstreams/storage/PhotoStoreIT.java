package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded.Source;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.Workspace;
import io.gpenstreams.stream.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Photos in and results out of a real S3 server. */
class PhotoStoreIT {
  private static final byte[] PHOTO = "a photo of nine and more bytes".getBytes(UTF_8);

  @RegisterExtension static final TestServers SERVERS = TestServers.onlyS3().withBuckets("private");

  private static LocalS3 s3;
  private static S3Client client;

  @BeforeAll
  static void connect() {
    s3 = SERVERS.s3();
    client = SERVERS.client();
  }

  @Test
  void readsWhatTheEventNamesAndOnlyThat() {
    String etag = put("photos", "a/b.jpg");
    PhotoStore store = store(PHOTO.length);

    assertThat(store.fetch(new Source("photos", "a/b.jpg", null, null))).isEqualTo(PHOTO);
    assertThat(store.fetch(new Source("photos", "a/b.jpg", null, etag))).isEqualTo(PHOTO);
    assertThat(store.fetch(new Source("photos", "a/b.jpg", null, etag.replace("\"", ""))))
        .isEqualTo(PHOTO);
    assertFails(store, new Source("photos", "a/b.jpg", null, "0123"), ErrorCode.SOURCE_NOT_FOUND);
    assertFails(store, new Source("photos", "a/c.jpg", null, null), ErrorCode.SOURCE_NOT_FOUND);
  }

  @Test
  void readsNoOtherBucketWhateverIsInIt() {
    put("private", "secret.jpg");

    assertFails(
        store(100), new Source("private", "secret.jpg", null, null), ErrorCode.SOURCE_FORBIDDEN);
  }

  @Test
  void readsNothingOverTheLimit() {
    put("photos", "large.jpg");

    assertFails(
        store(PHOTO.length - 1),
        new Source("photos", "large.jpg", null, null),
        ErrorCode.SOURCE_TOO_LARGE);
  }

  @Test
  void writesResultsWithTheirContentType() {
    String key = ResultKeys.key("bucket/../ä%2F b.jpg", "0123.jpg");

    StoredObject stored = store(100).put(key, PHOTO, "image/jpeg");

    assertThat(stored).isEqualTo(new StoredObject("restored", key));
    var object = client.getObjectAsBytes(request -> request.bucket("restored").key(key));
    assertThat(object.asByteArray()).isEqualTo(PHOTO);
    assertThat(object.response().contentType()).isEqualTo("image/jpeg");
  }

  @Test
  void saysThatAServerThatIsAwayIsUnavailable() throws Exception {
    try (Workspace own = Workspace.create(Installation.find());
        LocalS3 server = LocalS3.start(own);
        S3Client away = server.newClient()) {
      server.kill();
      PhotoStore store = store(away, 100);

      assertFails(store, new Source("photos", "a.jpg", null, null), ErrorCode.STORAGE_UNAVAILABLE);
      assertThatThrownBy(() -> store.put("k", PHOTO, "image/jpeg"))
          .isInstanceOfSatisfying(
              RestorationException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
    }
  }

  @Test
  void aWrongSecretIsTheInstallationsFaultAndNoPhotosLoss() {
    put("photos", "a.jpg");
    try (S3Client wrong = withSecret("wrong");
        Storage storage = storage(wrong, 100)) {
      assertThatThrownBy(() -> storage.photos().fetch(new Source("photos", "a.jpg", null, null)))
          .isInstanceOfSatisfying(RestorationException.class, e -> assertThat(e.outage()).isTrue());
      assertThat(storage.health().reason().orElseThrow())
          .contains("S3 refuses the credentials", "SignatureDoesNotMatch", "bucket photos");
    }
  }

  @Test
  void whatAServerWithoutVersionsAnswersIsTheEventsFault() {
    put("photos", "a.jpg");

    assertFails(store(100), new Source("photos", "a.jpg", "v1", null), ErrorCode.SOURCE_NOT_FOUND);
  }

  private static S3Client withSecret(String secret) {
    return S3Client.builder()
        .endpointOverride(s3.endpoint())
        .region(Region.of(s3.region()))
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKeyId(), secret)))
        .httpClientBuilder(ApacheHttpClient.builder())
        .build();
  }

  @Test
  void bringsModelsFromS3() throws Exception {
    put("photos", "models/m.onnx");

    Path file = new ModelFiles(client).locate("s3://photos/models/m.onnx");

    assertThat(file).hasFileName("m.onnx");
    assertThat(Files.readAllBytes(file)).isEqualTo(PHOTO);
    assertThat(new ModelFiles(client).locate("/models/x.onnx"))
        .isEqualTo(Path.of("/models/x.onnx"));
    assertThatThrownBy(() -> new ModelFiles(client).locate("s3://photos/none.onnx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("s3://photos/none.onnx");
  }

  private static PhotoStore store(int maxBytes) {
    return store(client, maxBytes);
  }

  private static PhotoStore store(S3Client client, int maxBytes) {
    return storage(client, maxBytes).photos();
  }

  private static Storage storage(S3Client client, int maxBytes) {
    return new Storage(
        client,
        new StorageSettings(
            Set.of("photos"),
            "restored",
            maxBytes,
            Duration.ofMinutes(1),
            Checksums.AUTO,
            Duration.ofSeconds(1)));
  }

  private static String put(String bucket, String key) {
    return client
        .putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(PHOTO))
        .eTag();
  }

  private static void assertFails(PhotoStore store, Source source, ErrorCode code) {
    assertThatThrownBy(() -> store.fetch(source))
        .isInstanceOfSatisfying(
            RestorationException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.stage()).isEqualTo(Stage.FETCH);
            });
  }
}
