package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpenstreams.event.RestoredImage.Restored;
import io.gpenstreams.event.RestoredImage.Source;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.stream.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What those who look at large photos without taking them cost the packaged service. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SlowViewersIT {
  private static final int CLIENTS = 40;
  private static final long MIB = 1 << 20;
  // The largest that the service reads.
  private static final int LARGE = (int) (64 * MIB);
  // Four of the largest photos, and what the service needs by itself.
  private static final long MOST_MEMORY = 700 * MIB;

  @RegisterExtension final TestServers servers = TestServers.brokerAndS3();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Socket> sockets = new ArrayList<>();
  private ServiceProcess service;

  @BeforeEach
  void start() throws InterruptedException {
    service = servers.startService(Map.of("gpen.viewer.enabled", "true"));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void costLittleAndAreCutOff() throws Exception {
    byte[] photo = Arrays.copyOf(TestServers.portrait(), LARGE);
    String path = publish(photo);
    for (int i = 0; i < CLIENTS; i++) {
      sockets.add(ask(path));
    }

    AtomicLong most = new AtomicLong();
    // Until those who waited for the first to be cut off have been cut off as well.
    await()
        .during(Duration.ofMinutes(1))
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(status("q/health/live")).isEqualTo(200);
              most.accumulateAndGet(memory(), Math::max);
            });

    assertThat(most.get()).isLessThan(MOST_MEMORY);
    for (Socket socket : sockets) {
      assertThat(taken(socket)).as("cut off").isLessThan(LARGE);
    }
    HttpResponse<byte[]> whole = get(path);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(photo);
  }

  /** Lists a photo, and returns the path of its original. */
  private String publish(byte[] photo) throws Exception {
    String sha256 = DigestUtils.sha256Hex(photo);
    try (Platform platform = new Platform(servers.broker(), servers.s3())) {
      platform.put("photos", "large.jpg", photo);
      platform.forge(
          Events.restored(
              "large",
              Instant.now(),
              new Source("photos", "large.jpg", sha256, 100, 80),
              new Restored("restored", "none", "image/jpeg", 1, sha256, 100, 80, 1),
              new StoredObject("restored", "none")));
    }
    JsonNode outcome = await().atMost(Duration.ofMinutes(1)).until(this::listed, Objects::nonNull);
    return "viewer/outcomes/" + outcome.get("id").textValue() + "/original";
  }

  // Null if nothing is listed.
  private JsonNode listed() throws Exception {
    return new ObjectMapper().readTree(get("viewer/outcomes").body()).get("outcomes").get(0);
  }

  private Socket ask(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), service.address().getPort()));
    socket
        .getOutputStream()
        .write(("GET /" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
    return socket;
  }

  /** How much of the answer there is to read until the service ends the connection. */
  private static long taken(Socket socket) throws IOException {
    socket.setSoTimeout((int) Duration.ofMinutes(2).toMillis());
    long taken = 0;
    byte[] buffer = new byte[1 << 16];
    try {
      for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
        taken += read;
      }
    } catch (SocketException e) {
      // Reset, which is an end too.
      return taken;
    }
    return taken;
  }

  /** What Java's heap and buffers hold, in bytes. */
  private long memory() throws Exception {
    return new String(get("q/metrics").body(), UTF_8)
        .lines()
        .filter(
            line ->
                line.startsWith("jvm_memory_used_bytes{area=\"heap\"")
                    || line.startsWith("jvm_buffer_memory_used_bytes"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private int status(String path) throws Exception {
    return get(path).statusCode();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    URI uri = service.address().resolve("/" + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(1)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
