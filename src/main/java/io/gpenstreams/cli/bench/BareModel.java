package io.gpenstreams.cli.bench;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.model.RestoredCrop;
import io.gpenstreams.model.Restorer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;

/** The model alone, on crops that are there already. Uses a restorer that another owns. */
final class BareModel implements AutoCloseable {
  private final Restorer restorer;
  private final List<Mat> crops = new ArrayList<>();

  /**
   * Makes the crops.
   *
   * @param batch faces in one run
   */
  BareModel(Restorer restorer, int batch) {
    this.restorer = restorer;
    Random random = new Random(1);
    int size = restorer.info().size();
    byte[] noise = new byte[3 * size * size];
    for (int i = 0; i < batch; i++) {
      random.nextBytes(noise);
      Mat crop = new Mat(size, size, CV_8UC3);
      crops.add(crop);
      crop.<ByteBuffer>createBuffer().put(noise);
    }
  }

  /** Faces in one run. */
  int batch() {
    return crops.size();
  }

  /** Restores a batch; how long it takes. */
  Duration restore() {
    long begin = System.nanoTime();
    for (RestoredCrop face : restorer.restore(crops, crops.size())) {
      try (face) {
        face.picture().close();
      }
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Override
  public void close() {
    crops.forEach(Mat::close);
  }
}
