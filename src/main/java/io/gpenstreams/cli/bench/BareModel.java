package io.gpenstreams.cli.bench;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.gpenstreams.model.Restorer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;

/** The model alone, on a crop that is there already. Uses a restorer that another owns. */
final class BareModel implements AutoCloseable {
  private final Restorer restorer;
  private final Mat crop;

  BareModel(Restorer restorer) {
    this.restorer = restorer;
    int size = restorer.info().size();
    this.crop = new Mat(size, size, CV_8UC3);
    byte[] noise = new byte[3 * size * size];
    new Random(1).nextBytes(noise);
    crop.<ByteBuffer>createBuffer().put(noise);
  }

  /** Restores a face; how long it takes. */
  Duration restore() {
    long begin = System.nanoTime();
    restorer.restore(crop).close();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Override
  public void close() {
    crop.close();
  }
}
