package io.gpenstreams.image;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_core.transpose;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGRA2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Turns a file's bytes into upright 8-bit pixels. Does not decode a photo whose header shows that
 * it is too large. Stateless except for its limit; safe for any number of threads.
 */
public final class PhotoDecoder {
  private static final double EIGHT_BITS_OF_SIXTEEN = 1.0 / 257;

  private final long maxPixels;

  /**
   * A decoder with a limit.
   *
   * @param maxMegapixels most pixels of a photo, in millions
   */
  public PhotoDecoder(int maxMegapixels) {
    this.maxPixels = maxMegapixels * 1_000_000L;
  }

  /**
   * Looks at a file without decoding a pixel, in one pass over its bytes.
   *
   * @param bytes which must not change any more
   * @throws RestorationException {@code UNSUPPORTED_FORMAT} (also of animations), {@code
   *     IMAGE_TOO_LARGE} or {@code IMAGE_CORRUPT} (also of files that ask for absurdly much work)
   */
  public PhotoFile open(byte[] bytes) {
    return PhotoFile.read(header(bytes), bytes);
  }

  /**
   * Decodes a photo.
   *
   * @throws RestorationException as {@link #open}
   */
  public Photo decode(PhotoFile file) {
    PhotoHeader header = file.header();
    // Before the codec runs, since it may be over a limit.
    PhotoMetadata metadata = file.metadata();
    try (BytePointer data = file.forCodec();
        Mat encoded = new Mat(1, Math.toIntExact(data.capacity()), CV_8UC1, data);
        Mat stored = imdecode(encoded, IMREAD_UNCHANGED | IMREAD_IGNORE_ORIENTATION)) {
      // A codec that disagrees with the header is not to be trusted with the rest.
      if (stored.rows() != header.height() || stored.cols() != header.width()) {
        throw header.damaged(null);
      }
      return upright(header, stored, metadata);
    } catch (RestorationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw header.damaged(e);
    }
  }

  /** {@link #open} and {@link #decode(PhotoFile)}. */
  public Photo decode(byte[] bytes) {
    return decode(open(bytes));
  }

  private PhotoHeader header(byte[] bytes) {
    PhotoHeader header = PhotoHeader.read(bytes);
    if (header.pixels() > maxPixels) {
      throw new RestorationException(
          ErrorCode.IMAGE_TOO_LARGE,
          Stage.DECODE,
          "%d×%d pixels are over the limit of %d megapixels"
              .formatted(header.width(), header.height(), maxPixels / 1_000_000));
    }
    return header;
  }

  private static Photo upright(PhotoHeader header, Mat stored, PhotoMetadata metadata) {
    Mat pixels = new Mat();
    Mat alpha = null;
    try (Mat eightBit = new Mat(stored)) {
      if (stored.depth() != CV_8U) {
        stored.convertTo(
            eightBit, CV_8U, stored.depth() == CV_16U ? EIGHT_BITS_OF_SIXTEEN : 1.0, 0);
      }
      switch (eightBit.channels()) {
        case 1 -> cvtColor(eightBit, pixels, COLOR_GRAY2BGR);
        case 3 -> pixels.put(eightBit);
        case 4 -> {
          cvtColor(eightBit, pixels, COLOR_BGRA2BGR);
          alpha = new Mat();
          extractChannel(eightBit, alpha, 3);
        }
        default -> throw header.damaged(null);
      }
      turn(pixels, metadata.orientation());
      if (alpha != null) {
        turn(alpha, metadata.orientation());
      }
      return new Photo(header.format(), pixels, alpha, metadata.forUprightRgb());
    } catch (RuntimeException e) {
      pixels.close();
      if (alpha != null) {
        alpha.close();
      }
      throw e;
    }
  }

  // EXIF 2.32, tag 0112: where the stored row 0 and column 0 belong.
  private static void turn(Mat pixels, int orientation) {
    switch (orientation) {
      case 2 -> flip(pixels, pixels, 1);
      case 3 -> rotate(pixels, pixels, ROTATE_180);
      case 4 -> flip(pixels, pixels, 0);
      case 5 -> transpose(pixels, pixels);
      case 6 -> rotate(pixels, pixels, ROTATE_90_CLOCKWISE);
      case 7 -> {
        transpose(pixels, pixels);
        rotate(pixels, pixels, ROTATE_180);
      }
      case 8 -> rotate(pixels, pixels, ROTATE_90_COUNTERCLOCKWISE);
      default -> {}
    }
  }
}
