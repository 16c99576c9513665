package io.gpenstreams.model;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Model files from elsewhere. By itself it repeats the inputs of its folder; with {@code
 * JAZZER_FUZZ=1} it looks for new ones.
 */
class OnnxFileFuzzTest {

  @FuzzTest(maxDuration = "5m")
  void read(byte[] file) {
    OnnxFileTest.assertReadOrRefused(file);
  }
}
