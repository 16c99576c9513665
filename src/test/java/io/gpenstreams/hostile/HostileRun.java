package io.gpenstreams.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpenstreams.cli.bench.RandomModel;
import io.gpenstreams.event.Topics;
import io.gpenstreams.gpen.Architecture;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.stream.ReadCommitted;
import io.gpenstreams.stream.TestServers;
import io.gpenstreams.stream.soak.BestEffort;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;

/**
 * The packaged service, a real broker and a real S3 server, each in its own process; sends hostile
 * cases and checks their outcomes. For one thread.
 */
final class HostileRun implements AutoCloseable {
  /** Most bytes of an outcome, which is what the service asks its topics to take. */
  static final int MAX_OUTCOME = 800 << 10;

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  // The clocks of broker, service and test are one, but a millisecond has a beginning and an end.
  private static final long ROUNDING = 5;
  private static final Path OUTPUT = Path.of("target", "hostile");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestServers servers = TestServers.brokerAndS3().withBuckets(HostileCase.FORBIDDEN);
  private final RandomModel model =
      RandomModel.write(
          new RandomWeights(new Architecture(List.of(12, 10, 8, 6, 4))),
          Precision.FP32,
          Target.CPU);
  private final Map<String, List<Outcome>> outcomes = new HashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final Duration patience;
  private ServiceProcess service;
  private long pid;
  private RawProducer producer;
  private KafkaConsumer<byte[], byte[]> consumer;
  private int goods;

  /** A record that a {@code read_committed} consumer saw. */
  private record Outcome(ConsumerRecord<byte[], byte[]> record, JsonNode event, long seen) {

    String result() {
      return record.topic().equals(Topics.RESTORED_IMAGE)
          ? event.path("outcome").textValue()
          : event.path("error").path("code").textValue();
    }

    int bytes() {
      int bytes = record.value().length + (record.key() == null ? 0 : record.key().length);
      for (Header header : record.headers()) {
        bytes += header.key().getBytes(UTF_8).length;
        bytes += header.value() == null ? 0 : header.value().length;
      }
      return bytes;
    }

    boolean letter() {
      return record.topic().equals(Topics.IMAGE_RESTORATION_FAILED);
    }
  }

  /**
   * What became of cases that were sent together.
   *
   * @param good until the outcome of the good photo behind them was visible
   * @param problems what is not as it must be
   */
  record Result(List<Part> parts, Duration good, List<String> problems) {}

  /**
   * What became of one of them.
   *
   * @param time until its last outcome was visible
   * @param results of all its images, each once
   * @param letterBytes of all its dead letters together
   */
  record Part(HostileCase hostile, Duration time, Set<String> results, int letterBytes) {}

