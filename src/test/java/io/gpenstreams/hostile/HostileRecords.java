package io.gpenstreams.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpenstreams.hostile.RawRecord.RawHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.record.CompressionType;

/** Records that cost more than they look, lie, or are no events at all. */
public final class HostileRecords {
  /** Most bytes of a record's value. */
  static final int MAX_VALUE = 512 << 10;

  /** Most headers of a record. */
  static final int MAX_HEADERS = 64;

  /** Most bytes of a record's headers, names and values together. */
  static final int MAX_HEADER_BYTES = 32 << 10;

  /** Most entries of a notification. */
  static final int MAX_OBJECTS = 1000;

  private static final String TOO_LARGE = "EVENT_TOO_LARGE";
  private static final String INVALID = "INVALID_EVENT";
  private static final Expected REFUSED = Expected.one(TOO_LARGE);
  private static final Expected NO_EVENT = Expected.one(INVALID);
  // What a topic takes by default, less a batch's own bytes.
  private static final int LARGEST = 1_048_588 - 200;
  private static final int LETTERS_OF_A_NOTIFICATION = 2 << 20;
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private HostileRecords() {}

  /**
   * All of them.
   *
   * @param bomb into how many bytes a batch expands that the topic takes
   */
  public static List<HostileCase> all(int bomb) {
    List<HostileCase> costly =
        Stream.of(notifications(), bombs(bomb))
            .flatMap(List::stream)
            .map(HostileCase::byItself)
            .toList();
    return Stream.of(headers(), values(), texts(), numbers(), times(), names(), lies(), costly)
        .flatMap(List::stream)
        .toList();
  }

  private static List<HostileCase> headers() {
    return List.of(
        headers("header-of-2-mb-in-2-kb", REFUSED, new RawHeader(Content.of("a"), zeros(2 << 20))),
        headers("header-of-8-mb", REFUSED, new RawHeader(Content.of("a"), zeros(8 << 20))),
        headers("header-name-of-2-mb", REFUSED, new RawHeader(zeros(2 << 20), null)),
        headers("headers-empty-300000", REFUSED, empty(300_000)),
        headers("headers-empty-4-million", REFUSED, empty(4_000_000)),
        headers("headers-one-less", Expected.RESTORED, empty(MAX_HEADERS - 1)),
        headers("headers-as-many-as-allowed", Expected.RESTORED, empty(MAX_HEADERS)),
        headers("headers-one-more", REFUSED, empty(MAX_HEADERS + 1)),
        headers("header-bytes-one-less", Expected.RESTORED, bytes(MAX_HEADER_BYTES - 1)),
        headers("header-bytes-as-many-as-allowed", Expected.RESTORED, bytes(MAX_HEADER_BYTES)),
        headers("header-bytes-one-more", REFUSED, bytes(MAX_HEADER_BYTES + 1)),
        headers("header-null", Expected.RESTORED, new RawHeader(Content.of("a"), null)),
        headers(
            "header-name-not-utf-8",
            Expected.RESTORED,
            new RawHeader(Content.of(new byte[] {(byte) 0xFF, (byte) 0xC0}), Content.of("x"))),
        headers(
            "header-name-grows-when-decoded",
            Expected.one("restored", TOO_LARGE),
            new RawHeader(Content.of(filled((byte) 0xFF, MAX_HEADER_BYTES - 1)), null)),
        headers(
            "header-names-of-the-service",
            Expected.RESTORED,
            RawHeader.of("ce_id", "image-uploaded-0-0-0"),
            RawHeader.of("ce_type", "<script>"),
            RawHeader.of("ce_time", "never"),
            RawHeader.of("content-type", "text/html"),
            RawHeader.of("original-topic", "elsewhere"),
            RawHeader.of("traceparent", "00-" + "f".repeat(2000)),
            RawHeader.of("tracestate", "\r\nX: y")));
  }

  private static HostileCase headers(String name, Expected expected, RawHeader... headers) {
    return HostileCase.of(name, () -> RawBatch.packed(good(name).with(List.of(headers))), expected);
  }

  private static RawHeader[] empty(int count) {
    return Collections.nCopies(count, new RawHeader(Content.of(""), Content.of("")))
        .toArray(RawHeader[]::new);
  }

  private static RawHeader bytes(int count) {
    return new RawHeader(Content.of("a"), zeros(count - 1));
  }

