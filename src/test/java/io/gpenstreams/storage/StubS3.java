package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 server that answers as it is told, for answers that real ones cannot be made to give. Paths
 * are {@code /bucket/key}.
 */
final class StubS3 implements AutoCloseable {

  /** An answer other than the object. */
  record Answer(int status, String code) {}

  /** Does what it likes with a request; true if it has answered. */
  interface Script {
    boolean answer(HttpExchange exchange, StubS3 server) throws IOException;
  }

  final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();

  /** By path, by {@code METHOD path}, or for all by {@code *}; the first in this order counts. */
  final Map<String, Script> scripts = new ConcurrentHashMap<>();

  /** {@code METHOD path} of all. */
  final CopyOnWriteArrayList<String> requests = new CopyOnWriteArrayList<>();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  StubS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  S3Client client() {
    return S3Client.builder()
        .endpointOverride(address())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
        .overrideConfiguration(options -> options.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
        .httpClientBuilder(ApacheHttpClient.builder())
        .build();
  }

  StubS3 with(String path, String content) {
    objects.put(path, content.getBytes(UTF_8));
    return this;
  }

  void answer(String path, int status, String code) {
    scripts.put(path, (exchange, self) -> self.send(exchange, new Answer(status, code)));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String request = exchange.getRequestMethod() + " " + path;
      requests.add(request);
      for (String which : new String[] {path, request, "*"}) {
        Script script = scripts.get(which);
        if (script != null && script.answer(exchange, this)) {
          return;
        }
      }
      switch (exchange.getRequestMethod()) {
        case "PUT" -> {
          byte[] bytes = exchange.getRequestBody().readAllBytes();
          objects.put(path, bytes);
          exchange.getResponseHeaders().set("ETag", '"' + DigestUtils.md5Hex(bytes) + '"');
          exchange.sendResponseHeaders(200, -1);
        }
        case "HEAD" -> {
          byte[] object = objects.get(path);
          if (object != null) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(object.length));
          }
          exchange.sendResponseHeaders(object == null ? 404 : 200, -1);
        }
        default -> get(exchange, path);
      }
    }
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    if (path.indexOf('/', 1) < 0) {
      String bucket = path + "/";
      String keys =
          objects.keySet().stream()
              .filter(object -> object.startsWith(bucket))
              .map(
                  object ->
                      "<Contents><Key>%s</Key></Contents>"
                          .formatted(object.substring(bucket.length())))
              .collect(Collectors.joining());
      send(exchange, 200, "<ListBucketResult>" + keys + "</ListBucketResult>");
      return;
    }
    byte[] object = objects.get(path);
    if (object == null) {
      send(exchange, new Answer(404, "NoSuchKey"));
      return;
    }
    exchange.sendResponseHeaders(200, object.length);
    exchange.getResponseBody().write(object);
  }

  boolean send(HttpExchange exchange, Answer answer) {
    String body =
        answer.code().isEmpty()
            ? ""
            : "<Error><Code>%s</Code><Message>what S3 says</Message></Error>"
                .formatted(answer.code());
    try {
      send(exchange, answer.status(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(UTF_8);
    boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
    if (!none) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
