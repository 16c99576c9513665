package io.gpenstreams.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gpenstreams.cli.GpenCommand;
import io.gpenstreams.event.CloudEventHeaders;
import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.DeadLetters;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.event.UploadEvents;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.Workspace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpen replay} on a real broker, looked at as a {@code read_committed} consumer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReplayIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Instant TIME = Instant.parse("2026-11-23T03:20:00Z");

  @TempDir private Path folder;

  private final UploadEvents uploads = new UploadEvents();
  private final DeadLetters letters = new DeadLetters(new UploadEvents());
  private final DeadLetterHeaders headers = new DeadLetterHeaders(new CloudEventHeaders());
  private final EventJson json = new EventJson();
  private Workspace workspace;
  private LocalBroker broker;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private String output;
  private String errors;

  @BeforeAll
  void start() throws InterruptedException {
    workspace = Workspace.create(Installation.find());
    broker = LocalBroker.start(workspace);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  void stop() {
    admin.close();
    workspace.close();
  }

  @BeforeEach
  void makeTopics() throws Exception {
    remake(Topics.IMAGE_UPLOADED, Map.of());
    remake(Topics.IMAGE_RESTORATION_FAILED, Map.of());
    delete(Topics.IMAGE_REPLAYED);
    producer =
        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void disconnect() {
    producer.close();
  }

  @Test
  void sendsWhatTheOptionsChooseAndNothingTwice() throws Exception {
    letter("a", ErrorCode.STORAGE_UNAVAILABLE, TIME);
    letter("b", ErrorCode.IMAGE_CORRUPT, TIME.plusSeconds(60));
    letter("c", ErrorCode.STORAGE_UNAVAILABLE, TIME.plusSeconds(120));
    letter("d", ErrorCode.TIMEOUT, TIME.plusSeconds(180));

    assertThat(replay("--code", "STORAGE_UNAVAILABLE")).as(errors).isZero();
    assertThat(output).contains("2 sent back, 0 sent earlier, 2 others").contains("0-0", "0-2");
    assertThat(sentIds()).containsExactly("a", "c");

    assertThat(
            replay("--since", TIME.plusSeconds(60).toString(), "--until", "2026-11-23T03:22:00Z"))
        .isZero();
    assertThat(output).contains("1 sent back, 0 sent earlier, 3 others");
    assertThat(replay("--id", "d", "a")).isZero();
    assertThat(output).contains("1 sent back, 1 sent earlier, 2 others");
    assertThat(sentIds()).containsExactly("a", "c", "b", "d");

    assertThat(replay("--all")).isZero();
    assertThat(output).isEqualTo("0 sent back, 4 sent earlier, 0 others\n");
    assertThat(sentIds()).hasSize(4);
    assertThat(errors).isEmpty();
    ConsumerRecord<byte[], byte[]> first = read(Topics.IMAGE_UPLOADED).get(0);
    assertThat(first.key()).isEqualTo("a".getBytes(UTF_8));
    assertThat(new String(first.headers().lastHeader("replay-of-letter").value(), UTF_8))
        .isEqualTo("image-restoration-failed-0-0");
    assertThat(first.headers().lastHeader("origin").value()).isEqualTo("phone".getBytes(UTF_8));
  }

  @Test
  void onlyTellsInADryRun() throws Exception {
    letter("a", ErrorCode.TIMEOUT, TIME);

    assertThat(replay("--all", "--dry-run")).isZero();

    assertThat(output)
        .containsPattern("0-0 +2026-11-23T03:20:00Z TIMEOUT +a")
        .contains("1 to send back, 0 sent earlier, 0 others");
    assertThat(sentIds()).isEmpty();
    assertThat(admin.listTopics().names().get()).doesNotContain(Topics.IMAGE_REPLAYED);

    assertThat(replay("--all")).isZero();
    assertThat(replay("--all", "--dry-run")).isZero();
    assertThat(output).isEqualTo("0 to send back, 1 sent earlier, 0 others\n");
  }

  @Test
  void sendsTheOldestFirstUpToALimit() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      letter(id, ErrorCode.TIMEOUT, TIME);
    }

    assertThat(replay("--all", "--limit", "2")).isZero();

    assertThat(output).contains("2 sent back, 0 sent earlier, 0 others, 1 beyond the limit");
    assertThat(sentIds()).containsExactly("a", "b");
  }

  @Test
  void sendsEachLetterOfANotificationForItsOwnObject() throws Exception {
    byte[] value =
        """
        {"Records": [%s, %s, %s]}\
        """
            .formatted(entry("one"), entry("two"), entry("three"))
            .getBytes(UTF_8);
    letter(value, 0, ErrorCode.TIMEOUT, TIME);
    letter(value, 2, ErrorCode.TIMEOUT, TIME);

    assertThat(replay("--all")).isZero();

    assertThat(sentIds()).containsExactly("photos/one", "photos/three");
  }

  @Test
  void sendsEachOnceAfterARunThatEndedInItsTransaction() throws Exception {
    letter("a", ErrorCode.TIMEOUT, TIME);
    letter("b", ErrorCode.TIMEOUT, TIME);
    assertThat(replay("--id", "a")).isZero();
    Map<String, Object> settings = settings();
    settings.put("transactional.id", Sender.TRANSACTIONAL_ID);
    try (var killed =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      killed.initTransactions();
      killed.beginTransaction();
      killed.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, event("b"))).get();
      String mark = letterTopicId() + ":0:1";
      killed
          .send(new ProducerRecord<>(Topics.IMAGE_REPLAYED, mark.getBytes(UTF_8), new byte[1]))
          .get();

      assertThat(replay("--all")).as(errors).isZero();

      assertThat(output).contains("1 sent back, 1 sent earlier, 0 others");
      assertThatThrownBy(killed::commitTransaction).isInstanceOf(RuntimeException.class);
    }
    assertThat(sentIds()).containsExactly("a", "b");
  }

  @Test
  void givesWayToARunThatBeginsLater() throws Exception {
    int count = 250;
    for (int i = 0; i < count; i++) {
      letter("photo-" + i, ErrorCode.TIMEOUT, TIME);
    }
    PrintWriter second = new PrintWriter(new StringWriter());
    Writer watcher =
        new StringWriter() {
          private boolean interrupted;

          @Override
          public void flush() {
            if (!interrupted) {
              interrupted = true;
              run(second);
            }
          }
        };

    assertThatThrownBy(() -> run(new PrintWriter(watcher)))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("Another gpen replay");

    assertThat(sentIds())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, count).mapToObj(i -> "photo-" + i).toList());
  }

  @Test
  void sendsEachOnceWhenItIsKilled() throws Exception {
    int count = 3000;
    for (int i = 0; i < count; i++) {
      letter("photo-" + i, ErrorCode.TIMEOUT, TIME);
    }
    Path out = folder.resolve("killed");
    Process killed = packaged(out, folder.resolve("killed.err"), "--all");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !killed.isAlive() || Files.size(out) > 0);
    killed.destroyForcibly().waitFor();
    assertThat(sentIds().size()).isBetween(1, count - 1);

    Path rest = folder.resolve("rest");
    Process again = packaged(rest, folder.resolve("rest.err"), "--all");

    assertThat(again.waitFor()).as(Files.readString(folder.resolve("rest.err"))).isZero();
    assertThat(Files.readString(folder.resolve("rest.err"))).isEmpty();
    assertThat(Files.readString(rest)).contains(" sent earlier, 0 others\n");
    assertThat(sentIds()).hasSize(count).doesNotHaveDuplicates();
  }

  @Test
  void sendsALetterOfATopicMadeAnewAndForgetsThoseOfTheOld() throws Exception {
    letter("a", ErrorCode.TIMEOUT, TIME);
    assertThat(replay("--all")).isZero();
    String old = letterTopicId() + ":0:0";
    remake(Topics.IMAGE_RESTORATION_FAILED, Map.of());
    letter("b", ErrorCode.TIMEOUT, TIME);

    assertThat(replay("--all")).isZero();

    assertThat(sentIds()).containsExactly("a", "b");
    assertThat(marks())
        .containsEntry(old, Optional.empty())
        .hasEntrySatisfying(letterTopicId() + ":0:0", mark -> assertThat(mark).isPresent());
  }

  @Test
  void forgetsLettersThatRetentionTook() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      letter(id, ErrorCode.TIMEOUT, TIME);
    }
    assertThat(replay("--all")).isZero();
    admin
        .deleteRecords(
            Map.of(
                new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0),
                RecordsToDelete.beforeOffset(2)))
        .all()
        .get();

    assertThat(replay("--all")).isZero();

    assertThat(output).isEqualTo("0 sent back, 1 sent earlier, 0 others\n");
    assertThat(marks().values().stream().filter(Optional::isPresent)).hasSize(1);
  }

  @Test
  void tellsWhatItCannotSendAndSendsTheRest() throws Exception {
    remake(Topics.IMAGE_UPLOADED, Map.of("max.message.bytes", "20000"));
    letter("a", ErrorCode.TIMEOUT, TIME);
    write("junk\u001b[2J".getBytes(UTF_8), new RecordHeaders());
    write(null, new RecordHeaders());
    letter(large("large"), 0, ErrorCode.TIMEOUT, TIME);
    letter("b", ErrorCode.TIMEOUT, TIME);

    assertThat(replay("--all")).isZero();

    assertThat(output).contains("2 sent back, 0 sent earlier, 0 others, 3 unusable");
    assertThat(errors.lines()).hasSize(3);
    assertThat(errors).contains("letter 0-1: it is not the JSON", "letter 0-2: it has no value");
    assertThat(errors).contains("letter 0-3: ").doesNotContain("\u001b");
    assertThat(sentIds()).containsExactly("a", "b");
  }

  @Test
  void needsTheTopicsOfTheService() throws Exception {
    delete(Topics.IMAGE_RESTORATION_FAILED);

    assertThat(replay("--all")).isEqualTo(1);

    assertThat(errors.lines())
        .singleElement()
        .asString()
        .contains("no topic image-restoration-failed");
  }

  @Test
  void doesNotTrustMarksThatExpire() throws Exception {
    letter("a", ErrorCode.TIMEOUT, TIME);
    remake(Topics.IMAGE_REPLAYED, Map.of("cleanup.policy", "delete"));

    assertThat(replay("--all")).isEqualTo(1);

    assertThat(errors.lines()).singleElement().asString().contains("cleanup.policy=delete");
    assertThat(sentIds()).isEmpty();
  }

  @Test
  void hasNothingToDoInAnEmptyTopic() throws Exception {
    assertThat(replay("--all")).isZero();
    assertThat(output).isEqualTo("0 sent back, 0 sent earlier, 0 others\n");
  }

  private int replay(String... options) {
    producer.flush();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("replay"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--bootstrap", broker.bootstrapServers()));
    int exitCode =
        GpenCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    output = out.toString();
    errors = err.toString();
    return exitCode;
  }

  private void run(PrintWriter out) {
    producer.flush();
    LetterFilter all = new LetterFilter(Set.of(), Optional.empty(), Optional.empty(), Set.of());
    try {
      new Replay(
              settings(),
              new Replay.Plan(all, Long.MAX_VALUE, false),
              new ReplayReport(out, out),
              Clock.systemUTC())
          .run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process packaged(Path out, Path err, String... options) throws Exception {
    producer.flush();
    List<String> command = new ArrayList<>(List.of("./gpen", "replay"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  private void letter(String id, ErrorCode code, Instant failedAt) {
    letter(event(id), 0, code, failedAt);
  }

  private void letter(byte[] event, int index, ErrorCode code, Instant failedAt) {
    ImageUploaded image = uploads.parse(event).get(index);
    RestorationException failure = new RestorationException(code, Stage.FETCH, "It failed");
    Origin origin = new Origin(Topics.IMAGE_UPLOADED, 0, 40, index);
    write(
        json.write(letters.letter(origin, event, image, failure, 5, failedAt)),
        headers.of(
            origin,
            image.imageId(),
            failedAt,
            new RecordHeaders().add("origin", "phone".getBytes(UTF_8)),
            1));
  }

  private void write(byte[] value, Headers with) {
    var unused =
        producer.send(
            new ProducerRecord<>(Topics.IMAGE_RESTORATION_FAILED, 0, (byte[]) null, value, with));
  }

  private static byte[] event(String id) {
    return "{\"imageId\": \"%1$s\", \"source\": {\"bucket\": \"photos\", \"key\": \"%1$s\"}}"
        .formatted(id)
        .getBytes(UTF_8);
  }

  private static byte[] large(String id) {
    String more = ", \"more\": \"" + "x".repeat(30_000) + "\"}";
    String event = new String(event(id), UTF_8);
    return (event.substring(0, event.length() - 1) + more).getBytes(UTF_8);
  }

  private static String entry(String key) {
    return """
    {"eventName": "ObjectCreated:Put",
     "s3": {"bucket": {"name": "photos"}, "object": {"key": "%s"}}}\
    """
        .formatted(key);
  }

  private List<String> sentIds() {
    return read(Topics.IMAGE_UPLOADED).stream()
        .flatMap(record -> uploads.parse(record.value()).stream())
        .map(ImageUploaded::imageId)
        .toList();
  }

  private Map<String, Optional<String>> marks() {
    Map<String, Optional<String>> marks = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(Topics.IMAGE_REPLAYED)) {
      marks.put(
          new String(record.key(), UTF_8),
          Optional.ofNullable(record.value()).map(value -> new String(value, UTF_8)));
    }
    return marks;
  }

  private String letterTopicId() throws Exception {
    return admin
        .describeTopics(List.of(Topics.IMAGE_RESTORATION_FAILED))
        .allTopicNames()
        .get()
        .get(Topics.IMAGE_RESTORATION_FAILED)
        .topicId()
        .toString();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    producer.flush();
    Map<String, Object> settings = settings();
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    TopicPartition partition = new TopicPartition(topic, 0);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private Map<String, Object> settings() {
    return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private void remake(String topic, Map<String, String> configs) throws Exception {
    delete(topic);
    NewTopic anew = new NewTopic(topic, 1, (short) 1).configs(configs);
    // Deleting takes a moment.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(e -> e.getCause() instanceof TopicExistsException)
        .until(() -> admin.createTopics(List.of(anew)).all().get() == null);
  }

  private void delete(String topic) throws Exception {
    // Not asked whether it is there: a topic that was just made need not be listed yet.
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
    await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
  }
}
