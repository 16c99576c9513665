package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.stream.LocalServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The service as it runs unless told otherwise: nobody looks at anybody's photos. */
@QuarkusIntegrationTest
@QuarkusTestResource(LocalServers.class)
class ViewerOffIT {
  private final Service service = new Service();

  @Test
  void answersNothing() throws Exception {
    for (String path :
        List.of(
            "",
            "viewer",
            "viewer/viewer.js",
            "viewer/viewer.css",
            "viewer/outcomes",
            "viewer/outcomes/restored-image-0-0",
            "viewer/outcomes/restored-image-0-0/original",
            "viewer/outcomes/restored-image-0-0/faces/0")) {
      assertThat(service.get(path).statusCode()).as(path).isEqualTo(404);
      assertThat(service.get(path).body()).as(path).isEmpty();
    }
    for (String method : List.of("HEAD", "OPTIONS", "POST", "DELETE")) {
      assertThat(service.send(method, "viewer/outcomes").statusCode()).as(method).isEqualTo(404);
    }
  }

  @Test
  void healthAndMetricsAreOpenAllTheSame() throws Exception {
    assertThat(service.ready().get("status").textValue()).isEqualTo("UP");
    assertThat(service.get("q/metrics").statusCode()).isEqualTo(200);
  }
}
