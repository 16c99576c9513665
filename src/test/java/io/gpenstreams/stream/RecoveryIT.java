package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged service, stopped in order while it works. {@code KillIT} kills it. */
class RecoveryIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PHOTOS = 8;
  // Long, so that a suspect would be seen.
  private static final Map<String, String> SETTINGS =
      Map.of("gpen.replica", "only", "gpen.retry.calm", "15s");

  @RegisterExtension final TestServers servers = TestServers.brokerAndS3();

  private ServiceProcess service;

  @BeforeEach
  void startService() throws InterruptedException {
    servers.put(TestServers.PORTRAIT, TestServers.portrait());
    service = servers.startService(SETTINGS);
  }

  @Test
  void aStopInOrderLeavesNoSuspects() throws Exception {
    upload();
    await().until(() -> inFlight() > 0);
    service.stop();
    service.restart();

    assertThat(get("/q/metrics")).contains("gpen_suspects 0.0");
    assertThat(get("/q/health/live")).contains("Photos at work", "\"broken\": false");
    assertEveryPhotoIsRestoredOnce();
    assertThat(get("/q/metrics")).contains("gpen_pending 0.0");
  }

  private void upload() throws Exception {
    try (Uploads uploads = new Uploads(servers.broker())) {
      for (int i = 0; i < PHOTOS; i++) {
        uploads.send(Integer.toString(i), TestServers.PORTRAIT);
      }
    }
  }

  private void assertEveryPhotoIsRestoredOnce() {
    List<ConsumerRecord<byte[], byte[]>> records =
        ReadCommitted.read(
            servers.broker(),
            List.of(Topics.RESTORED_IMAGE, Topics.IMAGE_RESTORATION_FAILED),
            PHOTOS,
            PATIENCE);
    assertThat(records)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
    assertThat(records).extracting(ConsumerRecord::topic).containsOnly(Topics.RESTORED_IMAGE);
  }

  private double inFlight() throws IOException, InterruptedException {
    return get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("gpen_in_flight{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(service.address().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
