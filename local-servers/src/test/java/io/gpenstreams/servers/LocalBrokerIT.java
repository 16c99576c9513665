package io.gpenstreams.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalBrokerIT {
  private static final String TOPIC = "photos";

  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.create(Installation.find());
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void keepsCommittedRecordsAcrossAnOrderlyStopAndAKill() throws Exception {
    try (LocalBroker broker = LocalBroker.start(workspace)) {
      broker.createTopics(List.of(TOPIC));
      String address = broker.bootstrapServers();
      send(broker, "one", true);
      send(broker, "withdrawn", false);

      broker.stop();
      assertThat(broker.isAlive()).isFalse();
      broker.restart();
      send(broker, "two", true);

      broker.kill();
      broker.restart();

      assertThat(broker.bootstrapServers()).isEqualTo(address);
      assertThat(read(broker, 2)).containsExactly("one", "two");
    }
  }

  @Test
  void takesAnotherPortWhenItsOwnWasTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PortsOnce ports = new PortsOnce(taken.getLocalPort());
      try (LocalBroker broker = LocalBroker.start(workspace, ports)) {
        assertThat(broker.isAlive()).isTrue();
        assertThat(broker.bootstrapServers()).doesNotEndWith(":" + taken.getLocalPort());
      }
    }
  }

  private static void send(LocalBroker broker, String value, boolean commit)
      throws ExecutionException, InterruptedException {
    Map<String, Object> configuration =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "test");
    try (var producer =
        new KafkaProducer<>(configuration, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, "key", value)).get();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  private static List<String> read(LocalBroker broker, int count) {
    Map<String, Object> configuration =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    try (var consumer =
        new KafkaConsumer<>(configuration, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new ArrayList<>();
      while (values.size() < count) {
        StreamSupport.stream(consumer.poll(Duration.ofSeconds(1)).spliterator(), false)
            .map(ConsumerRecord::value)
            .forEach(values::add);
      }
      return values;
    }
  }
}
