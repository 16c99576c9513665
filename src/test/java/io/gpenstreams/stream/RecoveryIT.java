package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.servers.Workspace;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged service, stopped in order while it works; {@code KillIT} kills it. */
class RecoveryIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PHOTOS = 8;
  // Long, so that a photo under suspicion would be seen.
  private static final Map<String, String> SETTINGS =
      Map.of("gpen.replica", "only", "gpen.retry.calm", "15s");

  private Workspace workspace;
  private LocalBroker broker;
  private ServiceProcess service;

  @BeforeEach
  void start() throws InterruptedException {
    workspace = Workspace.create(Installation.find());
    broker = LocalBroker.start(workspace);
    LocalS3 s3 = LocalS3.start(workspace);
    broker.createTopics(Topics.OF_THE_SERVICE);
    s3.createBuckets(List.of("photos", "restored"));
    try (S3Client client = s3.newClient()) {
      byte[] portrait = new Degradation(7).apply(new Portrait(7).draw());
      client.putObject(
          r -> r.bucket("photos").key("portrait.jpg"), RequestBody.fromBytes(portrait));
    }
    service = ServiceProcess.start(workspace, broker, s3, SETTINGS);
  }

  @AfterEach
  void stop() {
    workspace.close();
  }

  @Test
  void aServiceThatIsStoppedLeavesNoSuspicion() throws Exception {
    upload();
    Thread.sleep(1500);
    service.stop();
    service.restart();

    assertThat(get("/q/metrics")).contains("gpen_suspects 0.0");
    assertThat(get("/q/health/live")).contains("Photos at work", "\"broken\": false");
    assertEveryPhotoIsRestoredOnce();
    assertThat(get("/q/metrics")).contains("gpen_pending 0.0");
  }

  private void upload() throws Exception {
    try (Uploads uploads = new Uploads(broker)) {
      for (int i = 0; i < PHOTOS; i++) {
        uploads.send(Integer.toString(i), "portrait.jpg");
      }
    }
  }

  private void assertEveryPhotoIsRestoredOnce() {
    List<ConsumerRecord<byte[], byte[]>> records =
        ReadCommitted.read(
            broker,
            List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED),
            PHOTOS,
            PATIENCE);
    assertThat(records)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
    assertThat(records).extracting(ConsumerRecord::topic).containsOnly(Topics.RESTORED_IMAGE);
  }

  private String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(service.address().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
