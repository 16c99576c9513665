package io.gpenstreams.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** ONNX Runtime's CUDA build, and the stand-ins for CUDA's libraries. */
final class StandIns {
  /** ONNX Runtime's libraries. */
  static final Path NATIVE = Path.of("target/cuda/native");

  /** The stand-ins. */
  static final Path LIBRARIES = Path.of("target/cuda/stand-ins");

  private StandIns() {}

  /** Completes either folder. */
  static void prepare() throws IOException, InterruptedException {
    Files.copy(
        NATIVE.resolve("libonnxruntime.so.1"),
        NATIVE.resolve("libonnxruntime.so"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        Path.of(System.getProperty("cuda.jni")),
        NATIVE.resolve("libonnxruntime4j_jni.so"),
        StandardCopyOption.REPLACE_EXISTING);
    Process build =
        new ProcessBuilder(
                "bash",
                "src/test/cuda/build.sh",
                LIBRARIES.toString(),
                System.getProperty("cuda.include"))
            .inheritIO()
            .start();
    assertThat(build.waitFor()).as("the stand-ins are built").isZero();
  }
}
