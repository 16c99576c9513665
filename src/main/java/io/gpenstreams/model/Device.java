package io.gpenstreams.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;

/**
 * Where a model runs.
 *
 * @param ordinal of the CUDA device, or −1 for the CPU
 */
public record Device(int ordinal) {
  /** The CPU. */
  public static final Device CPU = new Device(-1);

  // Enough to keep a GPU's memory busy at high resolutions; more gains little and takes gigabytes.
  private static final int CUDA_BATCH = 4;

  /**
   * Reads {@code gpen.device}.
   *
   * @param name {@code cpu}, {@code cuda:N}, or {@code auto}: the first CUDA device if this build
   *     of ONNX Runtime can use one, else the CPU
   * @throws ModelException if CUDA is asked for and this build of ONNX Runtime has none
   */
  public static Device parse(String name) {
    boolean cuda = OnnxRuntime.providers().contains(OrtProvider.CUDA);
    if (name.equals("cpu")) {
      return CPU;
    }
    if (name.equals("auto")) {
      return cuda ? new Device(0) : CPU;
    }
    if (!cuda) {
      throw new ModelException(
          "gpen.device is "
              + name
              + ", but this build of ONNX Runtime has no CUDA: use the CUDA image or gpen.device=cpu");
    }
    return new Device(Integer.parseInt(name.substring("cuda:".length())));
  }

  /** As in events: {@code cpu} or {@code cuda:N}. */
  public String label() {
    return isCuda() ? "cuda:" + ordinal : "cpu";
  }

  /** ONNX Runtime's name of what executes the graph. */
  public String provider() {
    return (isCuda() ? OrtProvider.CUDA : OrtProvider.CPU).getName();
  }

  /** Most faces in one run, unless the operator says otherwise. */
  public int usualBatch() {
    return isCuda() ? CUDA_BATCH : 1;
  }

  boolean isCuda() {
    return ordinal >= 0;
  }

  OrtSession.SessionOptions sessionOptions() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    if (isCuda()) {
      options.addCUDA(ordinal);
    } else {
      // A pattern would be one more allocation of all that a run needs, on the second run.
      options.setMemoryPatternOptimization(false);
    }
    return options;
  }
}
