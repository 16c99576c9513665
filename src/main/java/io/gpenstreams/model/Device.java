package io.gpenstreams.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.gpenstreams.config.GpenConfig;
import io.gpenstreams.config.GpenConfig.ConvolutionSearch;
import io.gpenstreams.config.GpenConfig.GraphCompiler;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Where a model runs. */
public sealed interface Device {
  /** The CPU. */
  static Device cpu() {
    return new Cpu();
  }

  /**
   * Finds the device that the configuration names, and runs a small model on it.
   *
   * @param name {@code cpu}, {@code cuda:N}, or {@code auto}: the first CUDA device if it can be
   *     used, else the CPU, with a line in the log
   * @throws ModelException if CUDA is asked for and cannot be used; the message names the library,
   *     driver or device that is missing
   */
  static Device choose(String name, GpenConfig.Cuda options) {
    return switch (name) {
      case "cpu" -> cpu();
      case "auto" -> cudaOrCpu(options);
      default -> cuda(Integer.parseInt(name.substring("cuda:".length())), options);
    };
  }

  private static Device cudaOrCpu(GpenConfig.Cuda options) {
    Cuda cuda = new Cuda(0, options);
    Optional<CudaFailure> failure = DeviceCheck.failure(cuda);
    if (failure.isEmpty()) {
      return compiled(cuda);
    }
    // A build for CPUs has none by intention; a CUDA build without a GPU is somebody's mistake.
    Level level = failure.get().kind() == CudaFailure.Kind.BUILD ? Level.INFO : Level.WARN;
    Logger.getLogger(Device.class)
        .logf(
            level,
            "Faces are restored on the CPU, because no GPU is usable: %s",
            failure.get().cause());
    return cpu();
  }

  private static Device cuda(int ordinal, GpenConfig.Cuda options) {
    Cuda cuda = new Cuda(ordinal, options);
    DeviceCheck.require(cuda, "set gpen.device=cpu to use the CPU");
    return compiled(cuda);
  }

  private static Device compiled(Cuda cuda) {
    if (cuda.options().compiler() == GraphCompiler.CUDA) {
      return cuda;
    }
    // Also for auto: who asks for TensorRT does not want to be slower without knowing it.
    Device tensorRt = new TensorRt(cuda);
    DeviceCheck.require(tensorRt, "set gpen.cuda.compiler=cuda to go without TensorRT");
    return tensorRt;
  }

  /** As in events: {@code cpu} or {@code cuda:N}. */
  String label();

  /** What executes the graph. */
  OrtProvider executor();

  /** ONNX Runtime's name of what executes the graph. */
  default String provider() {
    return executor().getName();
  }

  /**
   * Whether each new number of faces in a run is expensive: a GPU chooses kernels and memory anew,
   * also for a number that it had before.
   */
  default boolean wantsFixedBatch() {
    return target() == Target.GPU;
  }

  /**
   * For a session on this device; the caller closes them.
   *
   * @param precision of the model
   * @param target what the graph was written for; empty for models of other tools
   * @throws OrtException if this build of ONNX Runtime or the machine has no such device
   */
  SessionOptions sessionOptions(Precision precision, Optional<Target> target) throws OrtException;

  /**
   * For a session of which each run can have another size of picture, so that nothing may be tuned
   * for one; the caller closes them.
   *
   * @throws OrtException if this build of ONNX Runtime or the machine has no such device
   */
  SessionOptions sessionOptionsForAnySize() throws OrtException;

  /** What kind of graph is fast here. */
  Target target();

