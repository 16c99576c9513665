package io.gpenstreams.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX Runtime as the service has it, for tests that need it bare. */
public final class ServiceSession {
  private ServiceSession() {}

  /** The process's environment, made by DJL, which fails in later tests if it was not the one. */
  public static OrtEnvironment environment() {
    return OnnxRuntime.environment();
  }

  /** Loads a model file with the service's options; the caller closes it. */
  public static OrtSession open(Path file, Device device) throws OrtException {
    try (OrtSession.SessionOptions options =
        device.sessionOptions(Precision.FP32, Optional.empty())) {
      return environment().createSession(file.toString(), options);
    }
  }
}
