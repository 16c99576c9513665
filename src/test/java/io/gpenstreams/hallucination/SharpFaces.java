package io.gpenstreams.hallucination;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.SharedData;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.face.YunetDetector;
import io.gpenstreams.image.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** Faces that are sharp enough to be taken for the truth, as aligned crops of 512 pixels. */
public final class SharpFaces {
  /** Side of a crop. */
  public static final int SIZE = 512;

  /** Published results of GPEN on one photo. */
  public static final int PAIRS = 29;

  // Photos whose faces fill a crop with pixels of their own.
  private static final int[] COLOUR_PHOTOS = {0, 1, 3, 5, 16, 19};
  private static final double SHARP = 450;
  private static final double SURE = 0.8;

  private SharpFaces() {}

  /**
   * A face.
   *
   * @param rgb 8-bit; the holder closes it
   * @param landmarks in the crop
   */
  public record Face(String name, Mat rgb, Landmarks landmarks) implements AutoCloseable {
    @Override
    public void close() {
      rgb.close();
    }
  }

  /** The portrait that the project draws itself: the only face that needs no shared data. */
  public static Face portrait() {
    try (BytePointer file = new BytePointer(new Portrait(1).png());
        Mat bytes = new Mat(file);
        Mat photo = imdecode(bytes, IMREAD_COLOR)) {
      Similarity toCrop = new FaceTemplate(SIZE).align(portraitLandmarks());
      return new Face(
          "portrait",
          new FaceAligner(SIZE).crop(photo, toCrop),
          portraitLandmarks().through(toCrop));
    }
  }

  private static Landmarks portraitLandmarks() {
    java.awt.Point left = Portrait.eyes().get(0);
    java.awt.Point right = Portrait.eyes().get(1);
    // As the template has them, seen from the eyes.
    FaceTemplate template = new FaceTemplate(SIZE);
    Landmarks marks = template.landmarks();
    Similarity fromTemplate =
        Similarity.fit(
            List.of(marks.leftEye(), marks.rightEye()),
            List.of(new Landmarks.Point(left.x, left.y), new Landmarks.Point(right.x, right.y)));
    return marks.through(fromTemplate);
  }

  /**
   * Results of GPEN, which are sharp, grey and well aligned.
   *
   * @param every one of so many
   */
  public static List<Face> ofPairs(int every) {
    return IntStream.range(0, PAIRS)
        .filter(i -> i % every == 0)
        .mapToObj(i -> new Face("pair %02d".formatted(i), half(i, 1), template()))
        .toList();
  }

  /** One half of a published pair, 8-bit RGB: 0 what went in, 1 what came out. */
  public static Mat half(int pair, int half) {
    try (Mat both = Pixels.read(SharedData.file("pairs/solvay/face%02d.jpg".formatted(pair)));
        Rect area = new Rect(half * SIZE, 0, SIZE, SIZE);
        Mat part = new Mat(both, area)) {
      Mat rgb = new Mat();
      cvtColor(part, rgb, COLOR_BGR2RGB);
      return rgb;
    }
  }

  /** The landmarks of every pair. */
  public static Landmarks template() {
    return new FaceTemplate(SIZE).landmarks();
  }

  /** Faces of colour photographs. */
  public static List<Face> ofPhotos() {
    List<Face> faces = new ArrayList<>();
    try (FaceDetector detector =
        new YunetDetector(SharedData.file("models/yunet_n_640_640.onnx"))) {
      for (int photo : COLOUR_PHOTOS) {
        String name = "faces/face%02d.jpg".formatted(photo);
        try (Mat pixels = Pixels.read(SharedData.file(name))) {
          add(name, pixels, detector, faces);
        }
      }
    }
    return faces;
  }

  private static void add(String name, Mat pixels, FaceDetector detector, List<Face> faces) {
    for (DetectedFace found : detector.detect(pixels)) {
      Similarity toCrop = new FaceTemplate(SIZE).align(found.landmarks());
      if (found.confidence() >= SURE && SIZE / toCrop.magnification() >= SHARP) {
        faces.add(
            new Face(
                name,
                new FaceAligner(SIZE).crop(pixels, toCrop),
                found.landmarks().through(toCrop)));
      }
    }
  }
}
