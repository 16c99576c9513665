package io.gpenstreams.face;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * As many detectors of one kind as are in use at the same time, because each works on one photo at
 * a time. Makes the first at once, so that a bad model is found at the start, and others when they
 * are needed; keeps them all. {@code idle} is guarded by this object; a detector out of it belongs
 * to the thread that took it.
 */
public final class DetectorPool implements FaceDetector {
  private final Supplier<FaceDetector> maker;
  private final String name;
  private final Deque<FaceDetector> idle = new ArrayDeque<>();

  /** Makes one. */
  public DetectorPool(Supplier<FaceDetector> maker) {
    this.maker = maker;
    FaceDetector first = maker.get();
    this.name = first.name();
    idle.push(first);
  }

  @Override
  public List<DetectedFace> detect(Mat pixels) {
    FaceDetector detector = take();
    try {
      return detector.detect(pixels);
    } finally {
      giveBack(detector);
    }
  }

  private FaceDetector take() {
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return maker.get();
  }

  private synchronized void giveBack(FaceDetector detector) {
    idle.push(detector);
  }

  @Override
  public String name() {
    return name;
  }

  /** To be called when no photo is being worked on. */
  @Override
  public synchronized void close() {
    idle.forEach(FaceDetector::close);
    idle.clear();
  }
}
