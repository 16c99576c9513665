package io.gpenstreams.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaNamesTest {
  private static final InetSocketAddress UNUSABLE = InetSocketAddress.createUnresolved("x", 1);

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:9092", "nowhere.invalid:9092,127.0.0.1:9092", "not an address"})
  void nothingIsWaitedForWhereOneResolvesOrNoneIsAName(String servers) throws Exception {
    new KafkaNames(List.of(servers.split(",")), lines::add).await(UNUSABLE);

    assertThat(lines).isEmpty();
  }

  @Test
  void probesAreAnsweredWhileNoneResolves() throws Exception {
    InetSocketAddress address = freeAddress();
    AtomicBoolean known = new AtomicBoolean();
    KafkaNames names = new KafkaNames(List.of("a:1", "c:2"), lines::add, host -> known.get());
    CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> waitFor(names, address));

    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(get(address, "ready").statusCode()).isEqualTo(503));
    assertThat(
            new ObjectMapper().readTree(get(address, "ready").body()).at("/checks/0/data/reason"))
        .hasToString("\"none of the names in a:1,c:2 resolves\"");
    assertThat(get(address, "live").statusCode()).isEqualTo(200);
    assertThat(get(address, "started").statusCode()).isEqualTo(200);
    assertThat(waiting).isNotDone();

    known.set(true);
    waiting.join();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo("Kafka: none of the names in a:1,c:2 resolves");
    assertThat(lines.get(1)).startsWith("Kafka: available again after ");
    try (ServerSocket free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(address);
      assertThat(free.isBound()).isTrue();
    }
  }

  private static void waitFor(KafkaNames names, InetSocketAddress address) {
    try {
      names.await(address);
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
  }

  private HttpResponse<String> get(InetSocketAddress address, String probe)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/q/health/%s".formatted(address.getPort(), probe)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
