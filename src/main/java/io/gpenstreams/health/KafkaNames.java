package io.gpenstreams.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gpenstreams.outage.Outage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Utils;

/**
 * Waits until the name of one Kafka server resolves. Kafka's clients, and so the process, would
 * fail if none does; in many clusters the names of stopped brokers do not.
 *
 * <p>Meanwhile it answers the probes on the service's own port: started and alive, but not ready.
 * It owns that HTTP server, whose thread only reads.
 */
public final class KafkaNames {
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final String READY = "/q/health/ready";

  private final List<String> servers;
  private final Predicate<String> resolves;
  private final Outage outage;

  /**
   * Waits for one of these servers.
   *
   * @param servers host and port each, as in {@code bootstrap.servers}
   * @param lines takes log lines, because the process has no log yet
   */
  public KafkaNames(List<String> servers, Consumer<String> lines) {
    this(servers, lines, KafkaNames::isKnown);
  }

  KafkaNames(List<String> servers, Consumer<String> lines, Predicate<String> resolves) {
    this.servers = servers;
    this.resolves = resolves;
    this.outage = new Outage("Kafka", InstantSource.system(), lines);
  }

  /**
   * Returns as soon as one resolves.
   *
   * @param http where to answer probes meanwhile
   * @throws IOException if nothing can be answered there
   */
  public void await(InetSocketAddress http) throws IOException, InterruptedException {
    if (oneResolves()) {
      return;
    }
    HttpServer server = HttpServer.create(http, 0);
    server.createContext("/q/health", this::answer);
    outage.report("none of the names in %s resolves".formatted(String.join(",", servers)));
    server.start();
    try {
      while (!oneResolves()) {
        outage.reason().ifPresent(outage::report);
        Thread.sleep(PAUSE.toMillis());
      }
    } finally {
      server.stop(0);
    }
    outage.end();
  }

  // Kafka's clients refuse a malformed address, with its name.
  private boolean oneResolves() {
    return servers.isEmpty()
        || servers.stream().map(Utils::getHost).anyMatch(h -> h == null || resolves.test(h));
  }

  private static boolean isKnown(String host) {
    try {
      return InetAddress.getAllByName(host).length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  // Server names contain no characters that JSON would have to escape.
  private void answer(HttpExchange exchange) throws IOException {
    boolean down = exchange.getRequestURI().getPath().equals(READY);
    String status = down ? "DOWN" : "UP";
    byte[] body =
        """
        {"status": "%s", "checks": [
          {"name": "Kafka", "status": "%s", "data": {"reason": "%s"}}]}
        """
            .formatted(status, status, outage.reason().orElse("a name has just resolved"))
            .getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
    exchange.sendResponseHeaders(down ? 503 : 200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
