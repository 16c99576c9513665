package io.gpenstreams.model;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.meanStdDev;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.gpenstreams.model.ModelInfo.Layout;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Converts pictures of faces to the tensors of a model, and back.
 *
 * @param info of the model
 * @param model what errors call it
 * @param face what errors call a face
 */
record FaceTensors(ModelInfo info, String model, String face) {
  private static final int CHANNELS = 3;
  private static final float HALF_RANGE = 127.5f;

  /** The smallest standard deviation of a channel that does not count as blank, in levels. */
  private static final double NOT_BLANK = 16;

  /** The largest size of Java's buffers. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  /** Checks that these pictures fit a tensor of this batch size. */
  void requireFaces(List<Mat> crops, int places) {
    if (crops.isEmpty() || crops.size() > places) {
      throw new IllegalArgumentException(
          "At least one crop is needed and at most %d, not %d".formatted(places, crops.size()));
    }
    int most = (int) (MOST_BYTES / ((long) CHANNELS * pixels() * type().getNumOfBytes()));
    if (places > most) {
      throw new IllegalArgumentException(
          "At most %d faces of %d×%d fit into one batch, not %d"
              .formatted(most, info.size(), info.size(), places));
    }
    for (Mat crop : crops) {
      if (crop.rows() != info.size()
          || crop.cols() != info.size()
          || crop.type() != CV_8UC3
          || !crop.isContinuous()) {
        throw new IllegalArgumentException(
            "A crop of %d×%d 8-bit RGB is needed, in one piece"
                .formatted(info.size(), info.size()));
      }
    }
  }

  /**
   * The bytes of a tensor with these faces. The content of unused places is undefined. The caller
   * closes the bytes after the tensor.
   */
  Mat bytes(List<Mat> crops, int places) {
    if (info.layout() == Layout.FLOAT) {
      return planes(crops, places);
    }
    if (places == 1) {
      // Shares the pixels with the crop.
      return new Mat(crops.get(0));
    }
    Mat bytes = new Mat(places * info.size(), info.size(), CV_8UC3);
    ByteBuffer levels = bytes.createBuffer();
    crops.forEach(crop -> levels.put(crop.<ByteBuffer>createBuffer()));
    return bytes;
  }

  private Mat planes(List<Mat> crops, int places) {
    Mat bytes = new Mat(places * CHANNELS * info.size(), info.size(), CV_32FC1);
    FloatBuffer values = bytes.createBuffer();
    int pixels = pixels();
    for (int face = 0; face < crops.size(); face++) {
      ByteBuffer levels = crops.get(face).createBuffer();
      int start = face * CHANNELS * pixels;
      for (int i = 0; i < pixels; i++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          values.put(
              start + channel * pixels + i,
              Byte.toUnsignedInt(levels.get(CHANNELS * i + channel)) / HALF_RANGE - 1);
        }
      }
    }
    return bytes;
  }

  /** The tensor of some bytes. */
  NDArray tensor(NDManager manager, Mat bytes, int places) {
    return manager.create(bytes.createBuffer(), shape(places), type());
  }

  /**
   * Makes sure that a model gave as many faces as it has places, in the layout of its input.
   *
   * @throws ModelException if it gave something else
   */
  void requireOutput(NDArray output, int places) {
    requireSame(output.getShape(), shape(places));
    requireSame(output.getDataType(), type());
  }

  /**
   * A face that a model gave, which the caller closes.
   *
   * @param values of the whole run
   * @param crop what the model was given
   * @throws ModelException if the values are no picture: not finite, or nothing but one level for a
   *     face that has more
   */
  Mat picture(ByteBuffer values, int place, Mat crop) {
    Mat picture = new Mat(info.size(), info.size(), CV_8UC3);
    try {
      ByteBuffer levels = picture.createBuffer();
      fill(levels, values, place);
      requireDetail(levels, crop);
      return picture;
    } catch (RuntimeException e) {
      picture.close();
      throw e;
    }
  }

  private void requireSame(Object given, Object expected) {
    if (!given.equals(expected)) {
      throw new ModelException("Model %s gave %s and not %s".formatted(model, given, expected));
    }
  }

  private void fill(ByteBuffer levels, ByteBuffer values, int place) {
    int pixels = pixels();
    int start = place * CHANNELS * pixels;
    if (info.layout() == Layout.UINT8) {
      levels.put(values.slice(start, CHANNELS * pixels));
      return;
    }
    FloatBuffer planes = values.asFloatBuffer();
    boolean numbers = true;
    for (int i = 0; i < pixels; i++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        float value = planes.get(start + channel * pixels + i);
        numbers &= Float.isFinite(value);
        int rounded = Math.round((value + 1) * HALF_RANGE);
        levels.put(CHANNELS * i + channel, (byte) Math.max(0, Math.min(255, rounded)));
      }
    }
    if (!numbers) {
      throw new ModelException(
          "Model %s gave %s for %s, which is no picture"
              .formatted(model, firstOdd(planes, start, CHANNELS * pixels), face));
    }
  }

  private static float firstOdd(FloatBuffer values, int start, int count) {
    for (int i = start; i < start + count; i++) {
      if (!Float.isFinite(values.get(i))) {
        return values.get(i);
      }
    }
    throw new IllegalArgumentException("All of them are numbers");
  }

  /**
   * Finds what was no number before the model made bytes of it: such a channel has one level
   * everywhere. A usual picture is known after a few pixels.
   */
  private void requireDetail(ByteBuffer levels, Mat crop) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      if (isLevel(levels, channel) && deviation(crop, channel) >= NOT_BLANK) {
        throw new ModelException(
            "Model %s gave nothing but level %d in a channel of %s, as NaN and infinity become"
                .formatted(model, Byte.toUnsignedInt(levels.get(channel)), face));
      }
    }
  }

  private static boolean isLevel(ByteBuffer levels, int channel) {
    byte first = levels.get(channel);
    for (int i = channel; i < levels.limit(); i += CHANNELS) {
      if (levels.get(i) != first) {
        return false;
      }
    }
    return true;
  }

  private static double deviation(Mat crop, int channel) {
    try (Mat mean = new Mat();
        Mat deviation = new Mat()) {
      meanStdDev(crop, mean, deviation);
      try (DoubleIndexer values = deviation.createIndexer()) {
        return values.get(channel);
      }
    }
  }

  private Shape shape(int places) {
    return info.layout() == Layout.UINT8
        ? new Shape(places, info.size(), info.size(), CHANNELS)
        : new Shape(places, CHANNELS, info.size(), info.size());
  }

  private DataType type() {
    return info.layout() == Layout.UINT8 ? DataType.UINT8 : DataType.FLOAT32;
  }

  private int pixels() {
    return info.size() * info.size();
  }
}
