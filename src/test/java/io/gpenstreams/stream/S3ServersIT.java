package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.GpenConfig.Checksums;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.restore.PhotoRestorer;
import io.gpenstreams.restore.StageClock;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.S3Server;
import io.gpenstreams.servers.Workspace;
import io.gpenstreams.storage.Storage;
import io.gpenstreams.storage.StorageSettings;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * Photos out of S3 servers of three makers and results into them, by all of the service but Kafka.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class S3ServersIT {
  private static final String PHOTOS = "photos";
  private static final String MISSING = "missing";
  private static final String RESTORED = "restored";
  private static final List<String> KEYS =
      List.of("grandma.jpg", "2026/11/a b+c.jpg", "50% off, 100%25.jpg", "Ömä/größe–😀/写真.jpg");

  private static final byte[] PHOTO = new Degradation(7).apply(new Portrait(7).draw());

  private static final Map<S3Server, Future<LocalS3>> SERVERS = new EnumMap<>(S3Server.class);
  private static final GpenConfig CONFIG =
      ConfigLoader.load(
          Map.of("gpen.storage.source-buckets", PHOTOS, "gpen.storage.restored-bucket", RESTORED));

  private static Workspace workspace;
  private static ExecutorService starters;
  private static PhotoRestorer restorer;

  @BeforeAll
  static void start() {
    workspace = Workspace.create(Installation.find());
    starters = Executors.newFixedThreadPool(S3Server.values().length);
    for (S3Server server : S3Server.values()) {
      SERVERS.put(server, starters.submit(() -> start(server)));
    }
    restorer = PhotoRestorer.open(CONFIG, Path::of);
  }

  private static LocalS3 start(S3Server server) throws InterruptedException {
    LocalS3 s3 = LocalS3.start(workspace, server);
    s3.createBuckets(List.of(PHOTOS, RESTORED));
    if (server.keepsVersions()) {
      try (S3Client client = s3.newClient()) {
        client.putBucketVersioning(
            request ->
                request
                    .bucket(PHOTOS)
                    .versioningConfiguration(
                        versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
      }
    }
    return s3;
  }

  @AfterAll
  static void stop() {
    workspace.close();
    starters.shutdownNow();
    restorer.close();
  }

  @ParameterizedTest
  @EnumSource
  void passesTheCheckAtTheStart(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      storage.watch();

      await().atMost(Duration.ofMinutes(1)).until(storage.health()::checked);
      assertThat(storage.health().reason()).isEmpty();
      assertThat(storage.health().takes(PHOTOS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void storesEveryResultUnderTheHashOfItsBytes(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      put(server, PHOTOS, "grandma.jpg", PHOTO);
      ImageRestoration restoration = new ImageRestoration(CONFIG, storage.photos(), restorer);

      RestoredImage result =
          restoration.restore(
              new ImageUploaded(
                  "50% größe a+b/😀",
                  new ImageUploaded.Source(PHOTOS, "grandma.jpg", null, null),
                  null,
                  null,
                  null,
                  null),
              new StageClock(Duration.ofMinutes(1)));

      assertThat(result.outcome()).isEqualTo(RestoredImage.Outcome.RESTORED);
      assertThat(result.source().sha256()).isEqualTo(sha256(PHOTO));
      StoredObject photo = new StoredObject(result.restored().bucket(), result.restored().key());
      assertThat(sha256(stored(server, photo))).isEqualTo(result.restored().sha256());
      StoredObject map = result.hallucination().map();
      StoredObject crop = result.faces().get(0).crop();
      for (StoredObject object : List.of(photo, map, crop)) {
        assertThat(object.key()).contains(sha256(stored(server, object)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsKeysOfAnyText(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      for (String key : KEYS) {
        byte[] bytes = key.getBytes(UTF_8);
        put(server, PHOTOS, key, bytes);

        assertThat(storage.photos().fetch(source(PHOTOS, key, null))).as(key).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsTheVersionThatTheEventNames(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      String first = put(server, PHOTOS, "twice.jpg", "first".getBytes(UTF_8));
      put(server, PHOTOS, "twice.jpg", "second".getBytes(UTF_8));

      assertThat(storage.photos().fetch(source(PHOTOS, "twice.jpg", null)))
          .asString(UTF_8)
          .isEqualTo("second");
      if (server.keepsVersions()) {
        assertThat(storage.photos().fetch(source(PHOTOS, "twice.jpg", first)))
            .asString(UTF_8)
            .isEqualTo("first");
      } else {
        assertThat(first).isNull();
      }
      RestorationException failure =
          failure(storage, source(PHOTOS, "twice.jpg", "no-such-version"));
      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
      assertThat(failure.outage()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LOCAL_S3")
  void readsNoOtherContentThanTheEventNames(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      put(server, PHOTOS, "named.jpg", PHOTO);

      assertThat(
              storage
                  .photos()
                  .fetch(
                      new ImageUploaded.Source(
                          PHOTOS, "named.jpg", null, DigestUtils.md5Hex(PHOTO))))
          .isEqualTo(PHOTO);
      assertThat(
              failure(storage, new ImageUploaded.Source(PHOTOS, "named.jpg", null, "0123")).code())
          .isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingPhotoIsTheEventsFault(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, PHOTOS, RESTORED)) {
      RestorationException failure = failure(storage, source(PHOTOS, "none.jpg", null));

      assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
      assertThat(failure.outage()).isFalse();
      assertThat(storage.health().reason()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingBucketIsTheInstallationsFault(S3Server server) throws Exception {
    try (S3Client client = client(server);
        Storage storage = storage(client, MISSING, MISSING)) {
      RestorationException reading = failure(storage, source(MISSING, "grandma.jpg", null));
      RestorationException writing =
          catchThrowableOfType(
              RestorationException.class, () -> storage.photos().put("0.jpg", PHOTO, "image/jpeg"));

      assertThat(reading.outage()).isTrue();
      assertThat(writing.outage()).isTrue();
      assertThat(storage.health().reason().orElseThrow())
          .contains("NoSuchBucket", "bucket " + MISSING);
    }
  }

  private static RestorationException failure(Storage storage, ImageUploaded.Source source) {
    return catchThrowableOfType(RestorationException.class, () -> storage.photos().fetch(source));
  }

  private static ImageUploaded.Source source(String bucket, String key, String version) {
    return new ImageUploaded.Source(bucket, key, version, null);
  }

  private static Storage storage(S3Client client, String photos, String restored) {
    return new Storage(
        client,
        new StorageSettings(
            Set.of(photos),
            restored,
            1 << 20,
            Duration.ofMinutes(1),
            Checksums.AUTO,
            Duration.ofSeconds(1)));
  }

  /** As Quarkus makes the service's. */
  private static S3Client client(S3Server server) throws Exception {
    LocalS3 s3 = SERVERS.get(server).get();
    Properties settings = new Properties();
    try (InputStream in = S3ServersIT.class.getResourceAsStream("/application.properties")) {
      settings.load(in);
    }
    boolean chunks = Boolean.parseBoolean(settings.getProperty("quarkus.s3.chunked-encoding"));
    return S3Client.builder()
        .endpointOverride(s3.endpoint())
        .region(Region.of(s3.region()))
        .forcePathStyle(true)
        .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(chunks))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(s3.accessKeyId(), s3.secretAccessKey())))
        .httpClientBuilder(ApacheHttpClient.builder())
        .build();
  }

  /** Returns the version, null on a server without. */
  private static String put(S3Server server, String bucket, String key, byte[] bytes)
      throws Exception {
    try (S3Client client = SERVERS.get(server).get().newClient()) {
      return client
          .putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes))
          .versionId();
    }
  }

  private static byte[] stored(S3Server server, StoredObject object) throws Exception {
    try (S3Client client = SERVERS.get(server).get().newClient()) {
      return client
          .getObjectAsBytes(request -> request.bucket(object.bucket()).key(object.key()))
          .asByteArray();
    }
  }

  private static String sha256(byte[] bytes) {
    return DigestUtils.sha256Hex(bytes);
  }
}
