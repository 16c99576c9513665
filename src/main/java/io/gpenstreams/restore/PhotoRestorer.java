package io.gpenstreams.restore;

import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.Version;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.Face;
import io.gpenstreams.event.RestoredImage.StoredObject;
import io.gpenstreams.event.Stage;
import io.gpenstreams.face.CascadeDetector;
import io.gpenstreams.face.DetectedFace;
import io.gpenstreams.face.DetectorPool;
import io.gpenstreams.face.FaceAligner;
import io.gpenstreams.face.FaceBlender;
import io.gpenstreams.face.FaceDetector;
import io.gpenstreams.face.FaceTemplate;
import io.gpenstreams.face.RetinaFaceDetector;
import io.gpenstreams.face.YunetDetector;
import io.gpenstreams.hallucination.FaceComparison;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.image.PhotoFile;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.FaceModel;
import io.gpenstreams.model.IdentityModel;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.model.ModelKind;
import io.gpenstreams.model.OnnxFile;
import io.gpenstreams.model.Restorer;
import io.gpenstreams.model.TestFace;
import io.gpenstreams.restore.FaceSelection.Candidate;
import io.gpenstreams.restore.FaceSelection.Selected;
import io.gpenstreams.restore.FaceWork.RestoredFace;
import io.gpenstreams.restore.ResultSink.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Restores one photo: decode, detect, then for each face align, restore, compare and blend, then
 * encode. Knows neither Kafka nor S3. Owns the detectors, the model and the tables that all photos
 * share; everything native that belongs to one photo lives no longer than its call.
 *
 * <p>Safe for any number of threads, whose photos overlap stage by stage: one thread runs the model
 * ({@link FaceQueue}), as many as there are processors compute something else ({@link Processors}),
 * and all photos together decode no more than there is memory for ({@link PixelMemory}). The faces
 * of one photo are worked on a few at a time, and blended in their order by the photo's own thread,
 * so that the result does not depend on who was faster.
 */
public final class PhotoRestorer implements AutoCloseable {
  private static final String BUILTIN = "builtin";
  private static final int BUILTIN_SIZE = 2048;
  // Beside a whole batch in the model, one face that goes in next and one that came out.
  private static final int FACES_BESIDE_BATCH = 2;
  private static final int CHANNELS = 3;
  private static final int MAP_CHANNELS = 4;

  private final FaceDetector detector;
  private final FaceModel model;
  private final Optional<IdentityModel> identity;
  private final Background background;
  private final PhotoDecoder decoder;
  private final PhotoEncoder encoder;
  private final FaceBlender blender;
  private final FaceComparison comparison;
  private final FaceSelection selection;
  private final FaceWork work;
  private final PhotoReport report;
  private final FaceQueue queue;
  private final Processors processors;
  private final PixelMemory memory;
  private final ExecutorService faceThreads;
  private final int facesAhead;
  // Written by the thread that warms up, read by any.
  private volatile Duration firstFace;

  /**
   * How much is done at the same time.
   *
   * @param batch most faces in one run of the model
   * @param processors steps that compute outside of it
   * @param pixelBytes of decoded photos and their faces
   */
  record Bounds(int batch, int processors, long pixelBytes) {}

  /** Takes over the detector and the model; compares no identities. */
  PhotoRestorer(
      FaceDetector detector,
      FaceModel model,
      PhotoDecoder decoder,
      PhotoEncoder encoder,
      Bounds bounds,
      String replica) {
    this(detector, model, Optional.empty(), Background.none(), decoder, encoder, bounds, replica);
  }

