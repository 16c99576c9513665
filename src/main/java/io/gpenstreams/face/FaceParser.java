package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_DEFAULT;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.LUT;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.model.CompanionInfo;
import io.gpenstreams.model.CompanionModel;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A ParseNet model of {@code gpen import}, which says what belongs to a face. Owns the model; safe
 * for any number of threads.
 */
public final class FaceParser implements AutoCloseable {
  /** Side of the pictures that ParseNet was made for. */
  static final int SIDE = 512;

  private static final int BACKGROUND = 0;
  private static final int HAT = 14;
  private static final int CLOTH = 18;
  private static final int CLASSES = 19;
  // As GPEN's official code has them, in pixels of SIDE.
  private static final int BORDER = 26;
  private static final int WINDOW = 101;
  private static final double SIGMA = 4;

  private final CompanionModel model;

  private FaceParser(CompanionModel model) {
    this.model = model;
  }

  /**
   * Loads a model.
   *
   * @throws io.gpenstreams.model.ModelException if it is no parser of {@code gpen import}, or
   *     cannot be loaded
   */
  public static FaceParser open(Path file, Device device) {
    return new FaceParser(CompanionModel.open(file, ModelKind.PARSER, device));
  }

  /** What the model says of itself. */
  public CompanionInfo info() {
    return model.info();
  }

  /**
   * How much of each pixel belongs to the face: all of the head but hats and clothes, softened
   * inwards and outwards, nothing at the crop's border.
   *
   * @param crop an aligned face, 8-bit RGB, square, of any size
   * @return 0…1 in float32, of the crop's size; the caller closes it
   * @throws io.gpenstreams.model.ModelException if the model fails
   */
  public Mat mask(Mat crop) {
    try (Mat classes = classes(crop);
        Mat weights = weights(classes)) {
      return resized(weights, crop.cols(), crop.rows());
    }
  }

  /** The class of each pixel of the crop, which is shown to the model in its own size. */
  private Mat classes(Mat crop) {
    try (Mat picture = resized(crop, SIDE, SIDE)) {
      byte[] classes = model.run(picture, outputs -> outputs.bytes("mask", 1, SIDE, SIDE));
      Mat values = new Mat(SIDE, SIDE, CV_8UC1);
      values.<ByteBuffer>createBuffer().put(classes);
      return values;
    }
  }

  /**
   * What the official code makes of classes.
   *
   * @param classes of each pixel, {@code SIDE × SIDE}
   * @return 0…1 in float32; the caller closes it
   */
  static Mat weights(Mat classes) {
    Mat weights = new Mat();
    try (Mat table = table();
        Mat kept = new Mat();
        Mat sharp = Mat.zeros(SIDE, SIDE, CV_8UC1).asMat();
        Rect inside = new Rect(BORDER, BORDER, SIDE - 2 * BORDER, SIDE - 2 * BORDER);
        Mat from = new Mat();
        Size window = new Size(WINDOW, WINDOW)) {
      LUT(classes, table, kept);
      try (Mat part = new Mat(kept, inside);
          Mat target = new Mat(sharp, inside)) {
        part.copyTo(target);
      }
      sharp.convertTo(from, CV_32F);
      GaussianBlur(from, weights, window, SIGMA, SIGMA, BORDER_DEFAULT, 0);
      GaussianBlur(weights, weights, window, SIGMA, SIGMA, BORDER_DEFAULT, 0);
      return weights;
    }
  }

  private static Mat table() {
    byte[] kept = new byte[256];
    for (int i = 0; i < CLASSES; i++) {
      kept[i] = (byte) (Set.of(BACKGROUND, HAT, CLOTH).contains(i) ? 0 : 1);
    }
    Mat table = new Mat(1, kept.length, CV_8UC1);
    table.<ByteBuffer>createBuffer().put(kept);
    return table;
  }

  private static Mat resized(Mat picture, int width, int height) {
    Mat resized = new Mat();
    try (Size size = new Size(width, height)) {
      resize(picture, resized, size, 0, 0, width < picture.cols() ? INTER_AREA : INTER_LINEAR);
    }
    return resized;
  }

  @Override
  public void close() {
    model.close();
  }
}