  /** Starts everything, and returns when the service is ready. */
  HostileRun(Duration patience, Map<String, String> settings)
      throws IOException, InterruptedException {
    this.patience = patience;
    try {
      start(settings);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void start(Map<String, String> settings) throws IOException, InterruptedException {
    servers.start();
    takeAnyTime();
    servers.put(HostileCase.GOOD, HostilePhotos.good());
    Map<String, String> all = new HashMap<>(settings);
    all.put("gpen.model", model.file().toString());
    all.put("gpen.replica", "hostile");
    service = servers.startService(all);
    pid = service.pid();
    producer = new RawProducer(servers.broker().bootstrapServers());
    consumer = ReadCommitted.consumer(servers.broker());
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition(Topics.RESTORED_IMAGE, 0),
            new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  // As topics of brokers before 3.6 do, and those whose operators ask for it.
  private void takeAnyTime() throws InterruptedException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.IMAGE_UPLOADED);
    Collection<AlterConfigOp> any =
        List.of(
            new AlterConfigOp(
                new ConfigEntry(
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE)),
                AlterConfigOp.OpType.SET));
    try {
      servers.admin().incrementalAlterConfigs(Map.of(topic, any)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The topic cannot be changed", e);
    }
  }

  /** Sends cases and a good photo behind them, and looks at what becomes of all. */
  Result run(List<HostileCase> cases) throws IOException, InterruptedException {
    for (HostileCase one : cases) {
      one.objects().forEach((key, file) -> servers.put(key, file.get()));
    }
    // To compress a gigabyte takes longer than to refuse it.
    Map<HostileCase, RawBatch> batches = new LinkedHashMap<>();
    cases.forEach(one -> batches.put(one, one.batch().get()));
    long before = System.currentTimeMillis();
    long began = System.nanoTime();
    Map<HostileCase, Map<String, Expected>> wanted = new LinkedHashMap<>();
    for (HostileCase one : cases) {
      wanted.put(one, send(one, batches.get(one)));
    }
    String good = id(sendGood(), 0);
    asked.add(good);
    await();
    List<String> problems = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    wanted.forEach((one, ids) -> parts.add(part(one, ids, before, began, problems)));
    long goodSeen = began + patience.toNanos();
    List<Outcome> goods = outcomes.getOrDefault(good, List.of());
    if (goods.size() != 1) {
      problems.add("the good photo behind has %d outcomes".formatted(goods.size()));
    }
    for (Outcome outcome : goods) {
      goodSeen = outcome.seen();
      problems.addAll(problems("the good photo behind", outcome, Expected.RESTORED, before));
    }
    problems.addAll(health());
    for (HostileCase one : cases) {
      one.objects().keySet().forEach(this::delete);
    }
    return new Result(parts, Duration.ofNanos(goodSeen - began), List.copyOf(problems));
  }

  /** Sends it, and says which outcomes are to come. */
  private Map<String, Expected> send(HostileCase hostile, RawBatch batch)
      throws IOException, InterruptedException {
    Map<String, Expected> ids = new LinkedHashMap<>();
    long offset = producer.send(Topics.IMAGE_UPLOADED, 0, batch);
    for (Expected record : hostile.expected()) {
      for (int i = 0; i < record.outcomes(); i++) {
        ids.put(id(offset, i), record);
      }
      offset++;
    }
    asked.addAll(ids.keySet());
    return ids;
  }

  private Part part(
      HostileCase hostile,
      Map<String, Expected> ids,
      long before,
      long began,
      List<String> problems) {
    Set<String> results = new TreeSet<>();
    int letters = 0;
    long last = began;
    for (Map.Entry<String, Expected> id : ids.entrySet()) {
      List<Outcome> seen = outcomes.getOrDefault(id.getKey(), List.of());
      if (seen.size() != 1) {
        problems.add("%s: %s has %d outcomes".formatted(hostile, id.getKey(), seen.size()));
      }
      for (Outcome outcome : seen) {
        last = Math.max(last, outcome.seen());
        results.add(outcome.result());
        letters += outcome.letter() ? outcome.bytes() : 0;
        problems.addAll(problems(hostile.name(), outcome, id.getValue(), before));
      }
    }
    if (letters > hostile.letterBytes()) {
      problems.add("%s: dead letters of %d bytes".formatted(hostile, letters));
    }
    return new Part(hostile, Duration.ofNanos(last - began), results, letters);
  }

  /** Sends so many good photos at once, and waits for them. */
  void warmUp(int photos) throws IOException, InterruptedException {
    for (int i = 0; i < photos; i++) {
      asked.add(id(sendGood(), 0));
    }
    await();
  }

  private long sendGood() throws IOException, InterruptedException {
    return producer.send(
        Topics.IMAGE_UPLOADED, 0, RawBatch.of(HostileRecords.good("good-" + goods++)));
  }

  private static List<String> problems(
      String name, Outcome outcome, Expected expected, long before) {
    List<String> problems = new ArrayList<>();
    JsonNode error = outcome.event().path("error");
    if (!expected.results().contains(outcome.result())) {
      problems.add("%s became %s: %s".formatted(name, outcome.result(), error));
    }
    // A key that S3 itself stumbles over is tried as often as any other failure.
    boolean sick = outcome.result().equals("STORAGE_UNAVAILABLE");
    if (outcome.letter() && !sick && outcome.event().path("attempts").intValue() != 1) {
      problems.add("%s took %s attempts".formatted(name, outcome.event().path("attempts")));
    }
    if (outcome.letter() && !sick && error.path("retryable").booleanValue()) {
      problems.add("%s is said to be worth another try: %s".formatted(name, error));
    }
    long time = outcome.record().timestamp();
    if (time < before - ROUNDING || time > System.currentTimeMillis() + ROUNDING) {
      problems.add("%s has the time %d of another day".formatted(name, time));
    }
    if (outcome.bytes() >= MAX_OUTCOME) {
      problems.add("%s has an outcome of %d bytes".formatted(name, outcome.bytes()));
    }
    return problems;
  }

  // For everything that was asked for.
  private void await() {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline && !outcomes.keySet().containsAll(asked)) {
      poll(POLL);
    }
  }

