package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged service while something that it needs fails, is missing or is unavailable. */
class OutageIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String USER = "service";
  private static final String PASSWORD = "secret";
  private static final String LONG_SEGMENT = "x".repeat(300);

  @RegisterExtension final TestServers servers = TestServers.brokerAndS3().withLogins();

  private final HttpClient http = HttpClient.newHttpClient();
  private final EventJson json = new EventJson();
  private final List<ConsumerRecord<byte[], byte[]>> outcomes = new ArrayList<>();
  private LocalBroker broker;
  private ServiceProcess service;
  private KafkaConsumer<byte[], byte[]> consumer;
  private int asked;

  @BeforeEach
  void start() throws Exception {
    broker = servers.broker();
    broker.setPassword(USER, PASSWORD);
    servers.put(TestServers.PORTRAIT, TestServers.portrait());
    service = servers.startService(settings());
    consumer = ReadCommitted.consumer(broker);
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition(Topics.RESTORED_IMAGE, 0),
            new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  @AfterEach
  void stop() {
    consumer.close();
  }

  @Test
  void nothingIsLostAndReadinessNamesTheReason() throws Exception {
    failingObjectsDelayNoOtherPhoto();
    aMissingResultBucketIsWaitedFor();
    aBrokerThatIsAwayIsWaitedForAlsoAtTheStart();
    aWrongPasswordIsWaitedFor();
    aPermissionIsWaitedFor();

    assertThat(outcomes).as("each photo once").hasSize(asked);
    long warnings =
        Files.readAllLines(service.log()).stream().filter(line -> line.contains(" WARN ")).count();
    assertThat(warnings).isLessThan(300);
  }

  private void failingObjectsDelayNoOtherPhoto() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      events.add(Uploads.event("failing-" + i, LONG_SEGMENT + "/" + i));
    }
    for (int i = 0; i < 4; i++) {
      events.add(
          ("{\"imageId\":\"version-%d\",\"source\":"
                  + "{\"bucket\":\"photos\",\"key\":\"portrait.jpg\",\"versionId\":\"v%d\"}}")
              .formatted(i, i));
    }
    for (int i = 0; i < 10; i++) {
      events.add(Uploads.event("good-" + i, TestServers.PORTRAIT));
    }
    send(events);
    awaitOutcomes();

    assertThat(outcomes)
        .filteredOn(outcome -> key(outcome).startsWith("good"))
        .hasSize(10)
        .allSatisfy(outcome -> assertThat(outcome.topic()).isEqualTo(Topics.RESTORED_IMAGE));
    assertThat(outcomes)
        .filteredOn(outcome -> !key(outcome).startsWith("good"))
        .hasSize(17)
        .allSatisfy(
            outcome -> {
              RestorationFailed letter = json.readFailed(outcome.value());
              boolean failing = letter.imageId().startsWith("failing");
              assertThat(letter.attempts()).isGreaterThanOrEqualTo(failing ? 5 : 1);
              assertThat(letter.error().code().name())
                  .isEqualTo(failing ? "STORAGE_UNAVAILABLE" : "SOURCE_NOT_FOUND");
            });
    assertThat(status("/q/health/ready")).isEqualTo(200);
    assertThat(get("/q/metrics"))
        .contains("kafka_stream", "gpen_model_info")
        .as("labels that are drawn anew at each start")
        .doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-");
  }

  private void aMissingResultBucketIsWaitedFor() throws Exception {
    S3Client client = servers.client();
    client
        .listObjectsV2Paginator(request -> request.bucket("restored"))
        .contents()
        .forEach(object -> client.deleteObject(r -> r.bucket("restored").key(object.key())));
    client.deleteBucket(request -> request.bucket("restored"));
    send(List.of(Uploads.event("without a bucket", TestServers.PORTRAIT)));
    awaitReadiness("there is no such bucket", "bucket restored");
    assertThat(status("/q/health/live")).isEqualTo(200);

    client.createBucket(request -> request.bucket("restored"));
    awaitOutcomes();
    awaitReadiness("\"status\": \"UP\"");
  }

  private void aBrokerThatIsAwayIsWaitedForAlsoAtTheStart() throws Exception {
    broker.kill();
    awaitReadiness("no connection to");
    assertThat(status("/q/health/live")).isEqualTo(200);

    service.kill();
    CompletableFuture<Void> ready = restart();
    awaitReadiness("no connection to");
    assertThat(status("/q/health/live")).isEqualTo(200);

    broker.restart();
    ready.get();
    send(List.of(Uploads.event("after the start", TestServers.PORTRAIT)));
    awaitOutcomes();
  }

  private void aWrongPasswordIsWaitedFor() throws Exception {
    broker.setPassword(USER, "another");
    service.kill();
    long before = Files.readAllLines(service.log()).size();
    CompletableFuture<Void> ready = restart();
    awaitReadiness("authentication failed at", broker.loginServers());
    assertThat(status("/q/health/live")).isEqualTo(200);
    // Long enough for hundreds of lines of Kafka's clients.
    Awaitility.await()
        .during(Duration.ofSeconds(5))
        .atMost(PATIENCE)
        .until(() -> Files.readAllLines(service.log()).size() - before < 100);

    broker.setPassword(USER, PASSWORD);
    ready.get();
    send(List.of(Uploads.event("after the password", TestServers.PORTRAIT)));
    awaitOutcomes();
  }

  private void aPermissionIsWaitedFor() throws Exception {
    AclBinding denial =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, Topics.RESTORED_IMAGE, PatternType.LITERAL),
            new AccessControlEntry("User:" + USER, "*", AclOperation.ALL, AclPermissionType.DENY));
    servers.admin().createAcls(List.of(denial)).all().get();
    awaitReadiness("no permission for the topics " + Topics.RESTORED_IMAGE);
    assertThat(status("/q/health/live")).isEqualTo(200);

    servers.admin().deleteAcls(List.of(denial.toFilter())).all().get();
    awaitReadiness("\"status\": \"UP\"");
    send(List.of(Uploads.event("after the permission", TestServers.PORTRAIT)));
    awaitOutcomes();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("gpen.replica", "only");
    settings.put("gpen.retry.calm", "1s");
    settings.put("gpen.retry.initial-backoff", "100ms");
    settings.put("gpen.retry.max-backoff", "1s");
    settings.putAll(Logins.ofService(broker.login(USER, PASSWORD)));
    return settings;
  }

  private CompletableFuture<Void> restart() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            service.restart();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void send(List<String> events) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (String event : events) {
        producer.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, 0, null, event)).get();
        asked++;
      }
    }
  }

  private void awaitOutcomes() {
    ReadCommitted.readOn(consumer, outcomes, asked, PATIENCE);
    assertThat(outcomes).hasSize(asked);
  }

  private static String key(ConsumerRecord<byte[], byte[]> outcome) {
    return new String(outcome.key(), UTF_8);
  }

  private void awaitReadiness(String... parts) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(readiness()).contains(parts));
  }

  private String get(String path) throws IOException, InterruptedException {
    return http.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
  }

  private String readiness() throws InterruptedException {
    try {
      return get("/q/health/ready");
    } catch (IOException e) {
      return e.toString();
    }
  }

  private int status(String path) throws IOException, InterruptedException {
    return http.send(request(path), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(service.address().resolve(path))
        .timeout(Duration.ofSeconds(5))
        .build();
  }
}
