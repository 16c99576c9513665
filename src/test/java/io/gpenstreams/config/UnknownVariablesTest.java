package io.gpenstreams.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownVariablesTest {
  @ParameterizedTest
  @CsvSource({
    "GPEN_LIMIT_FACES, GPEN_LIMITS_FACES, gpen.limits.faces",
    "GPEN_MODELL, GPEN_MODEL, gpen.model",
    "gpen_limit_faces, GPEN_LIMITS_FACES, gpen.limits.faces",
    "GPEN_STORAGE_SOURCE_BUCKETS_0, GPEN_STORAGE_SOURCE_BUCKETS, gpen.storage.source-buckets",
    "GPEN_RETRY_ATTEMPT, GPEN_RETRY_ATTEMPTS, gpen.retry.attempts",
    "GPEN_STORAGE_SOURCE_BUCKET, GPEN_STORAGE_SOURCE_BUCKETS, gpen.storage.source-buckets"
  })
  void aMisspeltOneIsNamedWithTheNearest(String wrong, String variable, String key) {
    assertThat(UnknownVariables.warnings(List.of("PATH", wrong)))
        .containsExactly(
            "the variable %s is no setting and is ignored; the nearest one is %s (%s)"
                .formatted(wrong, variable, key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GPEN_LIMITS_FACES",
        "GPEN_STORAGE_SOURCE_BUCKETS_0_",
        "gpen_limits_faces",
        "GPEN_VIEWER_HOSTS",
        "GPEN_JAVA_OPTS",
        "GPEN_STREAMS_SERVICE_HOST",
        "GPEN_STREAMS_PORT_8080_TCP_ADDR",
        "GPEN_STREAMS_PORT",
        "HOME"
      })
  void othersAreNot(String name) {
    assertThat(UnknownVariables.warnings(List.of(name))).isEmpty();
  }

  @Test
  void aStrangeNameIsOneShortLine() {
    String name = "GPEN_\n" + "X".repeat(5000);

    assertThat(UnknownVariables.warnings(List.of(name)))
        .singleElement()
        .satisfies(line -> assertThat(line).hasSizeLessThan(300).doesNotContain("\n"));
  }
}
