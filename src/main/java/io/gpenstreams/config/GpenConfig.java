package io.gpenstreams.config;

import io.gpenstreams.event.RestoredImage;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * Everything that an operator can set about restoring. Keys of Kafka, S3, TLS and logging belong to
 * Quarkus.
 */
@ConfigMapping(prefix = "gpen")
public interface GpenConfig {

  /** The restorer: a path, {@code s3://bucket/key}, or {@code builtin}. */
  @WithDefault("builtin")
  @NotBlank
  String model();

  /** How faces are found. */
  @Valid
  Detector detector();

  /** What restores the photo around its faces. */
  @Valid
  Background background();

  /** Where the models run: {@code auto}, {@code cpu} or {@code cuda:N}. */
  @WithDefault("auto")
  @Pattern(regexp = "auto|cpu|cuda:[0-9]{1,2}", message = "must be auto, cpu or cuda:N")
  String device();

  /** How ONNX Runtime uses an NVIDIA GPU. */
  @Valid
  Cuda cuda();

  /** Faces in one run of the restorer: the most on a CPU, exactly so many on a GPU. */
  @WithDefault("1")
  @Min(1)
  @Max(64)
  int batch();

  /** This replica's name in events; the host's if not set. */
  Optional<
          @Pattern(
              regexp = "\\P{Cc}{1,255}",
              message = "must have at most 255 characters, none of them a control character")
          String>
      replica();

  /** Where photos come from and results go. */
  @Valid
  Storage storage();

  /** The limits of one photo. */
  @Valid
  Limits limits();

  /** Attempts at photos that fail for a passing reason. */
  @Valid
  Retry retry();

  /** How photos pass through the service. */
  @Valid
  Stream stream();

  /** The files that are made of a photo. */
  @Valid
  Output output();

  /** Which faces are restored. */
  @Valid
  Faces faces();

  /** The measures of a restored face. */
  @Valid
  Hallucination hallucination();

  /** The model that compares identities. */
  @Valid
  Identity identity();

  /** The page that shows results. */
  @Valid
  Viewer viewer();

  /** How faces are found. */
  interface Detector {
    /** A path or {@code s3://bucket/key} of a YuNet or RetinaFace model, or {@code builtin}. */
    @WithDefault("builtin")
    @NotBlank
    String model();
  }

  /** What restores the photo around its faces. */
  interface Background {
    /** A path or {@code s3://bucket/key} of a RealESRNet model; none if not set. */
    Optional<String> model();

    /** What a result shows around its faces. */
    enum Kind {
      /** The photo, enlarged bicubically. */
      NONE,
      /** The photo, enlarged with Lanczos' kernel. */
      LANCZOS,
      /** What the background model makes of the photo. */
      MODEL
    }
  }

  /** How ONNX Runtime uses an NVIDIA GPU. */
  interface Cuda {
    /** Most device memory for the model and its values, in bytes; all that is free if not set. */
    Optional<@Bytes(min = 1 << 28, max = 1L << 40) MemorySize> memory();

    /** How cuDNN chooses the algorithm of a convolution. */
    @WithDefault("exhaustive")
    ConvolutionSearch convolutionSearch();

    /** Whether images lie in memory as height, width, channels. */
    @WithDefault("true")
    boolean nhwc();

    /** Whether float32 products may be rounded to 10 bits of mantissa, which tensor cores need. */
    @WithDefault("true")
    boolean tf32();

    /** Whether each run takes its memory in one piece. */
    @WithDefault("false")
    boolean memoryPattern();

    /** The compiler that executes the graph. */
    @WithDefault("cuda")
    GraphCompiler compiler();

    /** Where TensorRT keeps the engines that it builds; they are built at each start if not set. */
    Optional<String> engineCache();
  }

