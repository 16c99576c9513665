package io.gpenstreams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpenstreams.event.RestoredImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {

  @ParameterizedTest
  @CsvSource({
    "gpen.model, ' '",
    "gpen.detector.model, ' '",
    "gpen.device, tpu",
    "gpen.device, cuda",
    "gpen.device, cuda:-1",
    "gpen.storage.source-buckets, 'a, ,b'",
    "gpen.storage.restored-bucket, ' '",
    "gpen.storage.restored-bucket, a\"b",
    "gpen.storage.restored-bucket, é",
    "gpen.replica, 'a\tb'",
    "gpen.limits.source-bytes, many",
    "gpen.limits.source-bytes, 0",
    "gpen.limits.source-bytes, 1025M",
    "gpen.limits.megapixels, 0",
    "gpen.limits.megapixels, 501",
    "gpen.limits.megapixels, 1e3",
    "gpen.limits.output-megapixels, -1",
    "gpen.limits.faces, 0",
    "gpen.limits.faces, 257",
    "gpen.limits.seconds, 3601",
    "gpen.retry.attempts, 0",
    "gpen.retry.initial-backoff, soon",
    "gpen.retry.initial-backoff, -1s",
    "gpen.retry.max-backoff, 0s",
    "gpen.retry.max-backoff, 61m",
    "gpen.retry.outage, 8d",
    "gpen.retry.crashes, 0",
    "gpen.retry.calm, 2h",
    "gpen.stream.in-flight, 0",
    "gpen.stream.in-flight, 257",
    "gpen.stream.max-pending, 0",
    "gpen.stream.tick, 0ms",
    "gpen.stream.grace, 61m",
    "gpen.output.scale, 3",
    "gpen.output.format, gif",
    "gpen.output.quality, 101",
    "gpen.output.blend, 1.01",
    "gpen.output.blend, NaN",
    "gpen.faces.min-size, 7",
    "gpen.faces.min-confidence, -0.1",
    "gpen.faces.sharpness-gate, 0",
  })
  void namesTheKeyOfAWrongValueInOneLine(String key, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigLoader.load(Map.of(key, value)))
        .withMessageContaining(key)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(300));
  }

  @Test
  void textThatGoesIntoEventsHasABound() {
    for (String key : List.of("gpen.replica", "gpen.storage.restored-bucket")) {
      ConfigLoader.load(Map.of(key, "x".repeat(255)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConfigLoader.load(Map.of(key, "x".repeat(256))))
          .withMessageContaining(key);
    }
    assertThat(ConfigLoader.load(Map.of("gpen.limits.faces", "256")).limits().faces())
        .isEqualTo(RestoredImage.MAX_FACES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigLoader.load(Map.of("gpen.limits.faces", "257")))
        .withMessage("gpen.limits.faces must be less than or equal to 256");
  }

  @Test
  void namesAKeyThatDoesNotExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigLoader.load(Map.of("gpen.output.sacle", "2")))
        .withMessageContaining("gpen.output.sacle");
  }
}
