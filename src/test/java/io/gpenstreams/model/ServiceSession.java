package io.gpenstreams.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;

/** A bare session of ONNX Runtime with the options that the service uses. */
public final class ServiceSession {
  private ServiceSession() {}

  /** Loads a model file; the caller closes it. */
  public static OrtSession open(Path file, Device device) throws OrtException {
    try (OrtSession.SessionOptions options = device.sessionOptions(Precision.FP32)) {
      return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    }
  }
}
