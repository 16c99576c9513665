package io.gpenstreams.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.gpenstreams.temporary.TemporaryFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * ONNX Runtime behind DJL. A process has one.
 *
 * <p>Both make temporary folders in Java's folder for temporary files, which cannot be changed
 * after the start, and a killed process leaves them behind. So this class unpacks ONNX Runtime's
 * libraries into the process's own folder, and deletes the empty folders at once.
 */
final class OnnxRuntime {
  private static final Logger LOG = Logger.getLogger(OnnxRuntime.class);
  private static final String NATIVE_PATH = "onnxruntime.native.path";

  /**
   * All libraries in ONNX Runtime's builds for CPUs and for CUDA. The build for CPUs has two of
   * them.
   */
  private static final List<String> LIBRARIES =
      List.of(
          "libonnxruntime.so",
          "libonnxruntime4j_jni.so",
          "libonnxruntime_providers_shared.so",
          "libonnxruntime_providers_cuda.so");

  private OnnxRuntime() {}

  /** The execution providers of this build. */
  static synchronized EnumSet<OrtProvider> providers() {
    unpack();
    EnumSet<OrtProvider> providers = OrtEnvironment.getAvailableProviders();
    deleteEmptyFolder();
    return providers;
  }

  /** Loads a model that is in memory. DJL makes a folder for it all the same. */
  static void load(Model model, byte[] onnx, Map<String, ?> options)
      throws IOException, MalformedModelException {
    model.load(new ByteArrayInputStream(onnx), options);
    deleteIfEmpty(model.getModelPath());
  }

  /** ONNX Runtime's own environment. */
  static OrtEnvironment environment() {
    // DJL must make the environment: it fails if there is one already.
    engine();
    return OrtEnvironment.getEnvironment();
  }

  /** DJL's engine for ONNX Runtime. */
  static synchronized Engine engine() {
    // DJL sends a report of its start to its authors by default. Machines with people's photos must
    // not.
    System.setProperty("OPT_OUT_TRACKING", "true");
    unpack();
    Engine engine = Engine.getEngine("OnnxRuntime");
    deleteEmptyFolder();
    return engine;
  }

  private static void unpack() {
    if (System.getProperty(NATIVE_PATH) != null) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory(TemporaryFiles.folder(), "onnxruntime-");
      folder.toFile().deleteOnExit();
      for (String library : LIBRARIES) {
        unpack(library, folder.resolve(library));
      }
      System.setProperty(NATIVE_PATH, folder.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack ONNX Runtime into " + TemporaryFiles.folder() + ": " + e.getMessage(), e);
    }
  }

  private static void unpack(String library, Path file) throws IOException {
    String architecture = System.getProperty("os.arch").equals("amd64") ? "x64" : "aarch64";
    try (InputStream in =
        OrtEnvironment.class.getResourceAsStream(
            "native/linux-%s/%s".formatted(architecture, library))) {
      if (in != null) {
        file.toFile().deleteOnExit();
        Files.copy(in, file);
      }
    }
  }

  // ONNX Runtime tells nobody where it is.
  private static void deleteEmptyFolder() {
    try {
      Field folder = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
      folder.setAccessible(true);
      deleteIfEmpty((Path) folder.get(null));
    } catch (ReflectiveOperationException e) {
      LOG.debug("ONNX Runtime's folder for temporary files is unknown", e);
    }
  }

  private static void deleteIfEmpty(Path folder) {
    try {
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      LOG.debugf(e, "%s is not empty", folder);
    }
  }
}
