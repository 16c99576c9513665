package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.image.ImageFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RestoreSettingsTest {

  @Test
  void areTheOperatorsWhereTheUploaderWishesNothing() {
    GpenConfig config =
        ConfigLoader.load(
            Map.of(
                "gpen.output.scale", "2",
                "gpen.output.format", "webp",
                "gpen.output.blend", "0.5",
                "gpen.limits.faces", "7",
                "gpen.limits.output-megapixels", "3",
                "gpen.faces.min-size", "20",
                "gpen.faces.min-confidence", "0.4",
                "gpen.faces.sharpness-gate", "99",
                "gpen.output.face-crops", "false",
                "gpen.output.map", "false"));

    assertThat(RestoreSettings.of(config, Options.NONE))
        .isEqualTo(
            new RestoreSettings(
                OptionalInt.of(2),
                3_000_000,
                Optional.of(ImageFormat.WEBP),
                0.5,
                7,
                20,
                0.4,
                99,
                false,
                ImageFormat.PNG,
                false,
                false));
  }

  @Test
  void facesAreJpegIfTheOperatorSaysSo() {
    GpenConfig config = ConfigLoader.load(Map.of("gpen.output.face-format", "jpeg"));

    assertThat(RestoreSettings.of(config, Options.NONE).faceFormat()).isEqualTo(ImageFormat.JPEG);
  }

  @Test
  void followWishesThatStayWithinTheLimits() {
    RestoreSettings settings =
        RestoreSettings.of(ConfigLoader.load(Map.of()), new Options("4", 0.25, 3, "jpeg", false));

    assertThat(settings.scale()).hasValue(4);
    assertThat(settings.blend()).isEqualTo(0.25);
    assertThat(settings.maxFaces()).isEqualTo(3);
    assertThat(settings.format()).contains(ImageFormat.JPEG);
    assertThat(settings.faceCrops()).isFalse();
  }

  @Test
  void lookASecondTimeIfTheOperatorWantsIt() {
    GpenConfig config = ConfigLoader.load(Map.of("gpen.hallucination.second-look", "true"));

    assertThat(RestoreSettings.of(config, Options.NONE).secondLook()).isTrue();
  }

  @Test
  void onlyTightenLimits() {
    GpenConfig config =
        ConfigLoader.load(Map.of("gpen.limits.faces", "5", "gpen.output.face-crops", "false"));

    RestoreSettings settings =
        RestoreSettings.of(config, new Options(null, null, 1000, null, true));

    assertThat(settings.maxFaces()).isEqualTo(5);
    assertThat(settings.faceCrops()).isFalse();
  }

  @Test
  void automaticIsNoScaleAndNoFormat() {
    RestoreSettings settings =
        RestoreSettings.of(
            ConfigLoader.load(Map.of("gpen.output.scale", "2", "gpen.output.format", "png")),
            new Options("auto", null, null, "auto", null));

    assertThat(settings.scale()).isEmpty();
    assertThat(settings.format()).isEmpty();
  }
}
