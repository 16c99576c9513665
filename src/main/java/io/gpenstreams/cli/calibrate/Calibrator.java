package io.gpenstreams.cli.calibrate;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.model.FaceModel;
import io.gpenstreams.model.IdentityModel;
import io.gpenstreams.model.RestoredCrop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bytedeco.opencv.opencv_core.Mat;

/** Relates the measures of a model to the truth, on a folder of sharp faces. For one thread. */
public final class Calibrator {
  // The other face whose detail simulations take.
  private static final int LEAST_FACES = 2;

  private final GpenConfig config;
  private final Path folder;
  private final Optional<IdentityModel> identity;
  private final int mostFaces;
  private final int[] scales;

  /**
   * A calibration.
   *
   * @param folder with photos of sharp faces
   * @param identity compares truth and result too, if there is one
   * @param mostFaces how many of their faces to take at most
   * @param scales pixels of a crop of 512 for each that is left, each 1…16
   */
  public Calibrator(
      GpenConfig config,
      Path folder,
      Optional<IdentityModel> identity,
      int mostFaces,
      int... scales) {
    this.config = config;
    this.folder = folder;
    this.identity = identity;
    this.mostFaces = mostFaces;
    this.scales = scales.clone();
  }

  /**
   * What was found.
   *
   * @param text tables for people
   * @param csv a row for each restoration
   * @param plot how well the measures agree with the truth
   * @param leftOut photos that gave no face, and why
   */
  public record Result(String text, String csv, ReliabilityPlot plot, List<String> leftOut) {}

  /**
   * Restores with a model.
   *
   * @param progress made for a number of steps
   * @throws IllegalArgumentException if the folder has no sharp faces
   */
  public Result run(FaceModel model, FaceDetector detector, IntFunction<Progress> progress)
      throws IOException {
    Calibration.Named restorer =
        new Calibration.Named(
            model.info().name(), (truth, other, input, degrading, seed) -> restored(model, input));
    return run(List.of(restorer), model.info().size(), detector, progress);
  }

  private static Mat restored(FaceModel model, Mat crop) {
    try (RestoredCrop restored = model.restore(List.of(crop), 1).get(0)) {
      return restored.picture();
    }
  }

  /**
   * Restores with simulations that know the truth, at 512 pixels.
   *
   * @param progress made for a number of steps
   * @throws IllegalArgumentException if the folder has no sharp faces
   */
  public Result simulate(FaceDetector detector, IntFunction<Progress> progress) throws IOException {
    List<Calibration.Named> restorers =
        Arrays.stream(SimulatedRestorer.values())
            .map(simulated -> new Calibration.Named(simulated.label(), simulated::restore))
            .toList();
    return run(restorers, (int) Degrading.REFERENCE_SIDE, detector, progress);
  }

  private Result run(
      List<Calibration.Named> restorers,
      int size,
      FaceDetector detector,
      IntFunction<Progress> progress)
      throws IOException {
    FaceFolder photos =
        new FaceFolder(
            detector,
            new PhotoDecoder(config.limits().megapixels()),
            config.limits().sourceBytes().asLongValue(),
            size);
    List<SharpFace> faces = photos.read(folder, mostFaces);
    try {
      if (faces.size() < LEAST_FACES) {
        throw new IllegalArgumentException(
            "%s has %d sharp faces, and at least %d are needed: photos with faces of 128 pixels or more"
                .formatted(folder, faces.size(), LEAST_FACES));
      }
      List<Sample> samples = samples(faces, restorers, size, progress);
      CalibrationReport report = new CalibrationReport(samples);
      ReliabilityPlot plot = ReliabilityPlot.of(samples);
      return new Result(report.text(), report.csv(), plot, photos.leftOut());
    } finally {
      faces.stream().map(SharpFace::rgb).forEach(Mat::close);
    }
  }

  private List<Sample> samples(
      List<SharpFace> faces,
      List<Calibration.Named> restorers,
      int size,
      IntFunction<Progress> progress) {
    List<Degrading> grid = Degrading.grid(scales);
    try (FaceComparison comparison = new FaceComparison(size);
        Progress watched = progress.apply(faces.size() * grid.size())) {
      return new Calibration(comparison, grid, identity, watched).run(faces, restorers);
    }
  }
}
