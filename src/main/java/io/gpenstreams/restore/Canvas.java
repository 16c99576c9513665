package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.face.FaceBlender;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.hallucination.HallucinationMap;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.restore.FaceWork.RestoredFace;
import java.net.URI;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The photo that is being made, and its map. Owns their pixels, 8-bit BGR enlarged {@code scale}
 * times; for one thread.
 */
final class Canvas implements AutoCloseable {
  private final Mat pixels;
  private final int scale;
  private final HallucinationMap map;

  private Canvas(Mat pixels, int scale, HallucinationMap map) {
    this.pixels = pixels;
    this.scale = scale;
    this.map = map;
  }

  /**
   * The photo as it is, but larger.
   *
   * @param cropSize side of the model's crops
   */
  static Canvas of(Photo photo, int scale, int cropSize) {
    Mat pixels = new Mat();
    try (Size size = new Size(photo.width() * scale, photo.height() * scale)) {
      if (scale == 1) {
        photo.pixels().copyTo(pixels);
      } else {
        resize(photo.pixels(), pixels, size, 0, 0, INTER_CUBIC);
      }
      return new Canvas(
          pixels, scale, new HallucinationMap(photo.width(), photo.height(), cropSize));
    } catch (RuntimeException | Error e) {
      pixels.close();
      throw e;
    }
  }

  /**
   * Puts a face in.
   *
   * @param toCrop from the photo's pixels to the crop's
   * @param weight of the restored face, 0…1
   */
  void add(RestoredFace face, Similarity toCrop, double weight, FaceBlender blender) {
    Similarity fromCanvas = Similarity.scale(1.0 / scale).then(toCrop);
    blender.blend(face.pixels(), fromCanvas, weight, pixels);
    Mat seen = face.compared().map();
    blender.attenuate(seen, weight);
    map.add(seen, toCrop);
  }

  int scale() {
    return scale;
  }

  /** To draw on; owned by the canvas. */
  Mat pixels() {
    return pixels;
  }

  int width() {
    return pixels.cols();
  }

  int height() {
    return pixels.rows();
  }

  /** The photo's file, with what the source's said of itself and with its provenance. */
  byte[] file(Photo source, ImageFormat format, URI provenance, PhotoEncoder encoder) {
    try (Photo restored = source.withPixels(new Mat(pixels), provenance)) {
      return encoder.encode(restored, format);
    }
  }

  /** The map's file, PNG. */
  byte[] mapFile(PhotoEncoder encoder) {
    try (Mat mapPixels = map.pixels()) {
      return encoder.png(mapPixels);
    }
  }

  @Override
  public void close() {
    pixels.close();
    map.close();
  }
}
