package io.gpenstreams.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpenstreams.cli.GpenCommand;
import io.gpenstreams.event.CloudEventHeaders;
import io.gpenstreams.event.DeadLetterHeaders;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.Stage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The packaged service on a real broker and a real S3 server. Each test sends records and reads, as
 * a {@code read_committed} consumer, what becomes of them; every test ends with a good photo, which
 * shows that the stream still runs.
 */
@QuarkusIntegrationTest
@QuarkusTestResource(LocalServers.class)
class StreamIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final byte[] PORTRAIT = TestServers.portrait();
  private static final EventJson JSON = new EventJson();

  @TempDir Path folder;

  // Injected by LocalServers.
  LocalBroker broker;
  LocalS3 s3;

  private S3Client client;
  private KafkaProducer<byte[], byte[]> producer;
  private KafkaConsumer<byte[], byte[]> consumer;

  @BeforeEach
  void connect() {
    client = s3.newClient();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer = ReadCommitted.consumer(broker);
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition(Topics.RESTORED_IMAGE, 0),
            new TopicPartition(Topics.IMAGE_RESTORATION_FAILED, 0));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  @AfterEach
  void disconnect() {
    producer.close();
    consumer.close();
    client.close();
  }

  @Test
  void restoresAPhotoAndSaysHowFarItCanBeTrusted() throws Exception {
    String key = "2026/11/grandma äß+&.jpg";
    put(key, PORTRAIT);
    ProducerRecord<byte[], byte[]> upload = upload("grandma", key);
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    upload.headers().add("traceparent", trace.getBytes(UTF_8));
    RecordMetadata sent = producer.send(upload).get();

    ConsumerRecord<byte[], byte[]> record = receive(1).get(0);

    assertThat(record.topic()).isEqualTo(Topics.RESTORED_IMAGE);
    assertThat(new String(record.key(), UTF_8)).isEqualTo("grandma");
    assertThat(header(record, "ce_type")).isEqualTo(CloudEventHeaders.RESTORED_IMAGE);
    assertThat(header(record, "ce_subject")).isEqualTo("grandma");
    assertThat(header(record, "ce_id")).isEqualTo("image-uploaded-0-" + sent.offset() + "-0");
    assertThat(header(record, "content-type")).isEqualTo("application/json");
    assertThat(header(record, "traceparent")).isEqualTo(trace);

    RestoredImage image = JSON.readRestored(record.value());
    assertThat(image.outcome()).isEqualTo(Outcome.RESTORED);
    assertThat(image.source().key()).isEqualTo(key);
    assertThat(image.source().sha256()).isEqualTo(DigestUtils.sha256Hex(PORTRAIT));
    assertThat(image.faces()).hasSize(1);
    assertThat(image.faces().get(0).outcome()).isEqualTo(FaceOutcome.RESTORED);
    assertThat(image.model().generative()).isFalse();
    assertThat(image.model().size()).isEqualTo(2048);
    assertThat(image.runtime().replica()).isEqualTo("test");
    assertThat(image.hallucination().score()).isLessThan(0.1);

    byte[] restored = get(image.restored().key());
    assertThat(DigestUtils.sha256Hex(restored)).isEqualTo(image.restored().sha256());
    assertThat(image.restored().key()).contains(image.restored().sha256());
    BufferedImage photo = ImageIO.read(new ByteArrayInputStream(restored));
    assertThat(photo.getWidth()).isEqualTo(image.restored().width());
    assertThat(photo.getHeight()).isEqualTo(image.restored().height());
    BufferedImage crop =
        ImageIO.read(new ByteArrayInputStream(get(image.faces().get(0).crop().key())));
    assertThat(crop.getWidth()).isEqualTo(2048);
    BufferedImage map =
        ImageIO.read(new ByteArrayInputStream(get(image.hallucination().map().key())));
    assertThat(map.getWidth()).isEqualTo(image.source().width());
    assertThat(map.getColorModel().hasAlpha()).isTrue();
  }

  @Test
  void theCommandLineGivesTheSameReportAndTheSameBytes() throws Exception {
    put("same.jpg", PORTRAIT);
    producer.send(upload("same.jpg", "same.jpg")).get();
    RestoredImage event = JSON.readRestored(receive(1).get(0).value());

    Path photo = Files.write(folder.resolve("same.jpg"), PORTRAIT);
    Path output = folder.resolve("out.jpg");
    Path report = folder.resolve("report.json");
    Path map = folder.resolve("map.png");
    int exitCode =
        GpenCommand.commandLine()
            .execute(
                "restore",
                photo.toString(),
                "--output",
                output.toString(),
                "--report",
                report.toString(),
                "--faces",
                folder.resolve("faces").toString(),
                "--map",
                map.toString());

    assertThat(exitCode).isZero();
    assertThat(Files.readAllBytes(output)).isEqualTo(get(event.restored().key()));
    assertThat(Files.readAllBytes(map)).isEqualTo(get(event.hallucination().map().key()));
    assertThat(withoutPlacesAndTimes(Files.readAllBytes(report)))
        .isEqualTo(withoutPlacesAndTimes(JSON.write(event)));
  }

  @Test
  void aNotificationOfTwoObjectsBecomesTwoImages() throws Exception {
    put("one.jpg", PORTRAIT);
    put("with space.png", faceless());
    String value =
        """
        {"Records":[
          {"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-11-23T03:20:00.000Z",
           "eventName":"ObjectCreated:Put",
           "s3":{"bucket":{"name":"photos"},"object":{"key":"one.jpg","size":1}}},
          {"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-11-23T03:20:01.000Z",
           "eventName":"ObjectCreated:Put",
           "s3":{"bucket":{"name":"photos"},"object":{"key":"with+space.png","size":1}}}]}
        """;
    producer.send(new ProducerRecord<>(Topics.IMAGE_UPLOADED, null, value.getBytes(UTF_8))).get();

    List<RestoredImage> images =
        receive(2).stream().map(record -> JSON.readRestored(record.value())).toList();

    assertThat(images)
        .extracting(RestoredImage::imageId)
        .containsExactly("photos/one.jpg", "photos/with space.png");
    RestoredImage unchanged = images.get(1);
    assertThat(unchanged.outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(unchanged.reason()).isEqualTo("no-face");
    assertThat(unchanged.restored()).isNull();
    assertThat(unchanged.faces()).isEmpty();
  }

  @Test
  void badInputBecomesOneDeadLetterEachAndTheStreamGoesOn() throws Exception {
    put("good.jpg", PORTRAIT);
    put("text.jpg", "This is not a photo.".getBytes(UTF_8));
    put("truncated.jpg", Arrays.copyOf(PORTRAIT, PORTRAIT.length * 2 / 3));
    put("huge.png", pngThatClaims(60_000, 60_000));
    put("large.jpg", new byte[(2 << 20) + 1]);
    put("empty.jpg", new byte[0]);
    put("faceless.png", faceless());

    List<Bad> bad =
        List.of(
            new Bad("not JSON", raw("oops"), ErrorCode.INVALID_EVENT, Stage.EVENT),
            new Bad("nothing at all", raw(null), ErrorCode.INVALID_EVENT, Stage.EVENT),
            new Bad("other shape", raw("{\"image\":7}"), ErrorCode.INVALID_EVENT, Stage.EVENT),
            new Bad(
                "bucket not allowed",
                raw("{\"imageId\":\"x\",\"source\":{\"bucket\":\"private\",\"key\":\"k\"}}"),
                ErrorCode.SOURCE_FORBIDDEN,
                Stage.FETCH),
            new Bad(
                "missing object",
                upload("missing", "no-such.jpg"),
                ErrorCode.SOURCE_NOT_FOUND,
                Stage.FETCH),
            new Bad(
                "object too large",
                upload("large", "large.jpg"),
                ErrorCode.SOURCE_TOO_LARGE,
                Stage.FETCH),
            new Bad(
                "text named .jpg",
                upload("text", "text.jpg"),
                ErrorCode.UNSUPPORTED_FORMAT,
                Stage.DECODE),
            new Bad(
                "truncated JPEG",
                upload("truncated", "truncated.jpg"),
                ErrorCode.IMAGE_CORRUPT,
                Stage.DECODE),
            new Bad(
                "huge PNG", upload("huge", "huge.png"), ErrorCode.IMAGE_TOO_LARGE, Stage.DECODE),
            new Bad(
                "empty object",
                upload("empty", "empty.jpg"),
                ErrorCode.IMAGE_CORRUPT,
                Stage.DECODE));
    List<RecordMetadata> places = new ArrayList<>();
    for (Bad one : bad) {
      one.record().headers().add("origin", "phone".getBytes(UTF_8));
      places.add(producer.send(one.record()).get());
    }
    producer.send(upload("faceless", "faceless.png")).get();
    producer.send(upload("good", "good.jpg")).get();

    List<ConsumerRecord<byte[], byte[]>> records = receive(bad.size() + 2);

    List<ConsumerRecord<byte[], byte[]>> letters =
        records.stream().filter(r -> r.topic().equals(Topics.IMAGE_RESTORATION_FAILED)).toList();
    assertThat(letters).hasSameSizeAs(bad);
    for (int i = 0; i < bad.size(); i++) {
      Bad one = bad.get(i);
      ConsumerRecord<byte[], byte[]> record = letters.get(i);
      RestorationFailed letter = JSON.readFailed(record.value());
      assertThat(letter.error().code()).as(one.name()).isEqualTo(one.code());
      assertThat(letter.error().stage()).as(one.name()).isEqualTo(one.stage());
      assertThat(letter.error().retryable()).as(one.name()).isFalse();
      assertThat(letter.error().message()).as(one.name()).isNotBlank();
      assertThat(letter.attempts()).as(one.name()).isEqualTo(1);
      assertThat(header(record, DeadLetterHeaders.ORIGINAL_TOPIC)).isEqualTo(Topics.IMAGE_UPLOADED);
      assertThat(header(record, DeadLetterHeaders.ORIGINAL_OFFSET))
          .isEqualTo(Long.toString(places.get(i).offset()));
      assertThat(header(record, DeadLetterHeaders.ORIGINAL_HEADER_PREFIX + "origin"))
          .isEqualTo("phone");
    }
    assertThat(JSON.readFailed(letters.get(0).value()).eventBase64()).isEqualTo("b29wcw==");
    assertThat(JSON.readFailed(letters.get(2).value()).event().path("image").intValue())
        .isEqualTo(7);
    assertThat(JSON.readFailed(letters.get(4).value()).imageId()).isEqualTo("missing");

    List<RestoredImage> images =
        records.stream()
            .filter(r -> r.topic().equals(Topics.RESTORED_IMAGE))
            .map(r -> JSON.readRestored(r.value()))
            .toList();
    assertThat(images).extracting(RestoredImage::imageId).containsExactly("faceless", "good");
    assertThat(images)
        .extracting(RestoredImage::outcome)
        .containsExactly(Outcome.UNCHANGED, Outcome.RESTORED);
  }

  /** A record that must become a dead letter. */
  private record Bad(
      String name, ProducerRecord<byte[], byte[]> record, ErrorCode code, Stage stage) {}

  private static ProducerRecord<byte[], byte[]> raw(String value) {
    return new ProducerRecord<>(
        Topics.IMAGE_UPLOADED, null, value == null ? null : value.getBytes(UTF_8));
  }

  private static ProducerRecord<byte[], byte[]> upload(String imageId, String key) {
    ObjectNode event = new ObjectMapper().createObjectNode().put("imageId", imageId);
    event.putObject("source").put("bucket", TestServers.PHOTOS).put("key", key);
    return new ProducerRecord<>(
        Topics.IMAGE_UPLOADED, imageId.getBytes(UTF_8), event.toString().getBytes(UTF_8));
  }

  private void put(String key, byte[] bytes) {
    client.putObject(
        request -> request.bucket(TestServers.PHOTOS).key(key), RequestBody.fromBytes(bytes));
  }

  private byte[] get(String key) {
    return client
        .getObjectAsBytes(request -> request.bucket(TestServers.RESTORED).key(key))
        .asByteArray();
  }

  /**
   * What is visible until {@code expected} records have come, and a moment longer; in the order of
   * the uploads, as photos overtake each other.
   */
  private List<ConsumerRecord<byte[], byte[]>> receive(int expected) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Instant deadline = Instant.now().plus(PATIENCE);
    while (records.size() < expected) {
      assertThat(Instant.now())
          .as("%d of %d outcomes", records.size(), expected)
          .isBefore(deadline);
      consumer.poll(Duration.ofMillis(500)).forEach(records::add);
    }
    consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
    assertThat(records).as("one outcome each").hasSize(expected);
    records.sort(Comparator.comparing(StreamIT::origin, Arrays::compare));
    return records;
  }

  // The numbers at the end of topic-partition-offset-index.
  private static long[] origin(ConsumerRecord<byte[], byte[]> record) {
    String id = header(record, "ce_id").replace(Topics.IMAGE_UPLOADED + "-", "");
    return Arrays.stream(id.split("-", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Headers headers = record.headers();
    assertThat(headers.lastHeader(name)).as(name).isNotNull();
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  private static JsonNode withoutPlacesAndTimes(byte[] report) throws IOException {
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(report);
    tree.remove(List.of("timings", "restoredAt"));
    ((ObjectNode) tree.path("runtime")).remove("replica");
    tree.findParents("bucket")
        .forEach(place -> ((ObjectNode) place).remove(List.of("bucket", "key")));
    return tree;
  }

  private static byte[] faceless() throws IOException {
    BufferedImage gradient = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < gradient.getHeight(); y++) {
      for (int x = 0; x < gradient.getWidth(); x++) {
        gradient.setRGB(x, y, (x * 255 / 320) << 16 | (y * 255 / 240) << 8 | 90);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(gradient, "png", png);
    return png.toByteArray();
  }

  private static byte[] pngThatClaims(int width, int height) throws IOException {
    byte[] png = faceless();
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return png;
  }
}
