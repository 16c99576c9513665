package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CMP_GT;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.gpenstreams.face.Similarity;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Where in a photo something was invented, recoloured or lost: the colour says which, the opacity
 * how much. Owns its native pixels; for one thread.
 */
public final class HallucinationMap implements AutoCloseable {
  // BGR: magenta for invented, which neither skin nor old paper has; cyan for recoloured; yellow
  // for lost. People who see fewer colours can tell these apart too.
  private static final int[][] COLOURS = {{200, 0, 230}, {255, 200, 0}, {0, 215, 255}};
  // Small shares are to be seen at the size of a thumbnail.
  private static final double GAMMA = 0.75;
  // The rest that codecs and interpolation leave.
  private static final double LEAST_SEEN = 0.06;
  private static final int CHANNELS = 4;
  private static final int OPACITY = 3;

  private final int cropSize;
  private final Mat pixels;

  /**
   * An empty map.
   *
   * @param width of the photo, upright
   * @param height of the photo, upright
   * @param cropSize side of the model's crops in pixels
   */
  public HallucinationMap(int width, int height, int cropSize) {
    this.cropSize = cropSize;
    try (Scalar none = Scalar.all(0)) {
      this.pixels = new Mat(height, width, CV_8UC4, none);
    }
  }

  /**
   * Adds a face; where faces overlap, the one shows of which more was made.
   *
   * @param face map of the face's {@link FaceComparison.Comparison}
   * @param toCrop from the photo's pixels to the crop's
   */
  public void add(Mat face, Similarity toCrop) {
    Similarity fromGrid = Similarity.scale(cropSize / (double) face.cols()).then(toCrop.inverse());
    try (Rect area = fromGrid.area(face.cols(), 1, pixels.cols(), pixels.rows());
        Mat target = new Mat(pixels, area);
        Mat painted = painted(face);
        Mat warped = new Mat();
        Mat more = new Mat();
        Mat there = new Mat();
        Mat surer = new Mat();
        Size size = new Size(area.width(), area.height());
        Scalar zero = new Scalar();
        Mat matrix = fromGrid.then(Similarity.shift(-area.x(), -area.y())).matrix()) {
      warpAffine(painted, warped, matrix, size, INTER_LINEAR, BORDER_CONSTANT, zero);
      extractChannel(warped, more, OPACITY);
      extractChannel(target, there, OPACITY);
      compare(more, there, surer, CMP_GT);
      warped.copyTo(target, surer);
    }
  }

  /**
   * How much is seen of three values at one place: none of them can hide another.
   *
   * @return 0…1
   */
  static double opacity(double invented, double recoloured, double lost) {
    return 1 - (1 - invented) * (1 - recoloured) * (1 - lost);
  }

  private static Mat painted(Mat face) {
    Mat painted = new Mat(face.rows(), face.cols(), CV_8UC4);
    FloatBuffer values = face.createBuffer();
    ByteBuffer bytes = painted.createBuffer();
    byte[] pixel = new byte[CHANNELS];
    float[] shares = new float[COLOURS.length];
    while (values.hasRemaining()) {
      values.get(shares);
      paint(shares, pixel);
      bytes.put(pixel);
    }
    return painted;
  }

  private static void paint(float[] shares, byte[] pixel) {
    double opacity = opacity(shares[0], shares[1], shares[2]);
    // The largest value gives the colour.
    double all = 1e-9;
    for (float share : shares) {
      all += share * share;
    }
    for (int channel = 0; channel < OPACITY; channel++) {
      double level = COLOURS[0][channel] * 1e-9;
      for (int kind = 0; kind < COLOURS.length; kind++) {
        level += COLOURS[kind][channel] * (double) shares[kind] * shares[kind];
      }
      pixel[channel] = (byte) Math.min(255, Math.round(level / all));
    }
    double seen = Math.max(0, Math.min(1, opacity) - LEAST_SEEN) / (1 - LEAST_SEEN);
    pixel[OPACITY] = (byte) Math.round(255 * Math.pow(seen, GAMMA));
  }

  /** 8-bit BGRA of the photo's size; the caller closes it. */
  public Mat pixels() {
    return pixels.clone();
  }

  @Override
  public void close() {
    pixels.close();
  }
}
