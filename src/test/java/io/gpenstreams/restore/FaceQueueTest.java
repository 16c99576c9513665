package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.image.Pixels;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelFailures;
import io.gpenstreams.model.RestoredCrop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.core.ConditionFactory;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaceQueueTest {
  private static final int SIZE = 64;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  // Of each run, the levels that tell its faces apart. Only the model's thread adds to it.
  private final List<List<Integer>> runs = new ArrayList<>();
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static StageClock photo() {
    return new StageClock(Duration.ofMinutes(1));
  }

  private List<Mat> recorded(List<Mat> crops) {
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    runs.add(crops.stream().map(crop -> Pixels.level(crop, 0, 0, 0)).toList());
    return TestModel.copies(crops);
  }

  /** Hands a face in and returns once it waits; gives the level of what comes back. */
  private CompletableFuture<Integer> restore(
      FaceQueue queue, StageClock photo, int level, int waiting) {
    CompletableFuture<Integer> result =
        CompletableFuture.supplyAsync(
            () -> {
              try (Scalar grey = Scalar.all(level);
                  Mat crop = new Mat(SIZE, SIZE, CV_8UC3, grey);
                  RestoredCrop restored = queue.restore(crop, photo);
                  Mat picture = restored.picture()) {
                return Pixels.level(picture, 0, 0, 0);
              }
            },
            threads);
    soon().until(() -> queue.waiting() >= waiting);
    return result;
  }

  private static void awaitRun(FaceQueue queue) {
    soon().until(() -> !queue.busy().isZero());
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  @Test
  void photosTakeTurnsFaceByFace() {
    try (FaceQueue queue = new FaceQueue(new TestModel(SIZE, this::recorded), 1)) {
      StageClock large = photo();
      List<CompletableFuture<Integer>> faces = new ArrayList<>();
      faces.add(restore(queue, photo(), 1, 0));
      awaitRun(queue);
      for (int i = 0; i < 4; i++) {
        faces.add(restore(queue, large, 10 + i, i + 1));
      }
      faces.add(restore(queue, photo(), 20, 5));
      faces.add(restore(queue, photo(), 30, 6));
      open.countDown();

      assertThat(faces)
          .extracting(CompletableFuture::join)
          .containsExactly(1, 10, 11, 12, 13, 20, 30);
      assertThat(runs.subList(1, 4).stream().flatMap(List::stream)).contains(10, 20, 30);
      assertThat(runs.subList(4, 7).stream().flatMap(List::stream)).contains(11, 12, 13);
    }
  }

  @Test
  void facesThatWaitGoTogether() {
    try (FaceQueue queue = new FaceQueue(new TestModel(SIZE, this::recorded), 4)) {
      List<CompletableFuture<Integer>> faces = new ArrayList<>();
      faces.add(restore(queue, photo(), 1, 0));
      awaitRun(queue);
      for (int i = 0; i < 7; i++) {
        faces.add(restore(queue, photo(), 10 + i, i + 1));
      }
      open.countDown();

      assertThat(faces).extracting(CompletableFuture::join).contains(1, 10, 16);
      assertThat(runs).extracting(List::size).containsExactly(1, 4, 3);
    }
  }

  @Test
  void warmsUpTheLargestRun() {
    open.countDown();
    try (FaceQueue queue = new FaceQueue(new TestModel(SIZE, this::recorded), 8);
        Mat crop = new Mat(SIZE, SIZE, CV_8UC3)) {
      queue.warmUp(crop);

      assertThat(runs).extracting(List::size).containsExactly(8);
    }
  }

  @Test
  void takesFewerFacesAtATimeWhenThereIsNoMemory() {
    open.countDown();
    TestModel model =
        new TestModel(
            SIZE,
            crops -> {
              if (crops.size() > 2) {
                throw new ModelException(
                    "no luck", new IllegalStateException("CUDA error: out of memory"));
              }
              return recorded(crops);
            });
    try (FaceQueue queue = new FaceQueue(model, 8);
        Mat crop = new Mat(SIZE, SIZE, CV_8UC3)) {
      queue.warmUp(crop);

      assertThat(queue.batch()).isEqualTo(2);
      assertThat(runs).extracting(List::size).containsExactly(2, 2, 2, 2);
    }
  }

  @Test
  void everyRunOnAGpuHasTheSamePlaces() {
    TestModel model = new TestModel(SIZE, cuda(), this::recorded);
    try (FaceQueue queue = new FaceQueue(model, 3)) {
      List<CompletableFuture<Integer>> faces = new ArrayList<>();
      faces.add(restore(queue, photo(), 1, 0));
      awaitRun(queue);
      for (int i = 0; i < 5; i++) {
        faces.add(restore(queue, photo(), 10 + i, i + 1));
      }
      open.countDown();

      assertThat(faces).extracting(CompletableFuture::join).contains(1, 10, 14);
      assertThat(runs).extracting(List::size).containsExactly(1, 3, 2);
      assertThat(model.places()).containsExactly(3, 3, 3);
    }
  }

  @Test
  void aFaceAloneIsTriedAgainWithFewerPlaces() {
    open.countDown();
    TestModel[] model = new TestModel[1];
    model[0] =
        new TestModel(
            SIZE,
            cuda(),
            crops -> {
              if (model[0].places().get(model[0].places().size() - 1) > 1) {
                throw new ModelException(
                    "no luck", new IllegalStateException("CUDNN_STATUS_ALLOC_FAILED"));
              }
              return recorded(crops);
            });
    try (FaceQueue queue = new FaceQueue(model[0], 5)) {
      assertThat(restore(queue, photo(), 7, 0).join()).isEqualTo(7);
      assertThat(model[0].places()).containsExactly(5, 2, 1);
      assertThat(queue.batch()).isEqualTo(1);
    }
  }

  @Test
  void aLostDeviceIsNotTriedWithHalfTheFaces() {
    TestModel model =
        new TestModel(
            SIZE,
            cuda(),
            crops -> {
              recorded(crops).forEach(Pointer::close);
              throw ModelFailures.deviceLost();
            });
    try (FaceQueue queue = new FaceQueue(model, 4)) {
      List<CompletableFuture<Integer>> faces = new ArrayList<>();
      faces.add(restore(queue, photo(), 1, 0));
      awaitRun(queue);
      for (int i = 0; i < 4; i++) {
        faces.add(restore(queue, photo(), 10 + i, i + 1));
      }
      open.countDown();

      assertThat(faces)
          .allSatisfy(
              face ->
                  assertThatExceptionOfType(CompletionException.class)
                      .isThrownBy(face::join)
                      .havingCause()
                      .isInstanceOfSatisfying(
                          ModelException.class, e -> assertThat(e.deviceLost()).isTrue()));
      assertThat(runs).extracting(List::size).containsExactly(1, 4);
    }
  }

  private static Device cuda() {
    return new Device.Cuda(0, ConfigLoader.load(Map.of()).cuda());
  }

  @Test
  void aFaceThatFailsTakesNoOtherWithIt() {
    TestModel model =
        new TestModel(
            SIZE,
            crops -> {
              List<Mat> restored = recorded(crops);
              if (crops.stream().anyMatch(crop -> Pixels.level(crop, 0, 0, 0) == 13)) {
                restored.forEach(Pointer::close);
                throw new ModelException("13 is an unlucky number");
              }
              return restored;
            });
    try (FaceQueue queue = new FaceQueue(model, 4)) {
      List<CompletableFuture<Integer>> faces = new ArrayList<>();
      faces.add(restore(queue, photo(), 10, 0));
      // Or the first run would take a second face with it.
      awaitRun(queue);
      for (int i = 1; i < 5; i++) {
        faces.add(restore(queue, photo(), 10 + i, i));
      }
      open.countDown();

      for (int i = 0; i < 5; i++) {
        CompletableFuture<Integer> face = faces.get(i);
        if (i == 3) {
          assertThatExceptionOfType(CompletionException.class)
              .isThrownBy(face::join)
              .withCauseInstanceOf(ModelException.class);
        } else {
          assertThat(face.join()).isEqualTo(10 + i);
        }
      }
      assertThat(queue.batch()).as("it is not for want of memory").isEqualTo(4);
    }
  }

  @Test
  void whoHasNoTimeLeftIsLeftOut() {
    open.countDown();
    long[] now = {0};
    StageClock late = new StageClock(Duration.ofSeconds(1), () -> now[0]);
    late.time(Stage.DETECT, () -> now[0] = Duration.ofSeconds(2).toNanos());
    try (FaceQueue queue = new FaceQueue(new TestModel(SIZE, this::recorded), 1);
        Mat crop = new Mat(SIZE, SIZE, CV_8UC3)) {
      assertThatExceptionOfType(RestorationException.class)
          .isThrownBy(() -> queue.restore(crop, late))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
      assertThat(runs).isEmpty();
      queue.restore(crop, photo()).close();
      assertThat(runs).hasSize(1);
    }
  }

  @Test
  void closingWaitsForTheFacesThatAreThere() {
    FaceQueue queue = new FaceQueue(new TestModel(SIZE, this::recorded), 1);
    CompletableFuture<Integer> face = restore(queue, photo(), 7, 0);
    awaitRun(queue);
    open.countDown();
    queue.close();

    assertThat(face.join()).isEqualTo(7);
    try (Mat crop = new Mat(SIZE, SIZE, CV_8UC3)) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> queue.restore(crop, photo()));
    }
  }
}
