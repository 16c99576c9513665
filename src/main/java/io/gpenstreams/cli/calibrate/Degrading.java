package io.gpenstreams.cli.calibrate;

import static org.bytedeco.opencv.global.opencv_core.CV_16SC3;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * What time, lens, sensor, printer and codec do to a sharp face: blur, then fewer pixels, then
 * grain, halftone dots and JPEG at these, then enlarged to the crop again as the service does.
 *
 * @param downscale pixels of the sharp crop, at 512 a side, for each that is left
 * @param blur standard deviation in pixels of the sharp crop at 512 a side
 * @param noise standard deviation of white noise in grey levels
 * @param jpeg quality, or 0 for none
 * @param halftone whether it was printed in dots of three pixels
 */
record Degrading(int downscale, double blur, double noise, int jpeg, boolean halftone) {
  /** Side of a sharp crop that the degradations speak of, in pixels. */
  static final double REFERENCE_SIDE = 512;

  private static final int SCREEN = 3;

  /** Every combination that a calibration of these downscales goes through. */
  static List<Degrading> grid(int... scales) {
    List<Degrading> grid = new ArrayList<>();
    for (int scale : scales) {
      grid.add(new Degrading(scale, 0, 0, 0, false));
      grid.add(new Degrading(scale, 2, 0, 0, false));
      grid.add(new Degrading(scale, 0, 8, 0, false));
      grid.add(new Degrading(scale, 0, 20, 0, false));
      grid.add(new Degrading(scale, 0, 0, 50, false));
      grid.add(new Degrading(scale, 1, 8, 60, false));
      grid.add(new Degrading(scale, 0, 0, 0, true));
    }
    return grid;
  }

  /** The same without what adds something: noise, dots and JPEG. */
  Degrading clean() {
    return new Degrading(downscale, blur, 0, 0, false);
  }

  /** The input that a sharp face becomes; the caller closes it. */
  Mat apply(Mat sharp, long seed) {
    try (Mat small = reduced(sharp, seed)) {
      return enlarged(small, sharp.cols(), INTER_LINEAR);
    }
  }

  /** As {@link #apply}, but enlarged as smoothly as can be; the caller closes it. */
  Mat applyCubic(Mat sharp, long seed) {
    try (Mat small = reduced(sharp, seed)) {
      return enlarged(small, sharp.cols(), INTER_CUBIC);
    }
  }

  private Mat reduced(Mat sharp, long seed) {
    double unit = sharp.cols() / REFERENCE_SIDE;
    int side = Math.max(1, (int) Math.round(REFERENCE_SIDE / downscale));
    Mat small = new Mat();
    try (Mat soft = sharp.clone();
        Size kernel = new Size(0, 0);
        Size size = new Size(side, side)) {
      if (blur > 0) {
        GaussianBlur(sharp, soft, kernel, blur * unit);
      }
      resize(soft, small, size, 0, 0, INTER_AREA);
    }
    if (noise > 0) {
      addNoise(small, seed);
    }
    if (halftone) {
      print(small);
    }
    if (jpeg > 0) {
      compress(small);
    }
    return small;
  }

  private static Mat enlarged(Mat small, int side, int method) {
    Mat enlarged = new Mat();
    try (Size size = new Size(side, side)) {
      resize(small, enlarged, size, 0, 0, method);
    }
    return enlarged;
  }

  private void addNoise(Mat picture, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Mat grain = new Mat(picture.rows(), picture.cols(), CV_16SC3)) {
      ShortBuffer values = grain.createBuffer();
      while (values.hasRemaining()) {
        // Grain is grey: the same in all channels.
        short level = (short) Math.round(noise * gaussian(random));
        values.put(level).put(level).put(level);
      }
      picture.convertTo(picture, CV_16SC3);
      add(picture, grain, picture);
      picture.convertTo(picture, CV_8UC3);
    }
  }

  // Twelve uniform numbers: near enough, and the same on every machine.
  private static double gaussian(SplittableRandom random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  // A round dot for each three pixels, as large as the picture is dark, half visible.
  private static void print(Mat picture) {
    ByteBuffer bytes = picture.createBuffer();
    int side = picture.cols();
    for (int y = 0; y < picture.rows(); y++) {
      for (int x = 0; x < side; x++) {
        double threshold =
            127.5 + 60 * (Math.cos(2 * Math.PI * x / SCREEN) + Math.cos(2 * Math.PI * y / SCREEN));
        for (int channel = 0; channel < 3; channel++) {
          int place = (y * side + x) * 3 + channel;
          int level = Byte.toUnsignedInt(bytes.get(place));
          double ink = Math.max(0, Math.min(255, 127.5 + 2 * (level - threshold)));
          bytes.put(place, (byte) Math.round(0.75 * level + 0.25 * ink));
        }
      }
    }
  }

  private void compress(Mat picture) {
    try (BytePointer file = new BytePointer();
        IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, jpeg)) {
      imencode(".jpg", picture, file, parameters);
      try (Mat bytes = new Mat(file);
          Mat decoded = imdecode(bytes, IMREAD_COLOR)) {
        decoded.copyTo(picture);
      }
    }
  }

  /** A few words for tables. */
  String label() {
    StringBuilder label = new StringBuilder("1/" + downscale);
    if (blur > 0) {
      label.append(", blur ").append(number(blur));
    }
    if (noise > 0) {
      label.append(", noise ").append(number(noise));
    }
    if (jpeg > 0) {
      label.append(", JPEG ").append(jpeg);
    }
    if (halftone) {
      label.append(", halftone");
    }
    return label.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** 32-bit copy; the caller closes it. */
  static Mat floats(Mat picture) {
    Mat floats = new Mat();
    picture.convertTo(floats, CV_32FC3);
    return floats;
  }
}
