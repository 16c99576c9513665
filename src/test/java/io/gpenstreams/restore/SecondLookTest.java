package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.IdentityModel;
import io.gpenstreams.model.IdentityModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondLookTest {
  private static final int SIZE = 256;
  private static final PhotoRestorer.Request REQUEST =
      new PhotoRestorer.Request("id", "photos", "key.png");

  private final AtomicInteger faces = new AtomicInteger();
  private Optional<IdentityModel> identity = Optional.empty();

  @Test
  void aModelThatFollowsTheInputIsStable() {
    FaceHallucination face = restored(true, TestModel::copies);

    assertThat(faces).hasValue(2);
    assertThat(face.instability()).isZero();
    assertThat(face.byRegion()).hasSize(5);
    assertThat(face.byRegion().values()).allSatisfy(r -> assertThat(r.instability()).isZero());
  }

  @Test
  void whatFollowsTheModelAloneIsUnstable() {
    // Noise of its own in the left half of every answer: in the right one of the mirrored photo.
    FaceHallucination face = restored(true, crops -> crops.stream().map(this::withNoise).toList());

    assertThat(face.instability()).isGreaterThan(0.2);
    assertThat(face.byRegion().get("leftEye").instability()).isGreaterThan(0.4);
    assertThat(face.byRegion().get("rightEye").instability())
        .isLessThan(face.byRegion().get("leftEye").instability());
  }

  @Test
  void nobodyLooksTwiceUnasked() {
    FaceHallucination face = restored(false, TestModel::copies);

    assertThat(faces).hasValue(1);
    assertThat(face.instability()).isNull();
    assertThat(face.identitySimilarity()).isNull();
    assertThat(face.byRegion().values()).allSatisfy(r -> assertThat(r.instability()).isNull());
  }

  @Test
  void anIdentityModelComparesInputAndOutput(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("identity.onnx");
    Files.write(file, IdentityModels.averages(1, IdentityModel.SIDE, 1));
    identity = Optional.of(IdentityModel.open(file));

    assertThat(restored(false, TestModel::copies).identitySimilarity()).isEqualTo(1);

    identity = Optional.of(IdentityModel.open(file));
    assertThat(
            restored(false, crops -> crops.stream().map(this::withNoise).toList())
                .identitySimilarity())
        .isBetween(-1.0, 0.95);
  }

  private Mat withNoise(Mat crop) {
    try (Mat noise = Pixels.noise(SIZE, SIZE, 3)) {
      return Pixels.of(SIZE, SIZE, (x, y, c) -> Pixels.level(x < SIZE / 2 ? noise : crop, x, y, c));
    }
  }

  private FaceHallucination restored(boolean secondLook, UnaryOperator<List<Mat>> model) {
    EventJson json = new EventJson();
    try (Mat waves = Pixels.waves(300, 300);
        PhotoRestorer restorer =
            new PhotoRestorer(
                new FixedDetector(FixedDetector.face(20, 20, 256, 0.9)),
                new TestModel(
                    SIZE,
                    crops -> {
                      faces.addAndGet(crops.size());
                      return model.apply(crops);
                    }),
                identity,
                Background.none(),
                new PhotoDecoder(10),
                new PhotoEncoder(92),
                new PhotoRestorer.Bounds(1, 2, 1 << 30),
                "test-0")) {
      RestoredImage result =
          restorer.restore(
              REQUEST,
              new PhotoEncoder(92).png(waves),
              settings(secondLook),
              new RecordingSink(),
              new StageClock(Duration.ofMinutes(5)));
      assertThat(json.readRestored(json.write(result))).isEqualTo(result);
      return result.faces().get(0).hallucination();
    }
  }

  private static RestoreSettings settings(boolean secondLook) {
    return new SettingsBuilder().scale(1).secondLook(secondLook).build();
  }
}