  /** How cuDNN chooses the algorithm of a convolution. */
  enum ConvolutionSearch {
    /** By running all of them once. */
    EXHAUSTIVE,
    /** By cuDNN's rules of thumb. */
    HEURISTIC,
    /** Always cuDNN's default. */
    DEFAULT
  }

  /** The compilers that execute a graph on a GPU. */
  enum GraphCompiler {
    /** ONNX Runtime's kernels and cuDNN. */
    CUDA,
    /** TensorRT, which compiles the model for the GPU at hand. */
    TENSORRT
  }

  /** Where photos come from and results go. */
  interface Storage {
    /** The only buckets that photos are read from. */
    @WithDefault("photos")
    @NotEmpty
    List<@NotBlank String> sourceBuckets();

    /** The bucket that results are written to. */
    @WithDefault("restored")
    @Pattern(
        regexp = "[A-Za-z0-9._:/-]{1,255}",
        message = "must be a bucket's name: at most 255 letters, digits and . _ : / -")
    String restoredBucket();

    /** Longest time for one request to S3; the request is aborted then. */
    @WithDefault("1m")
    @DurationMin(seconds = 1, message = "must be from 1s to 1h")
    @DurationMax(hours = 1, message = "must be from 1s to 1h")
    Duration requestTimeout();

    /** Which requests to S3 carry checksums. */
    @WithDefault("auto")
    Checksums checksums();
  }

  /** Which requests to S3 carry checksums. */
  enum Checksums {
    /** Those that the check at the start finds to work. */
    AUTO,
    /** All writing ones, as AWS wants it. */
    ALWAYS,
    /** Those for which S3 demands one. */
    WHEN_REQUIRED
  }

  /** The limits of one photo. */
  interface Limits {
    /** Largest photo, in bytes. */
    @WithDefault("64M")
    @Bytes(min = 1, max = 1 << 30)
    MemorySize sourceBytes();

    /** Most bytes of decoded photos and their faces at the same time. */
    @WithDefault("1G")
    @Bytes(min = 1 << 20, max = 1L << 40)
    MemorySize pixelMemory();

    /** Most pixels of a photo, in millions. */
    @WithDefault("50")
    @Min(1)
    @Max(500)
    int megapixels();

    /** Most pixels of a result, in millions; the scale shrinks to fit. */
    @WithDefault("100")
    @Min(1)
    @Max(500)
    int outputMegapixels();

    /** Most faces restored in a photo. */
    @WithDefault("100")
    @Min(1)
    @Max(RestoredImage.MAX_FACES)
    int faces();

    /** Longest time for one attempt at a photo, in seconds, without waiting for S3. */
    @WithDefault("600")
    @Min(1)
    @Max(3600)
    int seconds();
  }

  /** Attempts at photos that fail for a passing reason. */
  interface Retry {
    /** The message for any other wait. */
    String WAIT = "must be from 1ms to 1h";

    /** Tries before a photo becomes a dead letter. */
    @WithDefault("5")
    @Min(1)
    @Max(100)
    int attempts();

    /** Wait before the second try; doubles with each one more, with jitter. */
    @WithDefault("500ms")
    @DurationMin(millis = 1, message = WAIT)
    @DurationMax(hours = 1, message = WAIT)
    Duration initialBackoff();

    /** Longest wait between two tries. */
    @WithDefault("30s")
    @DurationMin(millis = 1, message = WAIT)
    @DurationMax(hours = 1, message = WAIT)
    Duration maxBackoff();

    /** How long attempts at a photo may fail in an outage of S3 before it becomes a dead letter. */
    @WithDefault("6h")
    @DurationMin(millis = 0, message = "must be from 0s to 7d")
    @DurationMax(days = 7, message = "must be from 0s to 7d")
    Duration outage();

    /** Processes that die with a photo in their hands before it becomes a dead letter. */
    @WithDefault("2")
    @Min(1)
    @Max(10)
    int crashes();

