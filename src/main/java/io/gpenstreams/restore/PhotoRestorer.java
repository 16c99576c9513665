package io.gpenstreams.restore;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.FaceHallucination;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.event.RestoredImage.Outcome;
import io.gpenstreams.event.RestoredImage.Restoration;
import io.gpenstreams.event.RestoredImage.SkipReason;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.face.CascadeDetector;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceBlender;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.Similarity;
import io.gpenstreams.face.YunetDetector;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.HallucinationMap;
import io.gpenstreams.hallucination.Trust;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.restore.ResultSink.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.codec.digest.DigestUtils;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Restores one photo: decode, detect, then for each face align, restore, compare and blend, then
 * encode. Knows neither Kafka nor S3. Owns the detector, the model and the tables that all photos
 * share; everything native that belongs to one photo lives no longer than its call. Safe for any
 * number of threads, which take turns on detector and model.
 */
public final class PhotoRestorer implements AutoCloseable {
  private static final URI GENERATED =
      URI.create(
          "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
  private static final URI ENHANCED =
      URI.create("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced");
  // Of its own accord, a photo is enlarged where the model gives a face more than the photo's
  // pixels
  // can show, and where that does not make a huge photo of a large one.
  private static final double FACE_TO_ENLARGE = 512;
  private static final int ENLARGED = 2;
  private static final long ENLARGED_PIXELS = 16_000_000;

  private static final String BUILTIN = "builtin";
  private static final int BUILTIN_SIZE = 2048;

  private final FaceDetector detector;
  private final Restorer restorer;
  private final PhotoDecoder decoder;
  private final PhotoEncoder encoder;
  private final FaceTemplate template;
  private final FaceAligner aligner;
  private final FaceBlender blender;
  private final FaceComparison comparison;
  private final RestoredImage.RuntimeInfo runtime;
  // Written by the thread that warms up, read by any.
  private volatile Duration firstFace;

  /** Takes over the detector and the model. */
  PhotoRestorer(
      FaceDetector detector,
      Restorer restorer,
      PhotoDecoder decoder,
      PhotoEncoder encoder,
      String replica) {
    int size = restorer.info().size();
    this.detector = detector;
    this.restorer = restorer;
    this.decoder = decoder;
    this.encoder = encoder;
    this.template = new FaceTemplate(size);
    this.aligner = new FaceAligner(size);
    this.blender = new FaceBlender(size);
    this.comparison = new FaceComparison(size);
    this.runtime =
        new RestoredImage.RuntimeInfo(
            restorer.device().label(), restorer.device().provider(), Version.current(), replica);
  }

  /**
   * Loads what the configuration names. The caller closes it.
   *
   * @param files the file that a model or detector setting names
   * @throws ModelException if a model cannot be used
   */
  public static PhotoRestorer open(GpenConfig config, Function<String, Path> files) {
    return open(config, files, openModel(config, files));
  }

  /**
   * Loads the rest of what the configuration names, around a model of the caller's choice.
   *
   * @param files the file that a detector setting names
   * @param restorer taken over, even if this fails
   * @throws ModelException if the detector cannot be used
   */
  public static PhotoRestorer open(
      GpenConfig config, Function<String, Path> files, Restorer restorer) {
    try {
      String detectorModel = config.detector().model();
      FaceDetector detector =
          detectorModel.equals(BUILTIN)
              ? new CascadeDetector()
              : new YunetDetector(files.apply(detectorModel));
      return new PhotoRestorer(
          detector,
          restorer,
          new PhotoDecoder(config.limits().megapixels()),
          new PhotoEncoder(config.output().quality()),
          config.replica().orElseGet(PhotoRestorer::hostName));
    } catch (RuntimeException e) {
      restorer.close();
      throw e;
    }
  }

  /**
   * Loads only the model that the configuration names. The caller closes it.
   *
   * @param files the file that a model setting names
   * @throws ModelException if the model cannot be used
   */
  public static Restorer openModel(GpenConfig config, Function<String, Path> files) {
    Device device = Device.parse(config.device());
    return config.model().equals(BUILTIN)
        ? Restorer.builtin(BUILTIN_SIZE, device)
        : Restorer.open(files.apply(config.model()), device);
  }

  /**
   * A photo to restore, as its report names it.
   *
   * @param bucket where it came from
   * @param key where it came from
   */
  public record Request(String imageId, String bucket, String key) {}

  /**
   * Restores a blank face, so that no photo waits for what a model does on its first one only:
   * choosing kernels and touching its memory.
   *
   * @return how long it took
   * @throws ModelException if the model cannot restore a face
   */
  public Duration warmUp() {
    long begin = System.nanoTime();
    int size = restorer.info().size();
    try (Scalar grey = Scalar.all(128);
        Mat blank = new Mat(size, size, CV_8UC3, grey)) {
      restorer.restore(blank).close();
      Duration time = Duration.ofNanos(System.nanoTime() - begin);
      firstFace = time;
      return time;
    }
  }

  /** How long the warm-up took, once it is done. */
  public Optional<Duration> firstFace() {
    return Optional.ofNullable(firstFace);
  }

  /** Where it restores: {@code cpu} or {@code cuda:N}. */
  public String device() {
    return runtime.device();
  }

  /** What restores. */
  public ModelInfo model() {
    return restorer.info();
  }

  /**
   * Restores a photo and stores what was made of it.
   *
   * @param file the photo's bytes
   * @param clock started when the photo's handling began
   * @throws RestorationException whatever stopped it; nothing is left behind but files in the sink
   */
  public RestoredImage restore(
      Request request, byte[] file, RestoreSettings settings, ResultSink sink, StageClock clock) {
    Job job = new Job(request, DigestUtils.sha256Hex(file), settings, sink, clock);
    try (Photo photo = clock.time(Stage.DECODE, () -> decoder.decode(file))) {
      List<DetectedFace> found = clock.time(Stage.DETECT, () -> detector.detect(photo.pixels()));
      List<Candidate> candidates = candidates(job, photo, found);
      if (candidates.stream().allMatch(c -> c.reason() != null)) {
        return unchanged(job, photo, candidates);
      }
      int scale = scale(photo, candidates, settings);
      try (Canvas canvas = clock.time(Stage.BLEND, () -> canvas(photo, scale))) {
        List<Face> faces = new ArrayList<>();
        for (Candidate candidate : candidates) {
          faces.add(
              candidate.reason() == null
                  ? restored(job, photo, canvas, candidate, faces.size())
                  : skipped(candidate, faces.size()));
        }
        return report(job, photo, canvas, faces);
      }
    } catch (ModelException e) {
      throw new RestorationException(codeOf(e), Stage.RESTORE, "the model failed on a face", e);
    } catch (OutOfMemoryError e) {
      throw new RestorationException(
          ErrorCode.OUT_OF_MEMORY, Stage.RESTORE, "the photo needs more memory than is free", e);
    }
  }

  /** What stays the same while one photo is restored. */
  private record Job(
      Request request, String sha256, RestoreSettings settings, ResultSink sink, StageClock clock) {

    boolean wants(Kind kind) {
      boolean allowed =
          switch (kind) {
            case PHOTO -> true;
            case MAP -> settings.map();
            case FACE -> settings.faceCrops();
          };
      return allowed && sink.wants(kind);
    }

    StoredObject store(Kind kind, String name, byte[] bytes, ImageFormat format) {
      return clock.time(Stage.STORE, () -> sink.store(kind, name, bytes, format.contentType()));
    }
  }

  /**
   * What is being made of one photo.
   *
   * @param pixels 8-bit BGR, the source enlarged {@code scale} times; owned by this record
   * @param map owned by this record
   */
  private record Canvas(Mat pixels, int scale, HallucinationMap map) implements AutoCloseable {
    @Override
    public void close() {
      pixels.close();
      map.close();
    }
  }

  /**
   * A face before restoring.
   *
   * @param toCrop from the photo's pixels to the crop's
   * @param reason why it is to be skipped, or null
   */
  private record Candidate(DetectedFace face, Similarity toCrop, SkipReason reason) {}

  private List<Candidate> candidates(Job job, Photo photo, List<DetectedFace> found) {
    RestoreSettings settings = job.settings();
    List<Candidate> candidates = new ArrayList<>();
    int taken = 0;
    for (DetectedFace face : found) {
      Similarity toCrop = template.align(face.landmarks());
      SkipReason reason = null;
      if (face.confidence() < settings.minDetectionConfidence()) {
        reason = SkipReason.LOW_DETECTION_CONFIDENCE;
      } else if (face.size() < settings.minFaceSize()) {
        reason = SkipReason.TOO_SMALL;
      } else if (job.clock().time(Stage.DETECT, () -> isSharp(toCrop, settings, photo))) {
        reason = SkipReason.ALREADY_SHARP;
      } else if (taken == settings.maxFaces()) {
        reason = SkipReason.OVER_MAX_FACES;
      } else {
        taken++;
      }
      candidates.add(new Candidate(face, toCrop, reason));
    }
    return candidates;
  }

  private boolean isSharp(Similarity toCrop, RestoreSettings settings, Photo photo) {
    // No crop holds more detail than pixels, and most need not be cut to know it.
    if (sourcePixels(toCrop) < settings.sharpnessGate()) {
      return false;
    }
    try (Mat crop = aligner.crop(photo.pixels(), toCrop)) {
      return comparison.effectiveResolution(crop, sourcePixels(toCrop)) >= settings.sharpnessGate();
    }
  }

  private Face restored(Job job, Photo photo, Canvas canvas, Candidate candidate, int index) {
    DetectedFace face = candidate.face();
    Similarity toCrop = candidate.toCrop();
    StageClock clock = job.clock();
    try (Mat before = clock.time(Stage.RESTORE, () -> aligner.crop(photo.pixels(), toCrop));
        Mat after = clock.time(Stage.RESTORE, () -> restorer.restore(before));
        FaceComparison.Comparison compared =
            clock.time(
                Stage.RESTORE,
                () ->
                    comparison.compare(
                        before, after, face.landmarks().through(toCrop), sourcePixels(toCrop)))) {
      clock.run(
          Stage.BLEND,
          () -> {
            Similarity fromCanvas = Similarity.scale(1.0 / canvas.scale()).then(toCrop);
            blender.blend(after, fromCanvas, job.settings().blend(), canvas.pixels());
            blender.attenuate(compared.invented(), job.settings().blend());
            canvas.map().add(compared.invented(), toCrop);
          });
      FaceMeasures measures = compared.measures();
      Trust trust = Trust.of(measures, face.confidence());
      StoredObject crop = null;
      if (job.wants(Kind.FACE)) {
        byte[] png = clock.time(Stage.ENCODE, () -> cropFile(after));
        String name = "face-%d-%s.png".formatted(index, DigestUtils.sha256Hex(png));
        crop = job.store(Kind.FACE, name, png, ImageFormat.PNG);
      }
      return Rounding.face(
          index,
          face,
          FaceOutcome.RESTORED,
          null,
          new Restoration(
              Rounding.share(trust.confidence()),
              Rounding.tenth(measures.upsampling()),
              (int) Math.round(measures.effectiveResolution())),
          new FaceHallucination(
              Rounding.share(trust.score()),
              trust.level(),
              Rounding.share(measures.synthesizedDetail()),
              Rounding.share(measures.inconsistency()),
              Rounding.shares(measures.regions())),
          crop);
    }
  }

  private static Face skipped(Candidate candidate, int index) {
    return Rounding.face(
        index, candidate.face(), FaceOutcome.SKIPPED, candidate.reason(), null, null, null);
  }

  private RestoredImage report(Job job, Photo photo, Canvas canvas, List<Face> faces) {
    URI provenance = restorer.info().generative() ? GENERATED : ENHANCED;
    ImageFormat format = job.settings().format().orElse(photo.format());
    byte[] file =
        job.clock().time(Stage.ENCODE, () -> photoFile(photo, canvas, format, provenance));
    String sha256 = DigestUtils.sha256Hex(file);
    StoredObject stored = job.store(Kind.PHOTO, sha256 + "." + format.extension(), file, format);
    StoredObject map = null;
    if (job.wants(Kind.MAP)) {
      byte[] png = job.clock().time(Stage.ENCODE, () -> mapFile(canvas));
      map = job.store(Kind.MAP, "map-" + DigestUtils.sha256Hex(png) + ".png", png, ImageFormat.PNG);
    }
    List<Face> restoredFaces =
        faces.stream().filter(f -> f.outcome() == FaceOutcome.RESTORED).toList();
    double confidence =
        restoredFaces.stream().mapToDouble(f -> f.restoration().confidence()).min().orElseThrow();
    FaceHallucination worst =
        restoredFaces.stream()
            .map(Face::hallucination)
            .max(Comparator.comparingDouble(FaceHallucination::score))
            .orElseThrow();
    return new RestoredImage(
        job.request().imageId(),
        Outcome.RESTORED,
        null,
        source(job, photo),
        new RestoredImage.Restored(
            stored.bucket(),
            stored.key(),
            format.contentType(),
            file.length,
            sha256,
            canvas.pixels().cols(),
            canvas.pixels().rows(),
            canvas.scale()),
        confidence,
        new RestoredImage.Hallucination(worst.score(), worst.level(), map),
        faces,
        modelOfEvent(),
        runtime,
        job.clock().timings(),
        new RestoredImage.Provenance(provenance),
        Instant.now());
  }

  private RestoredImage unchanged(Job job, Photo photo, List<Candidate> candidates) {
    List<Face> faces = new ArrayList<>();
    candidates.forEach(c -> faces.add(skipped(c, faces.size())));
    return new RestoredImage(
        job.request().imageId(),
        Outcome.UNCHANGED,
        faces.isEmpty() ? "no-face" : "all-faces-skipped",
        source(job, photo),
        null,
        null,
        null,
        faces,
        modelOfEvent(),
        runtime,
        job.clock().timings(),
        null,
        Instant.now());
  }

  private static RestoredImage.Source source(Job job, Photo photo) {
    return new RestoredImage.Source(
        job.request().bucket(), job.request().key(), job.sha256(), photo.width(), photo.height());
  }

  private RestoredImage.Model modelOfEvent() {
    ModelInfo info = restorer.info();
    return new RestoredImage.Model(
        info.name(), info.sha256(), info.generative(), info.size(), info.precision());
  }

  private static int scale(Photo photo, List<Candidate> candidates, RestoreSettings settings) {
    long pixels = (long) photo.width() * photo.height();
    int side = Math.max(photo.width(), photo.height());
    int maxSide = settings.format().orElse(photo.format()).maxSide();
    int scale = settings.scale().orElseGet(() -> ownScale(pixels, candidates));
    while (scale > 1
        && (pixels * scale * scale > settings.maxOutputPixels() || side * scale > maxSide)) {
      scale /= 2;
    }
    return scale;
  }

  private static int ownScale(long pixels, List<Candidate> candidates) {
    boolean small =
        candidates.stream().anyMatch(c -> c.reason() == null && c.face().width() < FACE_TO_ENLARGE);
    return small && pixels * ENLARGED * ENLARGED <= ENLARGED_PIXELS ? ENLARGED : 1;
  }

  private Canvas canvas(Photo photo, int scale) {
    Mat pixels = new Mat();
    try (Size size = new Size(photo.width() * scale, photo.height() * scale)) {
      if (scale == 1) {
        photo.pixels().copyTo(pixels);
      } else {
        resize(photo.pixels(), pixels, size, 0, 0, INTER_CUBIC);
      }
      return new Canvas(
          pixels, scale, new HallucinationMap(photo.width(), photo.height(), template.size()));
    } catch (RuntimeException | Error e) {
      pixels.close();
      throw e;
    }
  }

  private byte[] photoFile(Photo photo, Canvas canvas, ImageFormat format, URI provenance) {
    try (Photo restored = photo.withPixels(new Mat(canvas.pixels()), provenance)) {
      return encoder.encode(restored, format);
    }
  }

  private byte[] mapFile(Canvas canvas) {
    try (Mat pixels = canvas.map().pixels()) {
      return encoder.png(pixels);
    }
  }

  private byte[] cropFile(Mat rgb) {
    try (Mat bgr = new Mat()) {
      cvtColor(rgb, bgr, COLOR_RGB2BGR);
      return encoder.png(bgr);
    }
  }

  // Pixels of the photo across the crop.
  private double sourcePixels(Similarity toCrop) {
    return template.size() / toCrop.magnification();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static ErrorCode codeOf(ModelException e) {
    String cause = Optional.ofNullable(e.getCause()).map(Throwable::toString).orElse("");
    return cause.contains("Failed to allocate memory")
        ? ErrorCode.OUT_OF_MEMORY
        : ErrorCode.MODEL_FAILED;
  }

  @Override
  public void close() {
    detector.close();
    restorer.close();
    blender.close();
    comparison.close();
  }
}