  private static List<HostileCase> values() {
    return List.of(
        value("value-one-less", Expected.RESTORED, padded("value-one-less", MAX_VALUE - 1)),
        value("value-largest", Expected.RESTORED, padded("value-largest", MAX_VALUE)),
        value("value-one-more", REFUSED, padded("value-one-more", MAX_VALUE + 1)),
        value("value-just-under-1-mib", REFUSED, padded("value-just-under-1-mib", LARGEST)),
        value("value-spaces-just-under-1-mib", REFUSED, Content.of(" ".repeat(LARGEST))),
        value("value-largest-no-json", NO_EVENT, Content.of(filled((byte) 0xFE, MAX_VALUE))),
        value("value-null", NO_EVENT, null),
        value("value-empty", NO_EVENT, Content.of("")),
        HostileCase.record(
            "key-of-900-kb",
            () -> good("key-of-900-kb").keyed(Content.of("k".repeat(900_000))),
            Expected.one("restored", TOO_LARGE)),
        HostileCase.record(
            "key-empty", () -> good("key-empty").keyed(Content.of("")), Expected.RESTORED),
        HostileCase.record(
            "key-not-utf-8",
            () -> good("key-not-utf-8").keyed(Content.of(filled((byte) 0xFF, 100))),
            Expected.RESTORED));
  }

  private static List<HostileCase> texts() {
    String good = text("text", HostileCase.GOOD);
    return List.of(
        value("text-not-utf-8", NO_EVENT, Content.of((good + "\u00e4").getBytes(ISO_8859_1))),
        value("text-utf-16", NO_EVENT, Content.of(good.getBytes(UTF_16LE))),
        value("text-nul", NO_EVENT, Content.of("\0".repeat(1000))),
        value("text-not-json", NO_EVENT, Content.of("<xml/>")),
        value("text-two-values", NO_EVENT, Content.of(good + good)),
        value("text-cut", NO_EVENT, Content.of(good.substring(0, good.length() - 1))),
        value("text-doubled-field", NO_EVENT, Content.of("{\"imageId\":\"a\",\"imageId\":\"b\"}")),
        value("text-half-a-surrogate", NO_EVENT, Content.of("{\"imageId\":\"\\ud800\"}")),
        value("text-array", NO_EVENT, Content.of("[" + good + "]")),
        value("json-deep-arrays", NO_EVENT, Content.of("[".repeat(100_000))),
        value("json-deep-objects", NO_EVENT, Content.of("{\"a\":".repeat(80_000))),
        value("json-deep-at-the-end", NO_EVENT, with(good, "[".repeat(65) + "]".repeat(65))),
        value("json-wide-array", NO_EVENT, with(good, "[0" + ",0".repeat(250_000) + "]")),
        value("json-wide-object", Expected.one("restored", INVALID), wideObject(good)),
        value("json-long-name", NO_EVENT, with(good, "{\"" + "n".repeat(400_000) + "\":0}")),
        value("json-same-hash", Expected.one("restored", INVALID), sameHash(good)));
  }

  private static List<HostileCase> numbers() {
    String good = text("number", HostileCase.GOOD);
    return List.of(
        value("number-gigabyte", NO_EVENT, with(good, "1e999999999")),
        value("number-smallest", NO_EVENT, with(good, "1e-999999999")),
        value("number-exponent-overflow", NO_EVENT, with(good, "1e99999999999999999999")),
        value("number-of-500000-digits", NO_EVENT, with(good, "9".repeat(500_000))),
        value("number-nan", NO_EVENT, with(good, "NaN")),
        options("option-most-faces", Expected.RESTORED, "{\"maxFaces\":2147483647}"),
        options("option-too-many-faces", NO_EVENT, "{\"maxFaces\":2147483648}"),
        options("option-blend-tiny", Expected.RESTORED, "{\"blend\":1e-400}"),
        options("option-blend-over", NO_EVENT, "{\"blend\":1.0000000000000000000000001}"),
        options("option-scale-8", NO_EVENT, "{\"scale\":8}"),
        value(
            "size-beyond-long",
            NO_EVENT,
            Content.of(good.replace("{\"im", "{\"sizeBytes\":1e30,\"im"))),
        value(
            "time-of-year-0",
            Expected.one("restored", INVALID),
            uploadedAt("0000-01-01T00:00:00Z")),
        value("time-leap", Expected.one("restored", INVALID), uploadedAt("2016-12-31T23:59:60Z")));
  }

