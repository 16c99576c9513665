package io.gpenstreams.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageReplayed;
import io.gpenstreams.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends letters back, each in one transaction with its mark. At any time there is one that can: the
 * next to be opened shuts this one out. For one thread.
 */
final class Sender implements AutoCloseable {
  /** Begins as the service's own ids do, for which its user has the right. */
  static final String TRANSACTIONAL_ID = "gpen-streams-replay";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Clock clock;
  private final EventJson json = new EventJson();

  private Sender(KafkaProducer<byte[], byte[]> producer, Clock clock) {
    this.producer = producer;
    this.clock = clock;
  }

  /**
   * Opens it. After that, every transaction of an earlier sender is either committed or aborted.
   */
  static Sender open(Map<String, Object> cluster, Clock clock) {
    Map<String, Object> settings = new HashMap<>(cluster);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    Sender sender =
        new Sender(
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
            clock);
    try {
      sender.producer.initTransactions();
      return sender;
    } catch (RuntimeException e) {
      sender.close();
      throw e;
    }
  }

  /** Deletes marks. */
  void forget(List<LetterId> marks) {
    write(
        marks.stream()
            .map(id -> new ProducerRecord<byte[], byte[]>(Topics.IMAGE_REPLAYED, key(id), null))
            .toList());
  }

  /**
   * Sends letters back, all or none.
   *
   * @return why Kafka refuses all of them, if the content of one of them is the cause
   */
  Optional<String> send(List<Selected> letters) {
    try {
      write(
          letters.stream()
              .flatMap(one -> Stream.of(one.upload(), mark(one.id(), one.letter().imageId())))
              .toList());
      return Optional.empty();
    } catch (KafkaException e) {
      Optional<Throwable> refusal =
          cause(e, RecordTooLargeException.class).or(() -> cause(e, InvalidRecordException.class));
      if (refusal.isEmpty()) {
        throw e;
      }
      producer.abortTransaction();
      return refusal.map(Throwable::getMessage);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  private ProducerRecord<byte[], byte[]> mark(LetterId id, String imageId) {
    return new ProducerRecord<>(
        Topics.IMAGE_REPLAYED, key(id), json.write(new ImageReplayed(imageId, clock.instant())));
  }

  private static byte[] key(LetterId id) {
    return id.text().getBytes(UTF_8);
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) {
    boolean committing = false;
    try {
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        // The commit reports failures to send, too.
        var unused = producer.send(record);
      }
      committing = true;
      producer.commitTransaction();
    } catch (TimeoutException e) {
      throw new ReplayException(
          committing
              ? "Kafka does not say whether it took the last letters; run it again, which sends"
                  + " none twice"
              : "Kafka does not answer",
          e);
    } catch (KafkaException e) {
      if (cause(e, ProducerFencedException.class).isPresent()
          || cause(e, InvalidProducerEpochException.class).isPresent()) {
        throw new ReplayException(
            "Another gpen replay was started and took over; only letters listed here were sent by"
                + " this one",
            e);
      }
      throw e;
    }
  }

  private static Optional<Throwable> cause(Throwable failure, Class<?> type) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(type::isInstance)
        .findFirst();
  }
}
