package io.gpenstreams.cli.demo;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.ServerException;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.servers.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One run of the demo: starts the servers and the service, has them restore the photos, saves the
 * results.
 *
 * <p>For one thread. A second thread starts the S3 server and fills it meanwhile; its {@link
 * Future} hands the result over.
 */
final class Demo {
  /** The model that needs no file. */
  static final String BUILTIN_MODEL = "builtin";

  /** Steps of its progress before the first photo. */
  static final int STEPS = 2;

  private static final String PHOTOS = "photos";
  private static final String RESTORED = "restored";

  private final Workspace workspace;
  private final Options options;
  private final Supplier<byte[]> portraitJpeg;
  private LocalBroker broker;
  private LocalS3 s3;
  private ServiceProcess service;

  Demo(Workspace workspace, Options options, Supplier<byte[]> portraitJpeg) {
    this.workspace = workspace;
    this.options = options;
    this.portraitJpeg = portraitJpeg;
  }

  /**
   * The choices of the user.
   *
   * @param photos none for the portrait
   * @param model {@link #BUILTIN_MODEL} or a file
   * @param viewer whether the service shows results as a page
   * @param out where results go
   */
  record Options(List<Path> photos, String model, boolean viewer, Path out) {
    /** Copies the photos. */
    Options {
      photos = List.copyOf(photos);
    }
  }

  /** The S3 server with the photos in it, and the events that tell of them. */
  private record Upload(LocalS3 s3, List<DemoPhoto> photos, List<ImageUploaded> events) {}

  /** Restores the photos, and returns their outcomes in the order of the photos. */
  List<Outcome> run(Progress progress) throws IOException, InterruptedException {
    progress.now("Starting Kafka and S3");
    Upload upload = startServers();
    progress.step();

    progress.now("Starting the service");
    DemoTopics topics = new DemoTopics(broker.bootstrapServers());
    // Published before the service is up, so that its first photo waits for nothing.
    topics.publish(upload.events());
    service = ServiceProcess.start(workspace, broker, s3, serviceSettings());
    progress.step();

    List<DemoPhoto> photos = upload.photos();
    List<Outcome> outcomes = new ArrayList<>();
    progress.now(restoring(0, photos.size()));
    try (S3Client client = s3.newClient()) {
      OutputFolder output =
          new OutputFolder(options.out(), workspace.newFolderIn(options.out()), client);
      topics.await(
          photos,
          this::requireAlive,
          outcome -> {
            output.save(outcome);
            outcomes.add(outcome);
            progress.step();
            progress.now(restoring(outcomes.size(), photos.size()));
          });
    }
    outcomes.sort(Comparator.comparingInt(outcome -> photos.indexOf(outcome.photo())));
    return List.copyOf(outcomes);
  }

  /** Where everything answers, a line each. */
  List<String> addresses() {
    return List.of(
        "Viewer: " + service.address(),
        "Kafka:  " + broker.bootstrapServers(),
        "S3:     "
            + s3.endpoint()
            + " (region "
            + s3.region()
            + ", access key "
            + s3.accessKeyId()
            + ", secret key "
            + s3.secretAccessKey()
            + ")");
  }

  /** Returns only by a {@link ServerException}, when one of the servers stops by itself. */
  void awaitEnd() throws InterruptedException {
    while (true) {
      requireAlive();
      Thread.sleep(500);
    }
  }

  private Upload startServers() throws InterruptedException {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<Upload> uploading = background.submit(this::startStorage);
      broker = LocalBroker.start(workspace);
      broker.createTopics(Topics.OF_THE_SERVICE);
      Upload upload = uploading.get();
      s3 = upload.s3();
      return upload;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new ServerException("cannot upload the photos: " + e.getCause(), null, e);
    } finally {
      background.shutdownNow();
    }
  }

  /** Runs on the second thread, which alone uses the server until it returns. */
  private Upload startStorage() throws IOException, InterruptedException {
    List<DemoPhoto> photos =
        DemoPhoto.of(options.photos().isEmpty() ? portrait() : options.photos());
    LocalS3 server = LocalS3.start(workspace);
    server.createBuckets(List.of(PHOTOS, RESTORED));
    try (S3Client client = server.newClient()) {
      return new Upload(
          server, photos, photos.stream().map(photo -> upload(client, photo)).toList());
    }
  }

  private static ImageUploaded upload(S3Client client, DemoPhoto photo) {
    String key = photo.name() + photo.extension();
    try {
      client.putObject(request -> request.bucket(PHOTOS).key(key), photo.file());
      return new ImageUploaded(
          photo.name(),
          new ImageUploaded.Source(PHOTOS, key, null, null),
          null,
          Files.size(photo.file()),
          Instant.now(),
          null);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + photo.file(), e);
    }
  }

  private List<Path> portrait() throws IOException {
    return List.of(
        Files.write(workspace.newFolder("portrait").resolve("portrait.jpg"), portraitJpeg.get()));
  }

  private Map<String, String> serviceSettings() {
    return Map.of(
        "gpen.model",
        options.model().equals(BUILTIN_MODEL)
            ? BUILTIN_MODEL
            : Path.of(options.model()).toAbsolutePath().toString(),
        "gpen.viewer.enabled",
        Boolean.toString(options.viewer()),
        "gpen.storage.source-buckets",
        PHOTOS,
        "gpen.storage.restored-bucket",
        RESTORED);
  }

  private void requireAlive() {
    service.requireAlive();
    broker.requireAlive();
    s3.requireAlive();
  }

  private static String restoring(int done, int of) {
    return "Restored " + done + " of " + of;
  }
}