  private static List<HostileCase> times() {
    return List.of(
        time("time-none", -1),
        time("time-1970", 0),
        time("time-1970-plus-1", 1),
        time("time-2001", 1_000_000_000_000L),
        time("time-in-59-minutes", System.currentTimeMillis() + HOUR.toMillis() - 60_000),
        time("time-in-a-day", System.currentTimeMillis() + 24 * HOUR.toMillis()),
        time("time-last", Long.MAX_VALUE),
        // What is no event comes out by another way.
        HostileCase.record(
            "time-none-of-nonsense", () -> RawRecord.of(Content.of("oops")).at(-1), NO_EVENT),
        HostileCase.record(
            "time-1970-of-nonsense", () -> RawRecord.of(Content.of("oops")).at(0), NO_EVENT),
        HostileCase.record(
            "time-last-of-nonsense",
            () -> RawRecord.of(Content.of("oops")).at(Long.MAX_VALUE),
            NO_EVENT));
  }

  private static HostileCase time(String name, long time) {
    return HostileCase.record(name, () -> good(name).at(time), Expected.RESTORED);
  }

  // S3 servers that keep objects as files fail on longer parts of keys than files may have for
  // names.
  private static List<HostileCase> names() {
    Expected missing = Expected.one("SOURCE_NOT_FOUND");
    Expected nowhere = Expected.one("SOURCE_NOT_FOUND", "SOURCE_FORBIDDEN", INVALID);
    return List.of(
        id("id-markup", Expected.RESTORED, "<script>alert(1)</script>\"'><img src=x onerror=y>"),
        id("id-path", Expected.RESTORED, "../../../../etc/passwd"),
        id("id-absolute", Expected.RESTORED, "/" + "..%2f".repeat(50)),
        id("id-dots", Expected.RESTORED, ".."),
        id("id-windows", Expected.RESTORED, "C:\\con\\nul:*?"),
        id("id-right-to-left", Expected.RESTORED, "\u202egpj.nog\u2066\u200f\ufeff"),
        id("id-format", Expected.RESTORED, "%s%n%n${jndi:ldap://127.0.0.1/a}{0}"),
        id("id-longest", Expected.RESTORED, "i".repeat(512)),
        id("id-longest-in-four-bytes-each", Expected.RESTORED, "\ud83d\ude00".repeat(512)),
        id("id-one-more", NO_EVENT, "i".repeat(513)),
        id("id-huge", NO_EVENT, "i".repeat(400_000)),
        id("id-empty", NO_EVENT, ""),
        id("id-control", NO_EVENT, "a\u0000b"),
        id("id-line-end", NO_EVENT, "a\r\nb"),
        key("key-markup", missing, "<img src=x onerror=alert(1)>.jpg"),
        key("key-path", nowhere, "../private/secret.jpg"),
        key("key-longest", missing, ("k".repeat(255) + "/").repeat(4)),
        key("key-one-more", NO_EVENT, "k".repeat(1025)),
        key("key-longest-but-for-utf-8", NO_EVENT, "\u00e4".repeat(513)),
        key("key-of-slashes", nowhere, "/".repeat(300)),
        key("key-percent", missing, "%00%2e%2e%2f"),
        key("key-query", missing, "a?versionId=1&acl#x"),
        source("bucket-forbidden", Expected.one("SOURCE_FORBIDDEN"), HostileCase.FORBIDDEN),
        source("bucket-path", Expected.one("SOURCE_FORBIDDEN"), "photos/../private"),
        source("bucket-case", Expected.one("SOURCE_FORBIDDEN"), "PHOTOS"),
        source("bucket-longest", Expected.one("SOURCE_FORBIDDEN"), "b".repeat(255)),
        source("bucket-one-more", NO_EVENT, "b".repeat(256)));
  }

  private static HostileCase id(String name, Expected expected, String id) {
    return value(name, expected, HostileCase.event(id, HostileCase.GOOD));
  }

  private static HostileCase key(String name, Expected expected, String key) {
    return value(name, expected, HostileCase.event(name, key));
  }

  private static HostileCase source(String name, Expected expected, String bucket) {
    ObjectNode event = HostileCase.tree(name, HostileCase.GOOD);
    event.withObject("source").put("bucket", bucket);
    return value(name, expected, Content.of(event.toString()));
  }