    /**
     * How long a process must have got no more tasks before it takes a photo that one may have died
     * of. More than the session's timeout, or a death elsewhere is noticed too late.
     */
    @WithDefault("1m")
    @DurationMin(millis = 0, message = "must be from 0s to 1h")
    @DurationMax(hours = 1, message = "must be from 0s to 1h")
    Duration calm();
  }

  /** How photos pass through the service. */
  interface Stream {
    /** Photos worked on at the same time; four times the cores, 8 to 32, if not set. */
    @Min(1)
    @Max(256)
    OptionalInt inFlight();

    /** Photos of one partition taken in ahead of their turn. */
    @WithDefault("100")
    @Min(1)
    @Max(10000)
    int maxPending();

    /** How often finished photos are looked for. */
    @WithDefault("20ms")
    @DurationMin(millis = 1, message = "must be from 1ms to 1s")
    @DurationMax(seconds = 1, message = "must be from 1ms to 1s")
    Duration tick();

    /** How long a replica that must stop continues with the photos in flight. */
    @WithDefault("25s")
    @DurationMin(millis = 0, message = "must be from 0s to 1h")
    @DurationMax(hours = 1, message = "must be from 0s to 1h")
    Duration grace();
  }

  /** The files that are made of a photo. */
  interface Output {
    /** Side of the result over the source's: {@code auto}, {@code 1}, {@code 2} or {@code 4}. */
    @WithDefault("auto")
    @Pattern(regexp = "auto|1|2|4", message = "must be auto, 1, 2 or 4")
    String scale();

    /** {@code auto} (the source's), {@code jpeg}, {@code png} or {@code webp}. */
    @WithDefault("auto")
    @Pattern(regexp = "auto|jpeg|png|webp", message = "must be auto, jpeg, png or webp")
    String format();

    /** JPEG and WebP quality. */
    @WithDefault("92")
    @Min(1)
    @Max(100)
    int quality();

    /** What the result shows around its faces. */
    @WithDefault("none")
    Background.Kind background();

    /** Weight of the restored face in the result. */
    @WithDefault("1.0")
    @DecimalMin("0")
    @DecimalMax("1")
    double blend();

    /** Whether each restored face is stored by itself. */
    @WithDefault("true")
    boolean faceCrops();

    /** How restored faces are stored: {@code png}, or {@code jpeg} at quality 95. */
    @WithDefault("png")
    @Pattern(regexp = "png|jpeg", message = "must be png or jpeg")
    String faceFormat();

    /** Whether the hallucination map is stored. */
    @WithDefault("true")
    boolean map();
  }

  /** Which faces are restored. */
  interface Faces {
    /** Smallest face, in pixels of its box's shorter side. */
    @WithDefault("16")
    @Min(8)
    @Max(10000)
    int minSize();

    /** Least detection confidence. */
    @WithDefault("0.3")
    @DecimalMin("0")
    @DecimalMax("1")
    double minConfidence();

    /**
     * Effective pixels across a face's aligned crop from which it counts as already sharp. Even the
     * sharpest photographs measure only some 600: their highest frequencies do not stand out.
     */
    @WithDefault("512")
    @Min(1)
    int sharpnessGate();
  }

  /** The measures of a restored face. */
  interface Hallucination {
    /** Whether each face is restored a second time, mirrored, to see what the model decides. */
    @WithDefault("false")
    boolean secondLook();
  }

  /** The model that compares identities. */
  interface Identity {
    /** A path or {@code s3://bucket/key} of an ArcFace-type ONNX file; none if not set. */
    Optional<String> model();
  }

  /** The page that shows results. */
  interface Viewer {
    /** Off by default: everyone who reaches the port sees people's photos. */
    @WithDefault("false")
    boolean enabled();

    /** Names or addresses by which browsers may request it, besides this machine's own. */
    @WithDefault("localhost")
    @NotEmpty
    List<
            @Pattern(
                regexp = "[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]",
                message = "must be names or addresses, without a port")
            String>
        hosts();
  }
}
