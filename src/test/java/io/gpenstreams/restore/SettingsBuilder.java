package io.gpenstreams.restore;

import io.gpenstreams.image.ImageFormat;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings that let nearly all through; a test sets only what it is about. */
final class SettingsBuilder {
  private OptionalInt scale = OptionalInt.empty();
  private long maxOutputPixels = 100_000_000;
  private Optional<ImageFormat> format = Optional.empty();
  private double blend = 1;
  private int maxFaces = 100;
  private int minFaceSize = 16;
  private double minDetectionConfidence = 0.3;
  private int sharpnessGate = 2000;
  private ImageFormat faceFormat = ImageFormat.PNG;
  private boolean secondLook;

  SettingsBuilder scale(int value) {
    scale = OptionalInt.of(value);
    return this;
  }

  SettingsBuilder maxOutputPixels(long value) {
    maxOutputPixels = value;
    return this;
  }

  SettingsBuilder format(ImageFormat value) {
    format = Optional.of(value);
    return this;
  }

  SettingsBuilder blend(double value) {
    blend = value;
    return this;
  }

  SettingsBuilder maxFaces(int value) {
    maxFaces = value;
    return this;
  }

  SettingsBuilder minFaceSize(int value) {
    minFaceSize = value;
    return this;
  }

  SettingsBuilder minDetectionConfidence(double value) {
    minDetectionConfidence = value;
    return this;
  }

  SettingsBuilder sharpnessGate(int value) {
    sharpnessGate = value;
    return this;
  }

  SettingsBuilder faceFormat(ImageFormat value) {
    faceFormat = value;
    return this;
  }

  SettingsBuilder secondLook(boolean value) {
    secondLook = value;
    return this;
  }

  RestoreSettings build() {
    return new RestoreSettings(
        scale,
        maxOutputPixels,
        format,
        blend,
        maxFaces,
        minFaceSize,
        minDetectionConfidence,
        sharpnessGate,
        true,
        faceFormat,
        true,
        secondLook);
  }
}
