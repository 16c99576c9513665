package io.gpenstreams.stream.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.Topics;
import io.gpenstreams.hostile.RawProducer;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream in a small heap, on a real broker, with batches in its topic that are made to harm. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BoundedFetchIT {
  private static final int MEGABYTE = 1 << 20;
  // Kafka Streams itself needs most of it.
  private static final String HEAP = "-Xmx64m";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path state;

  private Workspace workspace;
  private LocalBroker broker;
  private RawProducer producer;

  @BeforeEach
  void start() throws InterruptedException {
    workspace = Workspace.create(Installation.find());
    broker = LocalBroker.start(workspace);
    broker.createTopics(Topics.OF_THE_SERVICE);
    producer = new RawProducer(broker.bootstrapServers());
  }

  @AfterEach
  void stop() {
    workspace.close();
  }

  @Test
  void aGigabyteInABatchHarmsNoRecordAroundIt() throws Exception {
    send(batch("before"));
    send(
        zstd(
            3,
            out -> {
              Batches.writeZeros(out, 0, 1024 * MEGABYTE);
              out.write(Batches.rawRecord(1, "in the same batch", 0));
              out.write(Batches.rawRecord(2, "as well", 0));
            }));
    send(batch("behind"));

    assertThat(stream(5))
        .containsExactly(
            "= 0 6 0",
            "= 1 -1 1 The value has 1073741824 bytes, of which at most 524288 are read",
            "= 2 17 0",
            "= 3 7 0",
            "= 4 6 0");
    assertThat(streamOfKafka())
        .as("or this shows nothing")
        .startsWith("Terminating due to java.lang.OutOfMemoryError");
  }

  @Test
  void manyLargeRecordsAndFloodsOfHeadersAreRefusedOneByOne() throws Exception {
    int large = 30;
    send(
        zstd(
            large,
            out -> {
              for (int i = 0; i < large; i++) {
                Batches.writeZeros(out, i, 30 * MEGABYTE);
              }
            }));
    send(zstd(1, out -> Batches.writeHeaders(out, 0, 300_000, 0)));
    send(zstd(1, out -> Batches.writeHeaders(out, 0, 1000, MEGABYTE)));
    for (CompressionType type :
        List.of(CompressionType.GZIP, CompressionType.SNAPPY, CompressionType.LZ4)) {
      byte[] payload = Batches.compressed(type, out -> Batches.writeZeros(out, 0, 20 * MEGABYTE));
      send(Batches.of(type, 0, 1, payload));
    }
    send(batch("behind"));

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < large; i++) {
      expected.add(
          "= " + i + " -1 1 The value has 31457280 bytes, of which at most 524288 are read");
    }
    expected.add("= 30 1 1 The record has 300000 headers, of which at most 64 are read");
    expected.add("= 31 1 1 The record has 1000 headers, of which at most 64 are read");
    for (int i = 32; i < 35; i++) {
      expected.add(
          "= " + i + " -1 1 The value has 20971520 bytes, of which at most 524288 are read");
    }
    expected.add("= 35 6 0");
    assertThat(stream(expected.size())).containsExactlyElementsOf(expected);
  }

  @Test
  void whatABrokerLetsThroughAndKafkasConsumerRefusesEndsNothing() throws Exception {
    send(batch("before"));
    // A broker does not compare a compressed record's parts with its size.
    send(
        zstd(
            2,
            out -> {
              out.write(Batches.rawRecord(0, "a", 50));
              out.write(Batches.rawRecord(1, "b", 0));
            }));
    send(batch("behind"));

    assertThat(stream(4))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("= 0 6 0"),
            line -> assertThat(line).startsWith("= 1 -1 1 The record's batch cannot be read: "),
            line -> assertThat(line).startsWith("= 2 -1 1 The record's batch cannot be read: "),
            line -> assertThat(line).isEqualTo("= 3 6 0"));
    assertThat(streamOfKafka())
        .as("or this shows nothing")
        .startsWith("ended by org.apache.kafka.common.InvalidRecordException");
  }

  // Kafka's consumer would skip two of them, jump behind the end and begin anew.
  @Test
  void recordsThatLieAboutTheirOffsetsDoNotMoveTheOthers() throws Exception {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(Batches.rawRecord(0, "a", 0));
    payload.write(Batches.rawRecord(0, "b", 0));
    payload.write(Batches.rawRecord(1_000_000, "c", 0));
    payload.write(Batches.rawRecord(1, "d", 0));
    send(Batches.of(CompressionType.NONE, 0, 4, payload.toByteArray()));
    send(batch("behind"));

    assertThat(stream(5)).containsExactly("= 0 1 0", "= 1 1 0", "= 2 1 0", "= 3 1 0", "= 4 6 0");
  }

  @Test
  void abortedRecordsStayUnseen() throws Exception {
    try (KafkaProducer<String, String> transactional =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                "test",
                "compression.type",
                "zstd"),
            new StringSerializer(),
            new StringSerializer())) {
      transactional.initTransactions();
      for (String value : List.of("one", "aborted", "three")) {
        transactional.beginTransaction();
        transactional.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, value)).get();
        if (value.equals("aborted")) {
          transactional.abortTransaction();
        } else {
          transactional.commitTransaction();
        }
      }
    }
    assertThat(stream(2)).containsExactly("= 0 3 0", "= 4 5 0");
  }

  @Test
  void aBatchThatWasDamagedOnTheBrokersDiskIsRefused() throws Exception {
    send(batch("before"));
    send(batch("damaged"));
    send(batch("behind"));
    damage("damaged", 3);

    assertThat(stream(3))
        .containsExactly(
            "= 0 6 0",
            "= 1 -1 1 The record's batch cannot be read: its checksum is wrong",
            "= 2 6 0");
    assertThat(streamOfKafka())
        .as("or this shows nothing")
        .startsWith("ended by org.apache.kafka.common.KafkaException");
  }

  private void send(byte[] batch) throws IOException, InterruptedException {
    producer.send(Topics.IMAGE_UPLOADED, 0, batch);
  }

  private static byte[] batch(String value) {
    return Batches.of(CompressionType.NONE, 0, new SimpleRecord(1000, null, value.getBytes(UTF_8)));
  }

  private static byte[] zstd(int count, Batches.Payload payload) throws IOException {
    return Batches.of(
        CompressionType.ZSTD, 0, count, Batches.compressed(CompressionType.ZSTD, payload));
  }

  /** Changes a byte on the disk of the broker, which is stopped for it. */
  private void damage(String value, int index) throws IOException, InterruptedException {
    broker.stop();
    Path log;
    try (Stream<Path> files = Files.walk(workspace.folder())) {
      log =
          files
              .filter(file -> file.getParent().endsWith(Topics.IMAGE_UPLOADED + "-0"))
              .filter(file -> file.toString().endsWith(".log"))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(log);
    int start = new String(bytes, ISO_8859_1).indexOf(value);
    assertThat(start).isPositive();
    bytes[start + index] ^= 1;
    Files.write(log, bytes);
    broker.restart();
  }

  /** The lines of a stream that ends when it has got so many records. */
  private List<String> stream(int records) throws IOException, InterruptedException {
    return run("bounded", records);
  }

  /** The last line of one with Kafka's own consumer. */
  private String streamOfKafka() throws IOException, InterruptedException {
    List<String> lines = run("kafka", Integer.MAX_VALUE, "kafka");
    return lines.get(lines.size() - 1);
  }

  private List<String> run(String id, int records, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                // In any thread, also one that would go on without a word.
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                StreamProcess.class.getName(),
                broker.bootstrapServers(),
                id,
                Integer.toString(records),
                state.resolve(id).toString()));
    command.addAll(List.of(more));
    Path out = state.resolve(id + ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectError(state.resolve(id + ".err").toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as(() -> "it ends; " + read(out) + read(state.resolve(id + ".err")))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(out).stream()
        .filter(line -> line.matches("(= |ended by |Terminating ).*"))
        .toList();
  }

  private static String read(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(Math.max(0, text.length() - 5000));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
