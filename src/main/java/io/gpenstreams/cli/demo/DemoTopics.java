package io.gpenstreams.cli.demo;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.ServerException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The demo as a client of the service: requests photos and receives their outcomes. For one thread.
 */
final class DemoTopics {
  /** Far longer than the slowest photo is allowed, so that only a stuck service reaches it. */
  private static final Duration STUCK = Duration.ofHours(1);

  private static final Duration POLL = Duration.ofMillis(250);

  private final String bootstrapServers;
  private final EventJson format = new EventJson();

  DemoTopics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Publishes the events, and returns when they are stored. */
  void publish(List<ImageUploaded> events) throws InterruptedException {
    Map<String, Object> configuration =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (var producer =
        new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer())) {
      List<? extends Future<?>> sent =
          events.stream()
              .map(
                  event ->
                      new ProducerRecord<>(
                          Topics.IMAGE_UPLOADED, event.imageId(), format.write(event)))
              .map(producer::send)
              .toList();
      for (Future<?> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new ServerException(
          "Kafka did not take the photos' events: " + e.getCause().getMessage(), null, e);
    }
  }

  /**
   * Waits until each photo has its outcome, and hands each over as it comes.
   *
   * @param alive throws if waiting is in vain
   */
  void await(List<DemoPhoto> photos, Runnable alive, Consumer<Outcome> taken) {
    Map<String, DemoPhoto> waiting = new HashMap<>();
    photos.forEach(photo -> waiting.put(photo.name(), photo));
    Map<String, Object> configuration =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false);
    try (var consumer =
        new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          List.of(
              new TopicPartition(Topics.RESTORED_IMAGE, 0),
              new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + STUCK.toNanos();
      while (!waiting.isEmpty()) {
        alive.run();
        for (var record : consumer.poll(POLL)) {
          Optional<DemoPhoto> photo = Optional.ofNullable(waiting.remove(record.key()));
          if (photo.isPresent()) {
            taken.accept(outcome(photo.get(), record));
            deadline = System.nanoTime() + STUCK.toNanos();
          }
        }
        if (System.nanoTime() > deadline) {
          throw new ServerException(
              "the service said nothing of " + waiting.keySet() + " within an hour", null, null);
        }
      }
    }
  }

  private Outcome outcome(DemoPhoto photo, ConsumerRecord<String, byte[]> record) {
    String json = new String(record.value(), StandardCharsets.UTF_8);
    return record.topic().equals(Topics.RESTORED_IMAGE)
        ? new Outcome.Restored(photo, json, format.readRestored(record.value()))
        : new Outcome.Failed(photo, json, format.readFailed(record.value()));
  }
}