  /** Takes over the detector, the background and both models. */
  PhotoRestorer(
      FaceDetector detector,
      FaceModel model,
      Optional<IdentityModel> identity,
      Background background,
      PhotoDecoder decoder,
      PhotoEncoder encoder,
      Bounds bounds,
      String replica) {
    int size = model.info().size();
    FaceTemplate template = new FaceTemplate(size);
    FaceAligner aligner = new FaceAligner(size);
    this.detector = detector;
    this.model = model;
    this.identity = identity;
    this.background = background;
    this.decoder = decoder;
    this.encoder = encoder;
    this.blender = new FaceBlender(size);
    this.comparison = new FaceComparison(size);
    this.queue = new FaceQueue(model, bounds.batch());
    this.processors = new Processors(bounds.processors());
    this.memory = new PixelMemory(bounds.pixelBytes());
    this.selection = new FaceSelection(template, aligner, comparison);
    this.work = new FaceWork(aligner, queue, comparison, identity, encoder, processors);
    this.report =
        new PhotoReport(
            model.info(),
            new RestoredImage.RuntimeInfo(
                model.device().label(), model.device().provider(), Version.current(), replica),
            background.generative());
    this.facesAhead = bounds.batch() + FACES_BESIDE_BATCH;
    this.faceThreads = daemons();
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
   * @param model taken over, even if this fails
   * @throws ModelException if the detector cannot be used
   */
  public static PhotoRestorer open(
      GpenConfig config, Function<String, Path> files, FaceModel model) {
    Optional<IdentityModel> identity = Optional.empty();
    Background background = Background.none();
    try {
      identity = config.identity().model().map(files).map(IdentityModel::open);
      background = Background.open(config, files, model.device());
      return new PhotoRestorer(
          detector(config, files, model.device()),
          model,
          identity,
          background,
          new PhotoDecoder(config.limits().megapixels()),
          new PhotoEncoder(config.output().quality()),
          new Bounds(
              model.batches() ? config.batch() : 1,
              Runtime.getRuntime().availableProcessors(),
              config.limits().pixelMemory().asLongValue()),
          config.replica().orElseGet(PhotoRestorer::hostName));
    } catch (RuntimeException e) {
      model.close();
      identity.ifPresent(IdentityModel::close);
      background.close();
      throw e;
    }
  }

  private static FaceDetector detector(
      GpenConfig config, Function<String, Path> files, Device device) {
    String location = config.detector().model();
    if (location.equals(BUILTIN)) {
      return new DetectorPool(CascadeDetector::new);
    }
    Path file = files.apply(location);
    OnnxFile onnx = OnnxFile.read(file);
    if (ModelKind.of(onnx).isPresent()) {
      ModelKind.DETECTOR.require(file.toString(), onnx);
      return RetinaFaceDetector.open(file, device);
    }
    return new DetectorPool(() -> new YunetDetector(file));
  }

  /**
   * Loads only the detector that the configuration names, for one thread. The caller closes it.
   *
   * @param files the file that a detector setting names
   * @throws ModelException if the detector cannot be used
   */
  public static FaceDetector openDetector(GpenConfig config, Function<String, Path> files) {
    return detector(config, files, Device.cpu());
  }

  /**
   * Loads only the model that the configuration names. The caller closes it.
   *
   * @param files the file that a model setting names
   * @throws ModelException if the model cannot be used
   */
  public static Restorer openModel(GpenConfig config, Function<String, Path> files) {
    Device device = Device.choose(config.device(), config.cuda());
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
   * Restores test faces, so that no photo waits for what a model does on its first ones only:
   * choosing kernels and touching its memory, for the largest number of faces that it will get at a
   * time. A single face the model has restored when it was loaded.
   *
   * @return how long the first one took
   * @throws ModelException if the model cannot restore as many faces
   */
  public Duration warmUp() {
    try (Mat face = TestFace.draw(model.info().size())) {
      queue.warmUp(face);
    }
    firstFace = model.firstFace();
    return firstFace;
  }

  /** How long the first face took, once the model is warm. */
  public Optional<Duration> firstFace() {
    return Optional.ofNullable(firstFace);
  }

  /** Where it restores: {@code cpu} or {@code cuda:N}. */
  public String device() {
    return report.runtime().device();
  }

  /** What restores. */
  public ModelInfo model() {
    return model.info();
  }

  /** What the model has to do right now. */
  public ModelLoad load() {
    return new ModelLoad(queue.busy(), queue.waiting(), queue.batch());
  }

  /**
   * Restores a photo and stores what was made of it.
   *
   * @param file the photo's bytes
   * @param clock started when the photo's handling began
   * @throws RestorationException whatever stopped it; nothing is left behind but files in the sink
   * @throws ModelException if the device is lost, and every other photo would fail like this one
   */
  public RestoredImage restore(
      Request request, byte[] file, RestoreSettings settings, ResultSink sink, StageClock clock) {
    Job job = new Job(request, settings, sink, clock);
    try {
      PhotoFile photo = processors.run(clock, Stage.DECODE, () -> decoder.open(file));
      return memory.with(bytes(photo.header().pixels(), settings), () -> restore(job, file, photo));
    } catch (ModelException e) {
      if (e.deviceLost()) {
        // About no photo: whoever restores must end.
        throw e;
      }
      ErrorCode code = e.outOfMemory() ? ErrorCode.OUT_OF_MEMORY : ErrorCode.MODEL_FAILED;
      throw new RestorationException(code, Stage.RESTORE, "the model failed on a face", e);
    } catch (OutOfMemoryError e) {
      throw new RestorationException(
          ErrorCode.OUT_OF_MEMORY, Stage.RESTORE, "the photo needs more memory than is free", e);
    }
  }

  /** What stays the same while one photo is restored. */
  private record Job(Request request, RestoreSettings settings, ResultSink sink, StageClock clock) {

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

  private RestoredImage restore(Job job, byte[] file, PhotoFile opened) {
    StageClock clock = job.clock();
    try (Photo photo = processors.run(clock, Stage.DECODE, () -> decoder.decode(opened))) {
      List<DetectedFace> found =
          processors.run(clock, Stage.DETECT, () -> detector.detect(photo.pixels()));
      Selected selected =
          processors.run(
              clock, Stage.DETECT, () -> selection.of(found, photo.pixels(), job.settings()));
      Request request = job.request();
      RestoredImage.Source source =
          new RestoredImage.Source(
              request.bucket(),
              request.key(),
              DigestUtils.sha256Hex(file),
              photo.width(),
              photo.height());
      return selected.anyChosen()
          ? restored(job, photo, source, selected)
          : report.unchanged(request.imageId(), source, selected, clock);
    }
  }

  // Source, result and map in full, and the crops before and after the model of the faces that are
  // worked on, with a second look the mirrored ones too; what codecs and measures take for a moment
  // is bounded by the processors.
  private long bytes(long pixels, RestoreSettings settings) {
    long size = model.info().size();
    return CHANNELS * (pixels + Scaling.mostPixels(pixels, settings))
        + MAP_CHANNELS * pixels
        + (settings.secondLook() ? 5L : 2L) * CHANNELS * size * size * facesAhead;
  }

  private RestoredImage restored(
      Job job, Photo photo, RestoredImage.Source source, Selected selected) {
    int scale = Scaling.of(photo, selected.listed(), job.settings());
    try (Canvas canvas =
        processors.run(
            job.clock(), Stage.BLEND, () -> Canvas.of(photo, scale, model.info().size()))) {
      background.draw(photo.pixels(), canvas.pixels(), scale, job.clock(), processors);
      List<Face> faces = faces(job, photo, canvas, selected.listed());
      ImageFormat format = job.settings().format().orElse(photo.format());
      byte[] result =
          processors.run(
              job.clock(),
              Stage.ENCODE,
              () -> canvas.file(photo, format, report.provenance(), encoder));
      String sha256 = DigestUtils.sha256Hex(result);
      StoredObject stored =
          job.store(Kind.PHOTO, sha256 + "." + format.extension(), result, format);
      return report.restored(
          job.request().imageId(),
          source,
          new RestoredImage.Restored(
              stored.bucket(),
              stored.key(),
              format.contentType(),
              result.length,
              sha256,
              canvas.width(),
              canvas.height(),
              scale),
          job.wants(Kind.MAP) ? storeMap(job, canvas) : null,
          faces,
          selected.omitted(),
          job.clock());
    }
  }

  private List<Face> faces(Job job, Photo photo, Canvas canvas, List<Candidate> candidates) {
    FaceWork.Wanted wanted =
        new FaceWork.Wanted(
            job.wants(Kind.FACE) ? Optional.of(job.settings().faceFormat()) : Optional.empty(),
            job.settings().secondLook());
    List<Supplier<RestoredFace>> chosen = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.chosen()) {
        chosen.add(() -> work.restore(photo.pixels(), candidate, wanted, job.clock()));
      }
    }
    List<Face> faces = new ArrayList<>();
    try (LookAhead<RestoredFace> restored =
        new LookAhead<>(chosen, facesAhead, faceThreads, RestoredFace::close)) {
      for (Candidate candidate : candidates) {
        faces.add(
            candidate.chosen()
                ? blended(job, canvas, candidate, restored, faces.size())
                : report.skipped(faces.size(), candidate));
      }
    }
    return faces;
  }

  private Face blended(
      Job job, Canvas canvas, Candidate candidate, LookAhead<RestoredFace> restored, int index) {
    try (RestoredFace face = restored.next()) {
      processors.run(
          job.clock(),
          Stage.BLEND,
          () -> canvas.add(face, candidate.toCrop(), job.settings().blend(), blender));
      StoredObject crop = null;
      if (face.file() != null) {
        ImageFormat format = job.settings().faceFormat();
        String name =
            "face-%d-%s.%s"
                .formatted(index, DigestUtils.sha256Hex(face.file()), format.extension());
        crop = job.store(Kind.FACE, name, face.file(), format);
      }
      return report.restored(
          index,
          candidate,
          face.compared().measures(),
          new PhotoReport.Further(face.secondLook(), face.similarity()),
          crop);
    }
  }

  private StoredObject storeMap(Job job, Canvas canvas) {
    byte[] png = processors.run(job.clock(), Stage.ENCODE, () -> canvas.mapFile(encoder));
    return job.store(Kind.MAP, "map-" + DigestUtils.sha256Hex(png) + ".png", png, ImageFormat.PNG);
  }

  // Photos bound their number.
  private static ExecutorService daemons() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newCachedThreadPool(
        work -> {
          Thread thread = new Thread(work, "face-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /**
   * Lets the model begin nothing any more and waits for what it is at. For a process that is about
   * to exit while photos are being restored, instead of {@link #close}.
   *
   * @param patience how long to wait at most
   */
  public void halt(Duration patience) {
    model.halt(patience);
    background.halt(patience);
  }

  /** To be called when no photo is being restored. */
  @Override
  public void close() {
    faceThreads.shutdown();
    queue.close();
    detector.close();
    blender.close();
    comparison.close();
    identity.ifPresent(IdentityModel::close);
    background.close();
  }
}
