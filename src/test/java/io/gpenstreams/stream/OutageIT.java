package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestorationFailed;
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
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged service while something that it needs is sick, missing or away. */
class OutageIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String USER = "service";
  private static final String PASSWORD = "secret";
  private static final String LONG_SEGMENT = "x".repeat(300);

  private final HttpClient http = HttpClient.newHttpClient();
  private final EventJson json = new EventJson();
  private final List<ConsumerRecord<byte[], byte[]>> outcomes = new ArrayList<>();
  private Workspace workspace;
  private LocalBroker broker;
  private Admin admin;
  private S3Client client;
  private ServiceProcess service;
  private KafkaConsumer<byte[], byte[]> consumer;
  private int asked;

  @BeforeEach
  void start() throws Exception {
    workspace = Workspace.create(Installation.find());
    broker = LocalBroker.startWithLogins(workspace);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    broker.setPassword(USER, PASSWORD);
    LocalS3 s3 = LocalS3.start(workspace);
    broker.createTopics(Topics.OF_THE_SERVICE);
    s3.createBuckets(List.of("photos", "restored"));
    client = s3.newClient();
    byte[] portrait = new Degradation(7).apply(new Portrait(7).draw());
    client.putObject(r -> r.bucket("photos").key("portrait.jpg"), RequestBody.fromBytes(portrait));
    service = ServiceProcess.start(workspace, broker, s3, settings());
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
    client.close();
    admin.close();
    workspace.close();
  }

  @Test
  void nothingIsLostNobodyElseSuffersAndReadinessSaysWhy() throws Exception {
    sickObjectsHoldNobodyUp();
    aMissingResultBucketIsWaitedFor();
    aBrokerThatIsAwayIsWaitedForAlsoAtTheStart();
    aWrongPasswordIsWaitedFor();
    aPermissionIsWaitedFor();

    assertThat(outcomes).as("each photo once").hasSize(asked);
    long warnings =
        Files.readAllLines(service.log()).stream().filter(line -> line.contains(" WARN ")).count();
    assertThat(warnings).isLessThan(300);
  }

  private void sickObjectsHoldNobodyUp() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      events.add(Uploads.event("sick-" + i, LONG_SEGMENT + "/" + i));
    }
    for (int i = 0; i < 4; i++) {
      events.add(
          ("{\"imageId\":\"version-%d\",\"source\":"
                  + "{\"bucket\":\"photos\",\"key\":\"portrait.jpg\",\"versionId\":\"v%d\"}}")
              .formatted(i, i));
    }
    for (int i = 0; i < 10; i++) {
      events.add(Uploads.event("good-" + i, "portrait.jpg"));
    }
    send(events);
    await();

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
              boolean sick = letter.imageId().startsWith("sick");
              assertThat(letter.attempts()).isGreaterThanOrEqualTo(sick ? 5 : 1);
              assertThat(letter.error().code().name())
                  .isEqualTo(sick ? "STORAGE_UNAVAILABLE" : "SOURCE_NOT_FOUND");
            });
    assertThat(status("/q/health/ready")).isEqualTo(200);
    assertThat(get("/q/metrics"))
        .contains("kafka_stream", "gpen_model_info")
        .as("labels that are drawn anew at each start")
        .doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-");
  }

  private void aMissingResultBucketIsWaitedFor() throws Exception {
    client
        .listObjectsV2Paginator(request -> request.bucket("restored"))
        .contents()
        .forEach(object -> client.deleteObject(r -> r.bucket("restored").key(object.key())));
    client.deleteBucket(request -> request.bucket("restored"));
    send(List.of(Uploads.event("homeless", "portrait.jpg")));
    awaitReadiness("there is no such bucket", "bucket restored");
    assertThat(status("/q/health/live")).isEqualTo(200);

    client.createBucket(request -> request.bucket("restored"));
    await();
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
    send(List.of(Uploads.event("after the start", "portrait.jpg")));
    await();
  }

  private void aWrongPasswordIsWaitedFor() throws Exception {
    broker.setPassword(USER, "another");
    service.kill();
    long before = Files.readAllLines(service.log()).size();
    CompletableFuture<Void> ready = restart();
    awaitReadiness("authentication failed at", broker.loginServers());
    assertThat(status("/q/health/live")).isEqualTo(200);
    // Long enough for hundreds of lines of Kafka's clients.
    TimeUnit.SECONDS.sleep(5);
    assertThat(Files.readAllLines(service.log()).size() - before).isLessThan(100);

    broker.setPassword(USER, PASSWORD);
    ready.get();
    send(List.of(Uploads.event("after the password", "portrait.jpg")));
    await();
  }

  private void aPermissionIsWaitedFor() throws Exception {
    AclBinding denial =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, Topics.RESTORED_IMAGE, PatternType.LITERAL),
            new AccessControlEntry("User:" + USER, "*", AclOperation.ALL, AclPermissionType.DENY));
    admin.createAcls(List.of(denial)).all().get();
    awaitReadiness("no permission for the topics " + Topics.RESTORED_IMAGE);
    assertThat(status("/q/health/live")).isEqualTo(200);

    admin.deleteAcls(List.of(denial.toFilter())).all().get();
    awaitReadiness("\"status\": \"UP\"");
    send(List.of(Uploads.event("after the permission", "portrait.jpg")));
    await();
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

  private void await() {
    ReadCommitted.readOn(consumer, outcomes, asked, PATIENCE);
    assertThat(outcomes).hasSize(asked);
  }

  private static String key(ConsumerRecord<byte[], byte[]> outcome) {
    return new String(outcome.key(), UTF_8);
  }

  private void awaitReadiness(String... parts) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String said = "";
    while (System.nanoTime() < deadline) {
      said = readiness();
      if (List.of(parts).stream().allMatch(said::contains)) {
        return;
      }
      Thread.sleep(200);
    }
    assertThat(said).contains(parts);
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