  private void poll(Duration length) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(length)) {
      JsonNode event;
      try {
        event = JSON.readTree(record.value());
      } catch (IOException e) {
        throw new IllegalStateException("An outcome is not JSON: " + record, e);
      }
      String id = new String(record.headers().lastHeader("ce_id").value(), UTF_8);
      outcomes
          .computeIfAbsent(id, any -> new ArrayList<>())
          .add(new Outcome(record, event, System.nanoTime()));
    }
  }

  /** What is wrong with the service after it has had time to settle. */
  private List<String> health() {
    BestEffort.await(SETTLE, () -> !service.isAlive() || look().isEmpty());
    return look();
  }

  private List<String> look() {
    List<String> problems = new ArrayList<>();
    if (!service.isAlive() || service.pid() != pid) {
      return List.of("the service's process ended");
    }
    try {
      for (String path : List.of("/q/health/live", "/q/health/ready")) {
        Answer answer = get(path);
        if (answer.status() != HttpURLConnection.HTTP_OK) {
          problems.add("%s says %s".formatted(path, answer.body()));
        }
      }
      // A connection to S3 that breaks is no input's doing, and worth another try.
      String metrics =
          get("/q/metrics")
              .body()
              .replaceAll("(?m)^gpen_retries_total\\{.*STORAGE_UNAVAILABLE.*$", "");
      for (String none : List.of("gpen_pending", "gpen_suspects", "gpen_retries_total")) {
        if (sum(metrics, none) != 0) {
          problems.add("%s is %s".formatted(none, sum(metrics, none)));
        }
      }
    } catch (IOException e) {
      problems.add("the service does not answer: " + e);
    }
    return problems;
  }

  private static double sum(String metrics, String name) {
    double sum = 0;
    Matcher lines =
        Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{.*})? (\\S+)$").matcher(metrics);
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1));
    }
    return sum;
  }

  private record Answer(int status, String body) {}

  private Answer get(String path) throws IOException {
    URI address = service.address().resolve(path);
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout((int) ANSWER.toMillis());
    connection.setReadTimeout((int) ANSWER.toMillis());
    try {
      int status = connection.getResponseCode();
      try (var in =
          status < HttpURLConnection.HTTP_BAD_REQUEST
              ? connection.getInputStream()
              : connection.getErrorStream()) {
        return new Answer(status, in == null ? "" : new String(in.readAllBytes(), UTF_8));
      }
    } finally {
      connection.disconnect();
    }
  }

  /** What is in use of the service's heap after a full collection, in bytes. */
  long heap() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process collection =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
            .redirectErrorStream(true)
            .start();
    String said = new String(collection.getInputStream().readAllBytes(), UTF_8);
    if (collection.waitFor() != 0) {
      throw new IllegalStateException("jcmd: " + said);
    }
    long used = 0;
    Matcher lines =
        Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\".*} (\\S+)$")
            .matcher(get("/q/metrics").body());
    while (lines.find()) {
      used += (long) Double.parseDouble(lines.group(1));
    }
    return used;
  }

  /** Resident memory of the service in KiB: {@code VmRSS} is now, {@code VmHWM} was the most. */
  long memory(String kind) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals(kind + ":")) {
        return Long.parseLong(words[1]);
      }
    }
    throw new IllegalStateException("No " + kind);
  }

  /** The ids of outcomes that were said more than once, or that nobody asked for. */
  List<String> outcomesTooMany() {
    poll(Duration.ofSeconds(2));
    return outcomes.entrySet().stream()
        .filter(seen -> seen.getValue().size() > 1 || !asked.contains(seen.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void delete(String key) {
    servers.client().deleteObject(request -> request.bucket(HostileCase.BUCKET).key(key));
  }

  private static String id(long offset, int index) {
    return Topics.IMAGE_UPLOADED + "-0-" + offset + "-" + index;
  }

  @Override
  public void close() throws IOException {
    try {
      if (service != null) {
        Files.createDirectories(OUTPUT);
        Files.copy(
            service.log(), OUTPUT.resolve("service.log"), StandardCopyOption.REPLACE_EXISTING);
      }
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      servers.close();
      model.close();
    }
  }
}
