package io.gpenstreams.model;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;

/** ONNX Runtime behind DJL, of which a process has one. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** DJL's side of it. */
  static Engine engine() {
    // DJL reports its start to its makers unless told not to; machines with people's photos report
    // to nobody.
    System.setProperty("OPT_OUT_TRACKING", "true");
    return Engine.getEngine("OnnxRuntime");
  }

  /** ONNX Runtime's own side. */
  static OrtEnvironment environment() {
    // DJL fails where it is not the one to make the environment.
    engine();
    return OrtEnvironment.getEnvironment();
  }
}
