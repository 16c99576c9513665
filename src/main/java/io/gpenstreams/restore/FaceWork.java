package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import io.gpenstreams.event.Stage;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.IdentityCrop;
import io.gpenstreams.face.Landmarks;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.model.IdentityModel;
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
  private final Optional<IdentityModel> identity;
  private final PhotoEncoder encoder;
  private final Processors processors;

  FaceWork(
      FaceAligner aligner,
      FaceQueue model,
      FaceComparison comparison,
      Optional<IdentityModel> identity,
      PhotoEncoder encoder,
      Processors processors) {
    this.aligner = aligner;
    this.model = model;
    this.comparison = comparison;
    this.identity = identity;
    this.encoder = encoder;
    this.processors = processors;
  }

  /**
   * What is made of a face beside its pixels and measures.
   *
   * @param file how it is stored by itself; empty if it is not
   * @param secondLook whether the mirrored input is restored too
   */
  record Wanted(Optional<ImageFormat> file, boolean secondLook) {}

  /** A restored face. Owns its pixels and its comparison. */
  static final class RestoredFace implements AutoCloseable {
    private final Mat pixels;
    private final FaceComparison.Comparison compared;
    private final FaceMeasures secondLook;
    private final Double similarity;
    private final byte[] file;

    private RestoredFace(
        Mat pixels,
        FaceComparison.Comparison compared,
        FaceMeasures secondLook,
        Double similarity,
        byte[] file) {
      this.pixels = pixels;
      this.compared = compared;
      this.secondLook = secondLook;
      this.similarity = similarity;
      this.file = file;
    }

    /** 8-bit RGB of the crop's size. */
    Mat pixels() {
      return pixels;
    }

    FaceComparison.Comparison compared() {
      return compared;
    }

    /** What of the face the mirrored input does not give as well, or null if not looked at. */
    FaceMeasures secondLook() {
      return secondLook;
    }

    /** Of input and output by the identity model, −1…1, or null without one. */
    Double similarity() {
      return similarity;
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
   */
  RestoredFace restore(Mat photo, Candidate candidate, Wanted wanted, StageClock clock) {
    try (Mat before =
        processors.run(clock, Stage.RESTORE, () -> aligner.crop(photo, candidate.toCrop()))) {
      Mat after = restored(before, clock);
      FaceComparison.Comparison compared = null;
      try {
        compared = compare(before, after, candidate, clock);
        FaceMeasures secondLook =
            wanted.secondLook() ? secondLook(before, after, candidate, clock) : null;
        Double similarity = similarity(before, after, candidate, clock);
        byte[] file =
            wanted
                .file()
                .map(format -> processors.run(clock, Stage.ENCODE, () -> encode(after, format)))
                .orElse(null);
        return new RestoredFace(after, compared, secondLook, similarity, file);
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

  // A photo and its mirror image show the same face. Where the two answers differ, the model
  // decided.
  private FaceMeasures secondLook(Mat before, Mat after, Candidate candidate, StageClock clock) {
    try (Mat mirrored = processors.run(clock, Stage.RESTORE, () -> mirrored(before));
        Mat answer = restored(mirrored, clock);
        Mat again = processors.run(clock, Stage.RESTORE, () -> mirrored(answer))) {
      return processors.run(
          clock,
          Stage.RESTORE,
          () ->
              comparison.measure(
                  again, after, candidate.landmarksInCrop(), candidate.sourcePixels()));
    }
  }

  private Double similarity(Mat before, Mat after, Candidate candidate, StageClock clock) {
    return identity
        .map(
            known ->
                processors.run(
                    clock,
                    Stage.RESTORE,
                    () -> similarity(known, before, after, candidate.landmarksInCrop())))
        .orElse(null);
  }

  private static double similarity(
      IdentityModel known, Mat before, Mat after, Landmarks landmarks) {
    try (Mat person = IdentityCrop.of(before, landmarks);
        Mat answer = IdentityCrop.of(after, landmarks)) {
      return known.similarity(person, answer);
    }
  }

  private static Mat mirrored(Mat crop) {
    Mat mirrored = new Mat();
    flip(crop, mirrored, 1);
    return mirrored;
  }

  private FaceComparison.Comparison compare(
      Mat before, Mat after, Candidate candidate, StageClock clock) {
    return processors.run(
        clock,
        Stage.RESTORE,
        () ->
            comparison.compare(
                before, after, candidate.landmarksInCrop(), candidate.sourcePixels()));
  }

  private byte[] encode(Mat rgb, ImageFormat format) {
    try (Mat bgr = new Mat()) {
      cvtColor(rgb, bgr, COLOR_RGB2BGR);
      return encoder.face(bgr, format);
    }
  }
}
