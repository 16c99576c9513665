package io.gpenstreams.model;

import java.util.Map;

/** A model as other tools export it: floats, one face at a time, and no word about itself. */
public final class ForeignModel {
  private ForeignModel() {}

  /** One that leaves every face as it is. */
  public static byte[] copying(int size) {
    return OnnxModels.floats("Identity", size, Map.of());
  }
}