  private static List<HostileCase> notifications() {
    List<HostileCase> cases = new ArrayList<>();
    for (int objects : List.of(MAX_OBJECTS - 1, MAX_OBJECTS)) {
      cases.add(
          value(
                  "notification-of-" + objects + "-forbidden",
                  Expected.many(objects, "SOURCE_FORBIDDEN"),
                  notification(objects, MAX_VALUE, HostileCase.FORBIDDEN))
              .letters(LETTERS_OF_A_NOTIFICATION));
    }
    // Whatever is repeated in each letter counts a thousand times.
    cases.add(
        HostileCase.of(
                "notification-of-1000-with-headers",
                () ->
                    RawBatch.of(
                        RawRecord.of(notification(MAX_OBJECTS, 0, HostileCase.FORBIDDEN))
                            .with(
                                List.of(
                                    RawHeader.of("traceparent", TRACE),
                                    RawHeader.of("tracestate", "a=" + "b".repeat(510)),
                                    RawHeader.of("x", "x".repeat(16_000))))),
                Expected.many(MAX_OBJECTS, "SOURCE_FORBIDDEN"))
            .letters(LETTERS_OF_A_NOTIFICATION));
    cases.add(
        value(
                "notification-of-1000-long-names",
                Expected.many(MAX_OBJECTS, "SOURCE_FORBIDDEN"),
                notification(MAX_OBJECTS, 0, "b".repeat(255)))
            .letters(2 * LETTERS_OF_A_NOTIFICATION));
    cases.add(
        value(
            "notification-of-1001",
            Expected.one(INVALID, TOO_LARGE),
            notification(MAX_OBJECTS + 1, 0, HostileCase.FORBIDDEN)));
    cases.add(
        value(
            "notification-of-100000",
            Expected.one(INVALID, TOO_LARGE),
            Content.of("{\"Records\":[{}" + ",{}".repeat(99_999) + "]}")));
    cases.add(value("notification-empty", Expected.NOTHING, Content.of("{\"Records\":[]}")));
    cases.add(
        value(
            "notification-of-deletions",
            Expected.NOTHING,
            Content.of("{\"Records\":[{\"eventName\":\"ObjectRemoved:Delete\"}]}")));
    cases.add(
        value(
            "notification-with-one-bad-entry",
            NO_EVENT,
            Content.of(
                text(notification(20, 0, HostileCase.BUCKET))
                    .replaceFirst("\"key\":\"[^\"]*\"", "\"key\":\"%ff\""))));
    cases.add(
        value(
            "notification-of-missing",
            Expected.many(20, "SOURCE_NOT_FOUND"),
            notification(20, 0, HostileCase.BUCKET)));
    return cases;
  }

