package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import io.gpenstreams.model.CompanionInfo;
import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A RealESRNet model of {@code gpen import}, which draws a whole photo anew, tile by tile. Owns the
 * model. Safe for any number of threads: tiles of all photos take turns at the model.
 */
final class BackgroundModel implements AutoCloseable {
  /** Side of the blocks of pixels that the network computes for, times its scale. */
  private static final int UNIT = 4;

  /** Of a tile, in such blocks: what one run may cost does not depend on the photo. */
  private static final int TILE = 128;

  /** Around a tile, in such blocks: what is computed there is only seen by the tile. */
  private static final int MARGIN = 16;

  private static final int SMALLEST = 4;

  private final CompanionModel model;
  private final int block;
  private final boolean oneSize;

  /**
   * Takes over a model.
   *
   * @param oneSize whether it shall see as few sizes of pictures as possible, even if it computes
   *     more for that
   */
  BackgroundModel(CompanionModel model, boolean oneSize) {
    this.model = model;
    this.block = UNIT / model.info().scale();
    this.oneSize = oneSize;
  }

  /**
   * Loads a model.
   *
   * @throws ModelException if it is no background model of {@code gpen import}, or cannot be loaded
   */
  static BackgroundModel open(Path file, Device device) {
    return new BackgroundModel(
        CompanionModel.open(file, ModelKind.BACKGROUND, device), device.wantsFixedBatch());
  }

  /** What the model says of itself. */
  CompanionInfo info() {
    return model.info();
  }

  /**
   * Draws a photo.
   *
   * @param photo 8-bit BGR
   * @param drawn 8-bit BGR, {@code scale} times as large, which is overwritten
   * @param scale 1, 2 or 4, whatever the model's is: its picture is reduced or enlarged
   * @param clock of the photo, to which each tile is a step
   * @throws RestorationException {@code TIMEOUT} if the photo's time is over before the last tile
   * @throws ModelException if the model fails
   */
  void draw(Mat photo, Mat drawn, int scale, StageClock clock) {
    draw(photo, drawn, scale, TILE * block, clock);
  }

  /** In tiles of another side, a multiple of 4 pixels. */
  void draw(Mat photo, Mat drawn, int scale, int side, StageClock clock) {
    if (Math.min(photo.cols(), photo.rows()) < SMALLEST) {
      // The network's padding reflects more pixels than there are.
      return;
    }
    for (int y = 0; y < photo.rows(); y += side) {
      for (int x = 0; x < photo.cols(); x += side) {
        draw(
            photo,
            drawn,
            new Tile(span(x, side, photo.cols()), span(y, side, photo.rows()), scale),
            clock);
      }
    }
  }

  /** A part of the photo, in its pixels. */
  private record Tile(Span across, Span down, int scale) {}

  /**
   * A side of a tile.
   *
   * @param start of what is shown
   * @param end of what is shown
   * @param from which the model sees
   * @param to which the model sees
   */
  private record Span(int start, int end, int from, int to) {
    int seen() {
      return to - from;
    }

    int shown() {
      return end - start;
    }

    int before() {
      return start - from;
    }
  }

  private Span span(int start, int side, int length) {
    int margin = MARGIN * block;
    int from = Math.max(0, start - margin);
    if (oneSize) {
      // The model's padding makes good for what is missing to a whole block.
      int last = (length - side - 2 * margin + block - 1) / block * block;
      from = Math.max(0, Math.min(from, last));
    }
    int end = Math.min(length, start + side);
    int to = oneSize ? from + side + 2 * margin : end + margin;
    return new Span(start, end, from, Math.min(length, to));
  }

  private void draw(Mat photo, Mat drawn, Tile tile, StageClock clock) {
    // Waiting for other photos' tiles counts to no stage.
    model.inTurn(
        () ->
            clock.time(
                Stage.RESTORE,
                () -> {
                  compute(photo, drawn, tile);
                  return null;
                }));
  }

  private void compute(Mat photo, Mat drawn, Tile tile) {
    Span across = tile.across();
    Span down = tile.down();
    int scale = tile.scale();
    try (Rect seen = new Rect(across.from(), down.from(), across.seen(), down.seen());
        Mat part = new Mat(photo, seen);
        Mat picture = new Mat();
        Rect shown =
            new Rect(
                scale * across.before(),
                scale * down.before(),
                scale * across.shown(),
                scale * down.shown());
        Rect place =
            new Rect(
                scale * across.start(),
                scale * down.start(),
                scale * across.shown(),
                scale * down.shown());
        Mat target = new Mat(drawn, place)) {
      cvtColor(part, picture, COLOR_BGR2RGB);
      try (Mat restored = restored(picture);
          Mat fitting = resized(restored, scale * across.seen(), scale * down.seen());
          Mat inner = new Mat(fitting, shown)) {
        cvtColor(inner, target, COLOR_RGB2BGR);
      }
    }
  }

  private Mat restored(Mat picture) {
    int factor = model.info().scale();
    int width = factor * picture.cols();
    int height = factor * picture.rows();
    byte[] pixels = model.run(picture, outputs -> outputs.bytes("output", 1, height, width, 3));
    Mat restored = new Mat(height, width, CV_8UC3);
    restored.<ByteBuffer>createBuffer().put(pixels);
    return restored;
  }

  private static Mat resized(Mat picture, int width, int height) {
    if (picture.cols() == width) {
      return new Mat(picture);
    }
    Mat resized = new Mat();
    try (Size size = new Size(width, height)) {
      resize(picture, resized, size, 0, 0, width < picture.cols() ? INTER_AREA : INTER_CUBIC);
    }
    return resized;
  }

  /**
   * Lets no tile begin any more and waits for the one that is computed.
   *
   * @param patience how long to wait at most
   */
  void halt(Duration patience) {
    model.halt(patience);
  }

  @Override
  public void close() {
    model.close();
  }
}
