package io.gpenstreams.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a GPU cannot be used. ONNX Runtime, CUDA, cuDNN and cuBLAS have no common error codes, so the
 * cause is found in their messages.
 *
 * @param kind what an operator would have to change
 * @param cause one line that names it, without a full stop
 */
record CudaFailure(Kind kind, String cause) {

  /** What an operator would have to change. */
  enum Kind {
    /** ONNX Runtime was built for CPUs only. */
    BUILD,
    /** A library of CUDA, cuDNN or TensorRT is not installed. */
    LIBRARY,
    /** There is no NVIDIA driver, or one that is too old. */
    DRIVER,
    /** The driver sees no GPU, or not the one that was asked for. */
    DEVICE,
    /** Something else has taken the GPU's memory. */
    MEMORY,
    /** The GPU is there and fails. */
    FAULT
  }

  // As the dynamic linker and cuDNN's loader say it.
  private static final Pattern LIBRARY =
      Pattern.compile("(lib[\\w.+-]+\\.so[\\d.]*): cannot open", flags());
  private static final Pattern CUDNN_PART =
      Pattern.compile("(?:unable to load|could not load)[^{]*\\{?(lib\\w+\\.so[\\d.]*)", flags());
  private static final Pattern SYMBOL =
      Pattern.compile(
          "(lib[\\w.+-]+\\.so[\\d.]*): (?:undefined symbol|version `.*' not found)", flags());
  private static final Pattern ORDINAL =
      Pattern.compile("invalid device id: (\\d+).*and (\\d+) \\(exclusive\\)", flags());
  private static final Pattern CODE = Pattern.compile("CUDA failure (\\d+): ([^;]*)", flags());

  private static int flags() {
    return Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
  }

  /** Reads the message of a failure on a device. */
  static CudaFailure of(Device device, String message) {
    if (OutOfMemory.isMeantBy(message)) {
      return new CudaFailure(
          Kind.MEMORY, "%s has too little free memory".formatted(device.label()));
    }
    return missingLibrary(message)
        .or(() -> wrongOrdinal(device, message))
        .or(() -> coded(device, message))
        .orElseGet(
            () -> new CudaFailure(Kind.FAULT, "%s fails: %s".formatted(device.label(), message)));
  }

  /** That this build of ONNX Runtime has no way to use the device. */
  static CudaFailure build(Device device) {
    return new CudaFailure(
        Kind.BUILD,
        "this build of ONNX Runtime has no %s, which the CUDA image has"
            .formatted(device.provider()));
  }

  private static Optional<CudaFailure> missingLibrary(String message) {
    for (Pattern pattern : new Pattern[] {LIBRARY, CUDNN_PART}) {
      Matcher matcher = pattern.matcher(message);
      if (matcher.find()) {
        return Optional.of(
            new CudaFailure(
                Kind.LIBRARY,
                "the library %s is not installed, or not in LD_LIBRARY_PATH"
                    .formatted(matcher.group(1))));
      }
    }
    Matcher matcher = SYMBOL.matcher(message);
    return matcher.find()
        ? Optional.of(
            new CudaFailure(
                Kind.LIBRARY, "the library %s is of another version".formatted(matcher.group(1))))
        : Optional.empty();
  }

  private static Optional<CudaFailure> wrongOrdinal(Device device, String message) {
    Matcher matcher = ORDINAL.matcher(message);
    return matcher.find()
        ? Optional.of(noSuchDevice(device, "CUDA sees %s".formatted(matcher.group(2))))
        : Optional.empty();
  }

  private static CudaFailure noSuchDevice(Device device, String seen) {
    return new CudaFailure(Kind.DEVICE, "there is no %s: %s".formatted(device.label(), seen));
  }

  private static Optional<CudaFailure> coded(Device device, String message) {
    Matcher matcher = CODE.matcher(message);
    if (!matcher.find()) {
      return Optional.empty();
    }
    String text = matcher.group(2).strip();
    return Optional.of(
        switch (matcher.group(1)) {
          case "35" ->
              new CudaFailure(
                  Kind.DRIVER, "the NVIDIA driver is missing, or too old for this CUDA: " + text);
          case "3", "34", "36", "803", "804" ->
              new CudaFailure(Kind.DRIVER, "the NVIDIA driver does not work: " + text);
          case "100" -> noSuchDevice(device, "the NVIDIA driver sees no GPU");
          case "101" -> noSuchDevice(device, text);
          case "46" ->
              new CudaFailure(
                  Kind.DEVICE, "another process has %s: %s".formatted(device.label(), text));
          case "209" ->
              new CudaFailure(
                  Kind.DEVICE,
                  "this build has no kernels for %s: %s".formatted(device.label(), text));
          default -> new CudaFailure(Kind.FAULT, "%s fails: %s".formatted(device.label(), text));
        });
  }
}
