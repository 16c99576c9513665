package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.Similarity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Many small pictures on one, to look at: a PNG file under {@code target}. */
public final class ContactSheet implements AutoCloseable {
  private static final int TEXT = 14;

  private final int side;
  private final int columns;
  private final Mat sheet;
  private int next;

  /**
   * An empty sheet.
   *
   * @param side of each picture, in pixels
   */
  public ContactSheet(int side, int columns, int pictures) {
    this.side = side;
    this.columns = columns;
    int rows = (pictures + columns - 1) / columns;
    try (Scalar grey = Scalar.all(40)) {
      this.sheet = new Mat(rows * (side + TEXT), columns * side, CV_8UC3, grey);
    }
  }

  /** Adds an 8-bit RGB picture. */
  public void add(Mat rgb, String label) {
    int x = next % columns * side;
    int row = next / columns;
    int y = row * (side + TEXT);
    next++;
    try (Mat small = new Mat();
        Size size = new Size(side, side);
        Rect place = new Rect(x, y, side, side);
        Mat target = new Mat(sheet, place);
        Point corner = new Point(x + 2, y + side + TEXT - 3);
        Scalar white = Scalar.all(255)) {
      resize(rgb, small, size, 0, 0, INTER_AREA);
      cvtColor(small, small, COLOR_RGB2BGR);
      small.copyTo(target);
      putText(sheet, label, corner, 0, 0.35, white);
    }
  }

  /** A restored face with its map over it, as the viewer shows it; the caller closes it. */
  public static Mat withMap(Mat rgb, Mat map) {
    int side = rgb.cols();
    Mat shown = rgb.clone();
    try (HallucinationMap drawn = new HallucinationMap(side, side, side)) {
      drawn.add(map, Similarity.IDENTITY);
      try (Mat pixels = drawn.pixels()) {
        ByteBuffer over = pixels.createBuffer();
        ByteBuffer out = shown.createBuffer();
        for (int i = 0; i < side * side; i++) {
          double opacity = Byte.toUnsignedInt(over.get(4 * i + 3)) / 255.0;
          for (int c = 0; c < 3; c++) {
            int level = Byte.toUnsignedInt(over.get(4 * i + 2 - c));
            int below = Byte.toUnsignedInt(out.get(3 * i + c));
            out.put(3 * i + c, (byte) Math.round(opacity * level + (1 - opacity) * below));
          }
        }
      }
    }
    return shown;
  }

  /** Writes the file. */
  public void write(String name) {
    try {
      Files.createDirectories(Figures.FOLDER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    imwrite(Figures.FOLDER.resolve(name + ".png").toString(), sheet);
  }

  @Override
  public void close() {
    sheet.close();
  }
}