  // Entries of the same size, up to so many bytes together.
  private static Content notification(int objects, int size, String bucket) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int i = 0; i < objects; i++) {
      ObjectNode one = records.addObject().put("eventName", "ObjectCreated:Put");
      ObjectNode s3 = one.putObject("s3");
      s3.putObject("bucket").put("name", bucket);
      s3.putObject("object").put("key", "no-such/" + i + ".jpg");
    }
    int missing = (size - event.toString().length()) / objects - "\"x\":\"\",".length();
    if (missing > 0) {
      records.forEach(one -> ((ObjectNode) one).put("x", "x".repeat(missing)));
    }
    return Content.of(event.toString());
  }

  private static List<HostileCase> bombs(int bomb) {
    List<HostileCase> cases = new ArrayList<>();
    for (CompressionType type : List.of(CompressionType.ZSTD, CompressionType.GZIP)) {
      cases.add(
          HostileCase.of(
              "bomb-of-one-value-" + type.name, batch(type, RawRecord.of(zeros(bomb))), REFUSED));
    }
    // Neither packs a byte tighter than this into what a topic takes.
    cases.add(lone("bomb-of-one-value-lz4", CompressionType.LZ4, zeros(Math.min(bomb, 200 << 20))));
    cases.add(lone("bomb-of-one-value-snappy", CompressionType.SNAPPY, zeros(15 << 20)));
    cases.add(
        HostileCase.of(
            "bomb-in-a-key",
            batch(CompressionType.ZSTD, good("bomb-in-a-key").keyed(zeros(bomb))),
            Expected.one("restored", TOO_LARGE)));
    cases.add(
        HostileCase.of(
            "bomb-in-a-header",
            batch(
                CompressionType.ZSTD,
                good("bomb-in-a-header")
                    .with(List.of(new RawHeader(Content.of("a"), zeros(bomb))))),
            REFUSED));
    int each = 1 << 20;
    RawRecord part = RawRecord.of(zeros(each));
    cases.add(
        HostileCase.of(
            "bomb-of-many-values",
            batch(CompressionType.ZSTD, Collections.nCopies(bomb / each, part)),
            Collections.nCopies(bomb / each, REFUSED).toArray(Expected[]::new)));
    cases.add(
        HostileCase.of(
            "bomb-among-good-records",
            batch(
                CompressionType.ZSTD,
                List.of(good("before"), RawRecord.of(zeros(bomb)), good("after"))),
            Expected.RESTORED,
            REFUSED,
            Expected.RESTORED));
    cases.add(
        HostileCase.of(
            "bomb-of-small-records",
            batch(
                CompressionType.ZSTD,
                IntStream.range(0, 500).mapToObj(i -> RawRecord.of(Content.of(""))).toList()),
            Collections.nCopies(500, NO_EVENT).toArray(Expected[]::new)));
    return cases;
  }

  // What brokers do not look at.
  private static List<HostileCase> lies() {
    return List.of(
        HostileCase.of(
            "batch-sizes-lie",
            batch(CompressionType.ZSTD, List.of(good("lie-1").lying(50, 0), good("lie-2"))),
            Expected.one(INVALID, TOO_LARGE),
            Expected.one(INVALID, TOO_LARGE)),
        HostileCase.of(
            "batch-offsets-lie",
            batch(
                CompressionType.NONE,
                List.of(good("lie-1"), good("lie-2").lying(0, 1_000_000), good("lie-3"))),
            Expected.RESTORED,
            Expected.RESTORED,
            Expected.RESTORED));
  }

  private static HostileCase lone(String name, CompressionType type, Content value) {
    return HostileCase.of(name, batch(type, RawRecord.of(value)), REFUSED);
  }

  private static Supplier<RawBatch> batch(CompressionType type, RawRecord record) {
    return batch(type, List.of(record));
  }

  // Of the moment at which it is sent.
  private static Supplier<RawBatch> batch(CompressionType type, List<RawRecord> records) {
    return () ->
        new RawBatch(type, records.stream().map(r -> r.at(System.currentTimeMillis())).toList());
  }

  /** A record that asks for the good photo. */
  static RawRecord good(String imageId) {
    return RawRecord.of(HostileCase.event(imageId, HostileCase.GOOD));
  }

  private static HostileCase value(String name, Expected expected, Content value) {
    return HostileCase.record(name, () -> RawRecord.of(value), expected);
  }

  private static HostileCase options(String name, Expected expected, String options) {
    String event = text(name, HostileCase.GOOD);
    return value(
        name, expected, Content.of(event.replace("{\"im", "{\"options\":" + options + ",\"im")));
  }

  private static Content uploadedAt(String time) {
    return Content.of(
        HostileCase.tree("time", HostileCase.GOOD).put("uploadedAt", time).toString());
  }

  // An event with a field that nobody knows.
  private static Content with(String event, String json) {
    return Content.of("{\"x\":" + json + "," + event.substring(1));
  }

  private static Content wideObject(String event) {
    UnaryOperator<String> names =
        start ->
            String.join(
                ",", IntStream.range(0, 40_000).mapToObj(i -> "\"" + start + i + "\":0").toList());
    return with(event, "{" + names.apply("n") + "}");
  }

  // All names have one hash code.
  private static Content sameHash(String event) {
    List<String> names = List.of("");
    for (int i = 0; i < 13; i++) {
      names = names.stream().flatMap(n -> Stream.of(n + "Aa", n + "BB")).toList();
    }
    return with(
        event, "{" + String.join(",", names.stream().map(n -> "\"" + n + "\":0").toList()) + "}");
  }

  private static Content padded(String imageId, int size) {
    String event = text(imageId, HostileCase.GOOD);
    int padding = size - event.length() - "\"x\":\"\",".length();
    return with(event, "\"" + "x".repeat(padding) + "\"");
  }

  private static String text(String imageId, String key) {
    return text(HostileCase.event(imageId, key));
  }

  private static String text(Content content) {
    return new String(((Content.Bytes) content).bytes(), UTF_8);
  }

  private static Content zeros(int length) {
    return Content.zeros(length);
  }

  private static byte[] filled(byte value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
