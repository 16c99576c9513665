package io.gpenstreams.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMAGE_METADATA_EXIF;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMAGE_METADATA_ICCP;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMAGE_METADATA_XMP;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_FILTER;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_FILTER_UP;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_STRATEGY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_STRATEGY_RLE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencodeWithMetadata;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Turns pixels into a file's bytes, the same bytes for the same pixels. Stateless except for its
 * settings.
 */
public final class PhotoEncoder {
  // For faces and maps, which are smooth. Measured on a 2048 × 2048 face: 67 ms and 1.18 MB; the
  // codec's own choice of filters takes 161 ms for 1.27 MB, but halves the size of a whole photo.
  private static final int[] SMOOTH_PNG = {
    IMWRITE_PNG_COMPRESSION, 1,
    IMWRITE_PNG_FILTER, IMWRITE_PNG_FILTER_UP,
    IMWRITE_PNG_STRATEGY, IMWRITE_PNG_STRATEGY_RLE
  };
  // Of a 2048 × 2048 face with a little noise: 17 ms and 0.6 MB at 45.8 dB, where PNG takes 227 ms
  // and 5.1 MB.
  private static final int[] FACE_JPEG = {IMWRITE_JPEG_QUALITY, 95};
  private static final int[] PHOTO_PNG = {IMWRITE_PNG_COMPRESSION, 1};

  private final int quality;

  /**
   * An encoder with a setting.
   *
   * @param quality of JPEG and WebP, 1…100
   */
  public PhotoEncoder(int quality) {
    this.quality = quality;
  }

  /**
   * Encodes a photo with its metadata.
   *
   * @throws RestorationException {@code IMAGE_TOO_LARGE} if the format cannot hold these pixels
   */
  public byte[] encode(Photo photo, ImageFormat format) {
    PhotoMetadata metadata = photo.metadata();
    if (photo.alpha() == null) {
      return encode(photo.pixels(), format, metadata);
    }
    try (Mat whole = new Mat()) {
      if (format == ImageFormat.JPEG) {
        overWhite(photo, whole);
      } else {
        cvtColor(photo.pixels(), whole, COLOR_BGR2BGRA);
        insertChannel(photo.alpha(), whole, 3);
      }
      return encode(whole, format, metadata);
    }
  }

  /**
   * Encodes the 8-bit BGR pixels of a face, without metadata.
   *
   * @param format PNG or JPEG
   */
  public byte[] face(Mat pixels, ImageFormat format) {
    return switch (format) {
      case PNG -> png(pixels);
      case JPEG -> encoded(pixels, format, PhotoMetadata.NONE, FACE_JPEG);
      case WEBP -> throw new IllegalArgumentException("Faces are stored as PNG or JPEG");
    };
  }

  /** Encodes 8-bit BGR or BGRA pixels of a face or a map as PNG, without metadata. */
  public byte[] png(Mat pixels) {
    return encoded(pixels, ImageFormat.PNG, PhotoMetadata.NONE, SMOOTH_PNG);
  }

  private int[] parameters(ImageFormat format) {
    return switch (format) {
      case JPEG -> new int[] {IMWRITE_JPEG_QUALITY, quality};
      case PNG -> PHOTO_PNG;
      case WEBP -> new int[] {IMWRITE_WEBP_QUALITY, quality};
    };
  }

  private byte[] encode(Mat pixels, ImageFormat format, PhotoMetadata metadata) {
    if (Math.max(pixels.cols(), pixels.rows()) > format.maxSide()) {
      throw new RestorationException(
          ErrorCode.IMAGE_TOO_LARGE,
          Stage.ENCODE,
          "%d×%d pixels cannot be written as %s, which holds %d a side"
              .formatted(pixels.cols(), pixels.rows(), format, format.maxSide()));
    }
    PhotoMetadata forCodec = format == ImageFormat.WEBP ? metadata : PhotoMetadata.NONE;
    byte[] file = encoded(pixels, format, forCodec, parameters(format));
    return switch (format) {
      case JPEG -> JpegFile.withMetadata(file, metadata);
      case PNG -> PngFile.withMetadata(file, metadata);
      case WEBP -> file;
    };
  }

  private static byte[] encoded(
      Mat pixels, ImageFormat format, PhotoMetadata metadata, int[] parameters) {
    return tryEncode(pixels, format, metadata, parameters)
        // If the encoder refuses a block, the photo is still written.
        .or(() -> tryEncode(pixels, format, metadata.withoutExifAndIcc(), parameters))
        .orElseThrow(
            () ->
                new RestorationException(
                    ErrorCode.INTERNAL,
                    Stage.ENCODE,
                    "%d×%d pixels could not be written as %s"
                        .formatted(pixels.cols(), pixels.rows(), format)));
  }

  private static Optional<byte[]> tryEncode(
      Mat pixels, ImageFormat format, PhotoMetadata metadata, int[] parameters) {
    List<Integer> kinds = new ArrayList<>();
    List<byte[]> blocks = new ArrayList<>();
    metadata.exif().ifPresent(block -> add(kinds, blocks, IMAGE_METADATA_EXIF, block));
    metadata.xmp().ifPresent(block -> add(kinds, blocks, IMAGE_METADATA_XMP, block));
    metadata.icc().ifPresent(block -> add(kinds, blocks, IMAGE_METADATA_ICCP, block));
    try (IntPointer kindPointer =
            new IntPointer(kinds.stream().mapToInt(Integer::intValue).toArray());
        MatVector blockVector = new MatVector();
        IntPointer parameterPointer = new IntPointer(parameters);
        BytePointer file = new BytePointer()) {
      for (byte[] block : blocks) {
        try (BytePointer data = new BytePointer(block);
            Mat shared = new Mat(1, block.length, CV_8UC1, data);
            Mat owned = shared.clone()) {
          blockVector.push_back(owned);
        }
      }
      boolean done =
          imencodeWithMetadata(
              "." + format.extension(), pixels, kindPointer, blockVector, file, parameterPointer);
      if (!done) {
        return Optional.empty();
      }
      byte[] bytes = new byte[Math.toIntExact(file.limit())];
      file.get(bytes);
      return Optional.of(bytes);
    }
  }

  private static void add(List<Integer> kinds, List<byte[]> blocks, int kind, byte[] block) {
    if (block.length > 0) {
      kinds.add(kind);
      blocks.add(block);
    }
  }

  private static void overWhite(Photo photo, Mat target) {
    try (Scalar white = Scalar.all(255);
        Mat paper = new Mat(photo.height(), photo.width(), CV_8UC3, white);
        Mat opacity = new Mat();
        Mat transparency = new Mat();
        Mat front = new Mat();
        Mat back = new Mat()) {
      cvtColor(photo.alpha(), opacity, COLOR_GRAY2BGR);
      opencv_core.bitwise_not(opacity, transparency);
      opencv_core.multiply(photo.pixels(), opacity, front, 1.0 / 255, -1);
      opencv_core.multiply(paper, transparency, back, 1.0 / 255, -1);
      opencv_core.add(front, back, target);
    }
  }
}
