package io.gpenstreams.face;

import io.gpenstreams.face.Landmarks.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.FaceDetectorYN;

/**
 * A YuNet model in OpenCV's own runner. Owns one native network, whose input size is part of its
 * state, so that photos take turns.
 */
public final class YunetDetector implements FaceDetector {
  private static final float SCORE_THRESHOLD = 0.3f;
  private static final float NMS_THRESHOLD = 0.3f;
  private static final int TOP_K = 5000;
  private static final int SCORE_COLUMN = 14;
  // The least that YuNet is made for; in noise it sees hundreds of smaller ones.
  private static final double SMALLEST_FACE = 10;

  private final FaceDetectorYN network;
  private final String name;

  /**
   * Loads a model.
   *
   * @throws IllegalArgumentException if OpenCV cannot run it
   */
  public YunetDetector(Path model) {
    this.name = model.getFileName().toString();
    try (Size size = new Size(320, 320)) {
      this.network =
          FaceDetectorYN.create(
              model.toString(), "", size, SCORE_THRESHOLD, NMS_THRESHOLD, TOP_K, 0, 0);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Detector " + model + " is no YuNet model that OpenCV can run (fixed input size needed)",
          e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized List<DetectedFace> detect(Mat pixels) {
    try (DetectionImage image = DetectionImage.of(pixels);
        Size size = new Size(image.pixels().cols(), image.pixels().rows());
        Mat rows = new Mat()) {
      network.setInputSize(size);
      network.detect(image.pixels(), rows);
      if (rows.empty()) {
        return List.of();
      }
      List<DetectedFace> found = new ArrayList<>();
      try (FloatIndexer values = rows.createIndexer()) {
        for (int i = 0; i < rows.rows(); i++) {
          DetectedFace face = face(values, i);
          if (face.size() >= SMALLEST_FACE) {
            found.add(face.scaled(image.factor()));
          }
        }
      }
      found.sort(DetectedFace.SUREST_FIRST);
      return List.copyOf(found);
    }
  }

  // OpenCV names the eyes from the person's side: its right eye is the left one in the picture,
  // which is what columns
  // 4 and 5 hold.
  private static DetectedFace face(FloatIndexer values, int row) {
    Landmarks landmarks =
        new Landmarks(
            point(values, row, 4),
            point(values, row, 6),
            point(values, row, 8),
            point(values, row, 10),
            point(values, row, 12));
    return new DetectedFace(
        values.get(row, 0),
        values.get(row, 1),
        values.get(row, 2),
        values.get(row, 3),
        landmarks,
        Math.min(1, values.get(row, SCORE_COLUMN)));
  }

  private static Point point(FloatIndexer values, int row, int column) {
    return new Point(values.get(row, column), values.get(row, column + 1));
  }

  @Override
  public synchronized void close() {
    network.close();
  }
}