  /** Sets options, which are closed if one cannot be set. */
  private static <T extends AutoCloseable> T set(T options, Setting<T> setting)
      throws OrtException {
    try {
      setting.apply(options);
      return options;
    } catch (OrtException | RuntimeException e) {
      try {
        options.close();
      } catch (Exception closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** What is set of native options. */
  @FunctionalInterface
  interface Setting<T> {
    /** Sets it. */
    void apply(T options) throws OrtException;
  }

  /** The CPU. */
  record Cpu() implements Device {
    @Override
    public String label() {
      return "cpu";
    }

    @Override
    public OrtProvider executor() {
      return OrtProvider.CPU;
    }

    @Override
    public Target target() {
      return Target.CPU;
    }

    @Override
    public SessionOptions sessionOptions(Precision precision, Optional<Target> target)
        throws OrtException {
      SessionOptions options = new SessionOptions();
      // A pattern would be one more allocation of all that a run needs, on the second run.
      options.setMemoryPatternOptimization(false);
      return options;
    }

    @Override
    public SessionOptions sessionOptionsForAnySize() throws OrtException {
      return sessionOptions(Precision.FP32, Optional.empty());
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param ordinal counts the devices that CUDA sees, from 0
   */
  record Cuda(int ordinal, GpenConfig.Cuda options) implements Device {
    @Override
    public String label() {
      return "cuda:" + ordinal;
    }

    @Override
    public OrtProvider executor() {
      return OrtProvider.CUDA;
    }

    @Override
    public Target target() {
      return Target.GPU;
    }

    @Override
    public SessionOptions sessionOptions(Precision precision, Optional<Target> target)
        throws OrtException {
      return sessionOptions(target, options.convolutionSearch(), options.memoryPattern());
    }

    // To run all of cuDNN's algorithms takes seconds, and would be done again for every size.
    @Override
    public SessionOptions sessionOptionsForAnySize() throws OrtException {
      return sessionOptions(Optional.empty(), ConvolutionSearch.HEURISTIC, false);
    }

    private SessionOptions sessionOptions(
        Optional<Target> target, ConvolutionSearch search, boolean memoryPattern)
        throws OrtException {
      return set(
          new SessionOptions(),
          session -> {
            try (OrtCUDAProviderOptions cuda = providerOptions(target, search)) {
              session.addCUDA(cuda);
            }
            session.setMemoryPatternOptimization(memoryPattern);
          });
    }

    private OrtCUDAProviderOptions providerOptions(
        Optional<Target> target, ConvolutionSearch search) throws OrtException {
      return set(
          new OrtCUDAProviderOptions(ordinal),
          cuda -> {
            // Powers of two would take up to twice the memory that a model of one shape needs.
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            cuda.add("cudnn_conv_algo_search", search.name());
            cuda.add("prefer_nhwc", flag(options.nhwc()));
            // Else each bias is a kernel of its own. Transposed convolutions with a bias, which
            // other tools' models may have, fail with it.
            cuda.add("fuse_conv_bias", flag(target.equals(Optional.of(Target.GPU))));
            cuda.add("use_tf32", flag(options.tf32()));
            if (options.memory().isPresent()) {
              cuda.add("gpu_mem_limit", Long.toString(options.memory().get().asLongValue()));
            }
          });
    }

    private static String flag(boolean on) {
      return on ? "1" : "0";
    }
  }

  /**
   * An NVIDIA GPU for which TensorRT compiles the model.
   *
   * @param cuda does what TensorRT cannot
   */
  record TensorRt(Cuda cuda) implements Device {
    @Override
    public String label() {
      return cuda.label();
    }

    @Override
    public OrtProvider executor() {
      return OrtProvider.TENSOR_RT;
    }

    @Override
    public Target target() {
      return Target.GPU;
    }

    @Override
    public SessionOptions sessionOptions(Precision precision, Optional<Target> target)
        throws OrtException {
      return set(
          new SessionOptions(),
          session -> {
            try (OrtTensorRTProviderOptions tensorRt = providerOptions(precision);
                OrtCUDAProviderOptions fallback =
                    cuda.providerOptions(target, cuda.options().convolutionSearch())) {
              session.addTensorrt(tensorRt);
              session.addCUDA(fallback);
            }
          });
    }

    // TensorRT would compile the model anew for every size, for minutes.
    @Override
    public SessionOptions sessionOptionsForAnySize() throws OrtException {
      return cuda.sessionOptionsForAnySize();
    }

    private OrtTensorRTProviderOptions providerOptions(Precision precision) throws OrtException {
      return set(
          new OrtTensorRTProviderOptions(cuda.ordinal()),
          tensorRt -> {
            // It would round the values of a float32 model, too.
            tensorRt.add("trt_fp16_enable", Cuda.flag(precision == Precision.FP16));
            if (cuda.options().engineCache().isPresent()) {
              String folder = cuda.options().engineCache().get();
              tensorRt.add("trt_engine_cache_enable", "1");
              tensorRt.add("trt_engine_cache_path", folder);
              tensorRt.add("trt_timing_cache_enable", "1");
              tensorRt.add("trt_timing_cache_path", folder);
            }
          });
    }
  }
}
