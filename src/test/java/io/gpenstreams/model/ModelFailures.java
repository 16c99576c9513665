package io.gpenstreams.model;

/** Failures that need a real device to happen. */
public final class ModelFailures {
  private ModelFailures() {}

  /** As if a GPU had stopped working. */
  public static ModelException deviceLost() {
    return ModelException.deviceLost(
        "cuda:0 is lost to this process: an illegal memory access was encountered",
        new IllegalStateException("CUDA failure 700"));
  }
}
