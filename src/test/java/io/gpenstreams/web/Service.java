package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;

/** The packaged service over HTTP. For one thread. */
final class Service {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper mapper = new ObjectMapper();

  /** Where it answers. */
  URI address() {
    return URI.create(
        ConfigProvider.getConfig().getValue("test.url", String.class).replaceFirst("/?$", "/"));
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<Void> send(String method, String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(address().resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/json");
    return mapper.readTree(response.body());
  }

  /** What readiness says once it is ready, which the stream is only after a while. */
  JsonNode ready() throws IOException, InterruptedException {
    Awaitility.await().atMost(PATIENCE).until(() -> get("q/health/ready").statusCode() == 200);
    return json("q/health/ready");
  }

  /** The list's line for an image, once it is there. */
  JsonNode await(String imageId) {
    return Awaitility.await("a line for " + imageId)
        .atMost(PATIENCE)
        .until(() -> line(imageId), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<JsonNode> line(String imageId) throws IOException, InterruptedException {
    return StreamSupport.stream(json("viewer/outcomes").get("outcomes").spliterator(), false)
        .filter(each -> imageId.equals(each.get("imageId").textValue()))
        .findFirst();
  }
}
