package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.Source;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.stream.LocalServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the viewer of the packaged service answers, on a real broker and a real S3 server. */
@QuarkusIntegrationTest
@QuarkusTestResource(LocalServers.class)
@TestProfile(ViewerOn.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ViewerIT {
  private static final byte[] PORTRAIT = new Degradation(7).apply(new Portrait(7).draw());

  private final Service service = new Service();
  // Injected by LocalServers.
  LocalBroker broker;
  LocalS3 s3;
  private Platform platform;

  @BeforeEach
  void connect() {
    platform = new Platform(broker, s3);
  }

  @AfterEach
  void disconnect() {
    platform.close();
  }

  @Test
  void showsARestoredPhotoWithAllItsPictures() throws Exception {
    platform.upload("grandma", PORTRAIT);

    JsonNode line = service.await("grandma");
    assertThat(line.get("outcome").textValue()).isEqualTo("restored");
    assertThat(line.get("restoredFaces").intValue()).isEqualTo(1);
    assertThat(line.get("score").isDouble()).isTrue();
    assertThat(Instant.parse(line.get("time").textValue())).isBeforeOrEqualTo(Instant.now());

    String base = "viewer/outcomes/" + line.get("id").textValue();
    JsonNode event = service.json(base).get("restored");
    assertThat(event.at("/outcome").textValue()).isEqualTo("restored");
    assertThat(event.at("/faces/0/hallucination/regions/nose").isNumber()).isTrue();
    assertThat(Instant.parse(event.get("restoredAt").textValue())).isNotNull();

    assertPicture(base + "/original", "image/jpeg", PORTRAIT);
    assertPicture(base + "/restored", "image/jpeg", stored(event.at("/restored/key").textValue()));
    assertPicture(
        base + "/map", "image/png", stored(event.at("/hallucination/map/key").textValue()));
    assertPicture(
        base + "/faces/0", "image/png", stored(event.at("/faces/0/crop/key").textValue()));
    for (String path : List.of("/faces/1", "/faces/-1", "/faces/x", "/other", "/faces")) {
      assertThat(service.get(base + path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void showsDeadLetters() throws Exception {
    platform.upload("broken", "no photo".getBytes(UTF_8));

    JsonNode line = service.await("broken");
    assertThat(line.get("outcome").textValue()).isEqualTo("failed");
    assertThat(line.get("code").textValue()).isEqualTo("UNSUPPORTED_FORMAT");

    String base = "viewer/outcomes/" + line.get("id").textValue();
    JsonNode detail = service.json(base);
    assertThat(detail.get("restored").isNull()).isTrue();
    assertThat(detail.at("/failed/error/message").textValue()).isNotBlank();
    assertThat(detail.get("failed").has("event")).isFalse();
    assertThat(service.get(base + "/original").statusCode()).isEqualTo(404);
  }

  @Test
  void survivesWhatIsNoEvent() throws Exception {
    platform.litter(Topics.RESTORED_IMAGE);
    platform.litter(Topics.IMAGE_RESTORATION_FAILED);

    platform.upload("after", "no photo".getBytes(UTF_8));

    assertThat(service.await("after").get("outcome").textValue()).isEqualTo("failed");
  }

  @Test
  void readsNoOtherBucketForAForgedEvent() throws Exception {
    platform.put("private", "secret", PORTRAIT);
    String sha256 = DigestUtils.sha256Hex(PORTRAIT);
    platform.forge(
        Events.restored(
            "forged",
            Instant.now(),
            new Source("private", "secret", sha256, 100, 80),
            new Restored("private", "secret", "image/jpeg", 1, sha256, 100, 80, 1),
            new StoredObject("private", "secret")));

    String base = "viewer/outcomes/" + service.await("forged").get("id").textValue();
    for (String part : List.of("/original", "/restored", "/map", "/faces/0")) {
      HttpResponse<byte[]> response = service.get(base + part);
      assertThat(response.statusCode()).as(part).isEqualTo(403);
      assertThat(header(response, "content-type")).startsWith("text/plain");
    }
  }

  @Test
  void answersForNoOutcomeThatIsNotListed() throws Exception {
    for (String path :
        List.of(
            "viewer/outcomes/restored-image-0-999999",
            "viewer/outcomes/restored-image-0-999999/original",
            "viewer/outcomes/photos%2Fgrandma.jpg/original",
            "viewer/outcomes/..%2F..%2Fapplication.properties",
            "viewer/page.html",
            "viewer/..%2Fviewer.js",
            "viewer/none.js",
            "viewer")) {
      assertThat(service.get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void thePageIsOfOnePieceAndAllowsNothingElse() throws Exception {
    HttpResponse<byte[]> page = service.get("");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "content-type")).isEqualToIgnoringCase("text/html;charset=UTF-8");
    assertThat(header(page, "content-security-policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertSafe(page);
    assertThat(new String(page.body(), UTF_8))
        .contains("viewer/viewer.js", "viewer/viewer.css")
        .doesNotContain("<style", "style=", "onclick", "http:", "https:");

    assertAsset("viewer/viewer.js", "text/javascript;charset=UTF-8");
    assertAsset("viewer/result.js", "text/javascript;charset=UTF-8");
    assertAsset("viewer/comparison.js", "text/javascript;charset=UTF-8");
    assertAsset("viewer/faces.js", "text/javascript;charset=UTF-8");
    assertAsset("viewer/dom.js", "text/javascript;charset=UTF-8");
    assertAsset("viewer/viewer.css", "text/css;charset=UTF-8");
    assertAsset("viewer/icon.svg", "image/svg+xml");
  }

  @Test
  void sendsTheListOnlyIfItIsAnother() throws Exception {
    platform.upload("first", "no photo".getBytes(UTF_8));
    service.await("first");
    HttpResponse<byte[]> list = service.get("viewer/outcomes");
    String tag = header(list, "etag");
    assertSafe(list);

    HttpResponse<byte[]> same = service.get("viewer/outcomes", "If-None-Match", tag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();

    platform.upload("second", "no photo".getBytes(UTF_8));
    service.await("second");
    assertThat(service.get("viewer/outcomes", "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST.:1", "127.0.0.1:8080", "127.255.255.254", "[::1]:80"})
  void answersForThisMachinesNames(String host) throws Exception {
    assertThat(statusFor("/", "Host: " + host)).isEqualTo(200);
    assertThat(statusFor("/viewer/outcomes", "Host: " + host)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rebound.example",
        "rebound.example:8081",
        "localhost.rebound.example",
        "127.0.0.1.rebound.example",
        "10.0.0.1",
        "[::2]",
        ""
      })
  void answersForNoOtherName(String host) throws Exception {
    for (String path : List.of("/", "/viewer/viewer.js", "/viewer/outcomes", "/none")) {
      String answer = answer(path, "Host: " + host);
      assertThat(answer).as(path).startsWith("HTTP/1.1 4").doesNotContain("HTTP/1.1 404");
      assertThat(answer).as(path).doesNotContain("<html", "outcomes\":");
    }
    assertThat(statusFor("/q/health/live", "Host: " + host)).isIn(200, 400);
  }

  @Test
  void namesTheKeyThatAllowsAHost() throws Exception {
    assertThat(answer("/", "Host: photos.example"))
        .startsWith("HTTP/1.1 421 ")
        .contains("gpen.viewer.hosts");
    assertThat(statusFor("/q/health/live", "Host: 10.1.2.3:8080")).isEqualTo(200);
    assertThat(statusFor("/q/metrics", "Host: 10.1.2.3:8080")).isEqualTo(200);
  }

  @Test
  void answersNoOtherSitesPage() throws Exception {
    String own = "http://" + service.address().getAuthority();
    assertThat(service.get("viewer/outcomes", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(service.get("viewer/outcomes", "Sec-Fetch-Site", "same-site").statusCode())
        .isEqualTo(403);
    assertThat(service.get("viewer/outcomes", "Origin", "http://other.example").statusCode())
        .isEqualTo(403);
    assertThat(service.get("viewer/outcomes", "Origin", "http://localhost:1").statusCode())
        .isEqualTo(403);
    assertThat(service.get("viewer/outcomes", "Origin", "null").statusCode()).isEqualTo(403);
    assertThat(service.get("viewer/outcomes", "Origin", own).statusCode()).isEqualTo(200);
    assertThat(service.get("viewer/outcomes", "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(200);
    assertThat(service.get("", "Sec-Fetch-Site", "none").statusCode()).isEqualTo(200);
    assertThat(
            service
                .get("", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
                .statusCode())
        .as("a link")
        .isEqualTo(200);
  }

  @Test
  void isReadyAndCountsWhatItDoes() throws Exception {
    platform.upload("counted", "no photo".getBytes(UTF_8));
    service.await("counted");

    JsonNode ready = service.ready();
    assertThat(ready.get("status").textValue()).isEqualTo("UP");
    assertThat(ready.get("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.get("name").textValue()).isEqualTo("Restoration model");
              assertThat(check.at("/data/firstFaceMs").isNumber()).isTrue();
            });
    assertThat(new String(service.get("q/metrics").body(), UTF_8))
        .containsPattern(
            "gpen_photos_total\\{code=\"UNSUPPORTED_FORMAT\",outcome=\"failed\"\\} [1-9]")
        .contains("gpen_stage_seconds_bucket", "gpen_hallucination_score_bucket")
        .contains("gpen_faces_total{outcome=\"skipped\",reason=\"too-small\"}");
  }

  private int statusFor(String path, String header) throws IOException {
    return Integer.parseInt(answer(path, header).split(" ", 3)[1]);
  }

  private String answer(String path, String header) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private void assertPicture(String path, String contentType, byte[] bytes) throws Exception {
    HttpResponse<byte[]> response = service.get(path);
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    assertThat(header(response, "content-type")).isEqualTo(contentType);
    assertThat(response.body()).isEqualTo(bytes);
    assertSafe(response);
  }

  private void assertAsset(String path, String contentType) throws Exception {
    HttpResponse<byte[]> response = service.get(path);
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    assertThat(header(response, "content-type")).isEqualToIgnoringCase(contentType);
    assertThat(response.body()).isNotEmpty();
    assertSafe(response);
  }

  private static void assertSafe(HttpResponse<?> response) {
    assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(response, "content-security-policy")).isEqualTo(ViewerGate.POLICY);
    assertThat(header(response, "referrer-policy")).isEqualTo("no-referrer");
    assertThat(header(response, "cross-origin-resource-policy")).isEqualTo("same-origin");
    assertThat(header(response, "cache-control")).isEqualTo("no-store");
  }

  private byte[] stored(String key) {
    return platform.get("restored", key);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
