package io.gpenstreams.face;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.Landmarks.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * The built-in detector: the frontal-face cascade that OpenCV's artefact carries, with its eye
 * cascade for alignment. Owns two native classifiers, which keep buffers between calls, so that
 * photos take turns.
 */
public final class CascadeDetector implements FaceDetector {
  private static final String CASCADES =
      "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/haarcascades/";
  private static final double SCALE_STEP = 1.1;
  private static final int MIN_NEIGHBORS = 5;
  private static final int SMALLEST_FACE = 16;

  // Windows that agree on a face beside the ones that are required: half of the confidence at ten.
  private static final double HALF_CONFIDENCE_NEIGHBORS = 10;

  // Where the landmarks lie in the cascade's box, in its sides: the mean of 30 faces that YuNet
  // found in photographs
  // as well; standard deviations are 0.02 to 0.03.
  private static final Landmarks PROPORTIONS =
      new Landmarks(
          new Point(0.326, 0.398),
          new Point(0.669, 0.396),
          new Point(0.501, 0.588),
          new Point(0.360, 0.743),
          new Point(0.646, 0.741));

  // Below this size the eye cascade errs more (0.043 of the box, on the same faces) than the
  // proportions (0.031).
  private static final int SMALLEST_FACE_WITH_EYES = 80;
  private static final int EYE_SEARCH_WIDTH = 240;

  // As many as are restored in a photo at most. Searched in all of the 576 for which there is room,
  // eyes would take several times as long as faces.
  private static final int MOST_FACES_WITH_EYES = 256;
  private static final double EYE_BAND_TOP = 0.15;
  private static final double EYE_BAND_HEIGHT = 0.45;
  private static final double EYE_TOLERANCE = 0.1;

  private final CascadeClassifier faces;
  private final CascadeClassifier eyes;

  /** Loads the cascades. */
  public CascadeDetector() {
    this.faces = load("haarcascade_frontalface_alt2.xml");
    this.eyes = load("haarcascade_eye.xml");
  }

  @Override
  public String name() {
    return "builtin";
  }

  @Override
  public synchronized List<DetectedFace> detect(Mat pixels) {
    try (DetectionImage image = DetectionImage.of(pixels);
        Mat grey = new Mat();
        RectVector boxes = new RectVector();
        IntPointer neighbors = new IntPointer();
        Size smallest = new Size(SMALLEST_FACE, SMALLEST_FACE);
        Size largest = new Size()) {
      cvtColor(image.pixels(), grey, COLOR_BGR2GRAY);
      faces.detectMultiScale2(
          grey, boxes, neighbors, SCALE_STEP, MIN_NEIGHBORS, 0, smallest, largest);
      List<DetectedFace> found = new ArrayList<>();
      for (long i = 0; i < boxes.size(); i++) {
        try (Rect box = boxes.get(i)) {
          found.add(byProportion(box, neighbors.get(i)));
        }
      }
      found.sort(DetectedFace.SUREST_FIRST);
      List<DetectedFace> faces = new ArrayList<>();
      for (DetectedFace face : found) {
        boolean searched =
            face.width() >= SMALLEST_FACE_WITH_EYES && faces.size() < MOST_FACES_WITH_EYES;
        faces.add((searched ? byEyes(grey, face) : face).scaled(image.factor()));
      }
      return List.copyOf(faces);
    }
  }

  private static DetectedFace byProportion(Rect box, int neighbors) {
    Similarity toImage = new Similarity(box.width(), 0, box.x(), box.y());
    return new DetectedFace(
        box.x(),
        box.y(),
        box.width(),
        box.height(),
        PROPORTIONS.through(toImage),
        neighbors / (neighbors + HALF_CONFIDENCE_NEIGHBORS));
  }

  private DetectedFace byEyes(Mat grey, DetectedFace face) {
    try (Rect box =
        new Rect((int) face.x(), (int) face.y(), (int) face.width(), (int) face.height())) {
      return eyes(grey, box)
          .map(pair -> Similarity.fit(List.of(PROPORTIONS.leftEye(), PROPORTIONS.rightEye()), pair))
          .map(PROPORTIONS::through)
          .map(face::with)
          .orElse(face);
    }
  }

  private Optional<List<Point>> eyes(Mat grey, Rect box) {
    double factor = EYE_SEARCH_WIDTH / (double) box.width();
    int top = (int) Math.round(box.height() * EYE_BAND_TOP);
    int height = (int) Math.round(box.height() * EYE_BAND_HEIGHT);
    try (Rect band = new Rect(box.x(), box.y() + top, box.width(), height);
        Mat region = new Mat(grey, band);
        Mat enlarged = new Mat();
        Size size = new Size(EYE_SEARCH_WIDTH, Math.max(1, (int) Math.round(height * factor)));
        Size smallest = new Size(EYE_SEARCH_WIDTH / 7, EYE_SEARCH_WIDTH / 7);
        Size largest = new Size(EYE_SEARCH_WIDTH * 2 / 5, EYE_SEARCH_WIDTH * 2 / 5);
        RectVector found = new RectVector();
        IntPointer neighbors = new IntPointer()) {
      resize(region, enlarged, size, 0, 0, INTER_CUBIC);
      eyes.detectMultiScale2(enlarged, found, neighbors, 1.05, 2, 0, smallest, largest);
      Point left = null;
      Point right = null;
      int leftNeighbors = 0;
      int rightNeighbors = 0;
      for (long i = 0; i < found.size(); i++) {
        try (Rect eye = found.get(i)) {
          double u = (eye.x() + eye.width() / 2.0) / EYE_SEARCH_WIDTH;
          double v = ((eye.y() + eye.height() / 2.0) / factor + top) / box.height();
          Point centre = new Point(box.x() + u * box.width(), box.y() + v * box.height());
          if (near(u, v, PROPORTIONS.leftEye()) && neighbors.get(i) > leftNeighbors) {
            left = centre;
            leftNeighbors = neighbors.get(i);
          } else if (near(u, v, PROPORTIONS.rightEye()) && neighbors.get(i) > rightNeighbors) {
            right = centre;
            rightNeighbors = neighbors.get(i);
          }
        }
      }
      return left == null || right == null ? Optional.empty() : Optional.of(List.of(left, right));
    }
  }

  private static boolean near(double u, double v, Point expected) {
    return Math.abs(u - expected.x()) <= EYE_TOLERANCE
        && Math.abs(v - expected.y()) <= EYE_TOLERANCE;
  }

  private static CascadeClassifier load(String name) {
    try {
      CascadeClassifier cascade =
          new CascadeClassifier(Loader.cacheResource(CASCADES + name).toString());
      if (cascade.empty()) {
        throw new IllegalStateException("OpenCV cannot read its own cascade " + name);
      }
      return cascade;
    } catch (IOException e) {
      throw new UncheckedIOException("The cascade " + name + " cannot be unpacked", e);
    }
  }

  @Override
  public synchronized void close() {
    faces.close();
    eyes.close();
  }
}
