package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.event.Stage;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.model.RestoredCrop;
import io.gpenstreams.restore.FaceSelection.Candidate;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What is done for one face before it goes back into its photo: align, restore, compare, encode the
 * crop. Stateless; safe for any number of threads.
 */
final class FaceWork {
  private final FaceAligner aligner;
  private final FaceQueue model;
  private final FaceComparison comparison;
  private final PhotoEncoder encoder;
  private final Processors processors;

  FaceWork(
      FaceAligner aligner,
      FaceQueue model,
      FaceComparison comparison,
      PhotoEncoder encoder,
      Processors processors) {
    this.aligner = aligner;
    this.model = model;
    this.comparison = comparison;
    this.encoder = encoder;
    this.processors = processors;
  }

  /** A restored face. Owns its pixels and its comparison. */
  static final class RestoredFace implements AutoCloseable {
    private final Mat pixels;
    private final FaceComparison.Comparison compared;
    private final byte[] file;

    private RestoredFace(Mat pixels, FaceComparison.Comparison compared, byte[] file) {
      this.pixels = pixels;
      this.compared = compared;
      this.file = file;
    }

    /** 8-bit RGB of the crop's size. */
    Mat pixels() {
      return pixels;
    }

    FaceComparison.Comparison compared() {
      return compared;
    }

    /** The face as a file, or null if none is wanted. */
    byte[] file() {
      return file;
    }

    @Override
    public void close() {
      pixels.close();
      compared.close();
    }
  }

  /**
   * Restores one face.
   *
   * @param photo 8-bit BGR, not changed
   * @param file how the face is stored by itself; empty if it is not
   */
  RestoredFace restore(
      Mat photo, Candidate candidate, Optional<ImageFormat> file, StageClock clock) {
    try (Mat before =
        processors.run(clock, Stage.RESTORE, () -> aligner.crop(photo, candidate.toCrop()))) {
      Mat after = restored(before, clock);
      FaceComparison.Comparison compared = null;
      try {
        compared = compare(before, after, candidate, clock);
        byte[] bytes =
            file.map(format -> processors.run(clock, Stage.ENCODE, () -> encode(after, format)))
                .orElse(null);
        return new RestoredFace(after, compared, bytes);
      } catch (RuntimeException | Error e) {
        after.close();
        if (compared != null) {
          compared.close();
        }
        throw e;
      }
    }
  }

  private Mat restored(Mat before, StageClock clock) {
    try (RestoredCrop restored = model.restore(before, clock)) {
      return processors.run(clock, Stage.RESTORE, restored::picture);
    }
  }

  private FaceComparison.Comparison compare(
      Mat before, Mat after, Candidate candidate, StageClock clock) {
    return processors.run(
        clock,
        Stage.RESTORE,
        () ->
            comparison.compare(
                before,
                after,
                candidate.face().landmarks().through(candidate.toCrop()),
                candidate.sourcePixels()));
  }

  private byte[] encode(Mat rgb, ImageFormat format) {
    try (Mat bgr = new Mat()) {
      cvtColor(rgb, bgr, COLOR_RGB2BGR);
      return encoder.face(bgr, format);
    }
  }
}
