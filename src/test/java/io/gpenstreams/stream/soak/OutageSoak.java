package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.stream.Logins;
import io.gpenstreams.stream.ReadCommitted;
import io.gpenstreams.stream.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * The packaged service for an hour ({@code -Dgpen.outage.minutes}) in an installation with faults:
 * S3 answers 500 for one key in a hundred and trickles for two, its credentials expire four times
 * for a minute, and twice the service is restarted while Kafka's password is wrong. A photo that S3
 * serves is restored once; only the others become dead letters, and liveness never fails.
 */
class OutageSoak {
  private static final String USER = "service";
  private static final String PASSWORD = "secret";
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration WRONG = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int PHASES = 6;

  private final TestServers servers = TestServers.brokerAndS3().withLogins();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Random random = new Random(Long.getLong("gpen.outage.seed", 1));
  // Image id to what its outcome has to be.
  private final Map<String, String> expected = new HashMap<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private int twice;
  private int dead;
  private LocalBroker broker;
  private ServiceProcess service;
  private KafkaConsumer<byte[], byte[]> consumer;
  private KafkaProducer<String, String> producer;

  @Test
  void onlyPhotosThatS3DoesNotServeAreGivenUp() throws Exception {
    Duration length = Duration.ofMinutes(Integer.getInteger("gpen.outage.minutes", 60));
    servers.start();
    broker = servers.broker();
    broker.setPassword(USER, PASSWORD);
    TestPhotos.photos().forEach(servers::put);
    try (servers;
        OutageRelay relay = new OutageRelay(servers.s3().endpoint())) {
      service = servers.startService(settings(relay.address()));
      try {
        run(length, relay);
      } finally {
        Files.createDirectories(Path.of("target", "outage"));
        Files.copy(
            service.log(),
            Path.of("target", "outage", "service.log"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    System.out.printf(
        "%d photos: %s; %d twice; liveness failed %d times%n",
        expected.size(), summary(), twice, dead);
    assertThat(outcomes).isEqualTo(expected);
    assertThat(twice).isZero();
    assertThat(dead).isZero();
  }

  private void run(Duration length, OutageRelay relay) throws Exception {
    Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProducer<String, String> sender =
            new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer());
        KafkaConsumer<byte[], byte[]> reader = ReadCommitted.consumer(broker)) {
      producer = sender;
      consumer = reader;
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition(Topics.RESTORED_IMAGE, 0),
              new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Duration phase = length.dividedBy(PHASES);
      for (int i = 0; i < PHASES; i++) {
        Instant end = Instant.now().plus(phase);
        if (i % 3 == 2) {
          restartWithAWrongPassword();
        } else {
          relay.expired(true);
          feed(Instant.now().plus(WRONG));
          relay.expired(false);
        }
        feed(end);
        System.out.printf(
            "phase %d of %d: %d of %d have an outcome: %s%n",
            i + 1, PHASES, outcomes.size(), expected.size(), summary());
      }
      BestEffort.await(
          PATIENCE,
          () -> {
            look();
            return outcomes.size() >= expected.size();
          });
      look();
    }
  }

  private void restartWithAWrongPassword() throws Exception {
    // In order: a photo that is in flight at two kills counts as a poison pill.
    service.stop();
    broker.setPassword(USER, "another");
    CompletableFuture<Void> ready =
        CompletableFuture.runAsync(
            () -> {
              try {
                service.restart();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    feed(Instant.now().plus(WRONG));
    broker.setPassword(USER, PASSWORD);
    ready.get();
  }

  private void feed(Instant end) throws Exception {
    while (Instant.now().isBefore(end)) {
      String id = Integer.toString(expected.size());
      double kind = random.nextDouble();
      String key;
      if (kind < 0.01) {
        key = OutageRelay.BROKEN + id;
      } else {
        key =
            kind < 0.03
                ? OutageRelay.TRICKLING + id
                : TestPhotos.FACES.get(random.nextInt(TestPhotos.FACES.size()));
      }
      expected.put(id, kind < 0.03 ? "STORAGE_UNAVAILABLE" : "restored");
      String event =
          "{\"imageId\":\"%s\",\"source\":{\"bucket\":\"%s\",\"key\":\"%s\"}}"
              .formatted(id, TestPhotos.BUCKET, key);
      producer.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, id, event)).get();
      look();
    }
  }

  private void look() throws InterruptedException {
    Thread.sleep(PAUSE.toMillis());
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      String id = new String(record.key(), UTF_8);
      boolean restored = record.topic().equals(Topics.RESTORED_IMAGE);
      String outcome =
          restored ? "restored" : new EventJson().readFailed(record.value()).error().code().name();
      twice += outcomes.put(id, outcome) == null ? 0 : 1;
    }
    try {
      HttpRequest live =
          HttpRequest.newBuilder(service.address().resolve("/q/health/live"))
              .timeout(Duration.ofSeconds(5))
              .build();
      boolean alive = http.send(live, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
      dead += alive ? 0 : 1;
    } catch (IOException e) {
      // It is just being restarted.
      return;
    }
  }

  private Map<String, Long> summary() {
    Map<String, Long> summary = new TreeMap<>();
    outcomes.values().forEach(outcome -> summary.merge(outcome, 1L, Long::sum));
    return summary;
  }

  private Map<String, String> settings(URI relay) {
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.s3.endpoint-override", relay.toString());
    settings.put("gpen.replica", "only");
    settings.put("gpen.limits.seconds", "15");
    settings.put("gpen.retry.calm", "8s");
    settings.putAll(Logins.ofService(broker.login(USER, PASSWORD)));
    return settings;
  }
}
