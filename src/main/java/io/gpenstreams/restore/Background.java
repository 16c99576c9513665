package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LANCZOS4;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.Stage;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What a result shows around its faces, as {@code gpen.output.background} says. Owns the model, if
 * there is one; safe for any number of threads.
 */
final class Background implements AutoCloseable {
  private final GpenConfig.Background.Kind kind;
  private final Optional<BackgroundModel> model;

  private Background(GpenConfig.Background.Kind kind, Optional<BackgroundModel> model) {
    this.kind = kind;
    this.model = model;
  }

  /** The canvas as it is. */
  static Background none() {
    return new Background(GpenConfig.Background.Kind.NONE, Optional.empty());
  }

  /**
   * What the configuration names.
   *
   * @param files the file that a model setting names
   * @throws ModelException if the model is missing or cannot be used
   */
  static Background open(GpenConfig config, Function<String, Path> files, Device device) {
    GpenConfig.Background.Kind kind = config.output().background();
    if (kind != GpenConfig.Background.Kind.MODEL) {
      return new Background(kind, Optional.empty());
    }
    String location =
        config
            .background()
            .model()
            .orElseThrow(
                () ->
                    new ModelException("gpen.output.background=model needs gpen.background.model"));
    return new Background(kind, Optional.of(BackgroundModel.open(files.apply(location), device)));
  }

  /** Whether it may show what no photo did. */
  boolean generative() {
    return model.isPresent();
  }

  /**
   * Draws the photo's background.
   *
   * @param photo 8-bit BGR
   * @param canvas the photo enlarged {@code scale} times, which is drawn over
   */
  void draw(Mat photo, Mat canvas, int scale, StageClock clock, Processors processors) {
    if (model.isPresent()) {
      model.get().draw(photo, canvas, scale, clock);
    } else if (kind == GpenConfig.Background.Kind.LANCZOS && scale > 1) {
      processors.run(
          clock, Stage.BLEND, () -> resize(photo, canvas, canvas.size(), 0, 0, INTER_LANCZOS4));
    }
  }

  /** Lets the model begin nothing any more, see {@link PhotoRestorer#halt}. */
  void halt(Duration patience) {
    model.ifPresent(own -> own.halt(patience));
  }

  @Override
  public void close() {
    model.ifPresent(BackgroundModel::close);
  }
}
