import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.gpenstreams.cli.bench.RandomModel;
import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.Device;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Roofline;
import io.gpenstreams.model.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A model alone, with the session options of the service. Commands:
 *
 * <ul>
 *   <li>{@code random SIZE PRECISION TARGET FILE} writes GPEN with random weights;
 *   <li>{@code floor FILE} prints the least time of a face in milliseconds that the roofline gives;
 *   <li>{@code run FILE DEVICE PRECISION TARGET BATCH REPEAT INPUT OUTPUT [PROFILE]} restores the
 *       faces of INPUT, RGB of a byte a level, BATCH at once, into OUTPUT, then the first BATCH
 *       REPEAT times, and prints how many milliseconds each run took. PROFILE begins the name of
 *       the file that ONNX Runtime writes its profile to; the name ends the output.
 * </ul>
 */
public final class ModelRun {
  private ModelRun() {}

  /** Runs a command. */
  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "random" ->
          random(
              Integer.parseInt(arguments[1]),
              precision(arguments[2]),
              target(arguments[3]),
              Path.of(arguments[4]));
      case "floor" ->
          System.out.println(Roofline.of(Path.of(arguments[1])).total().seconds() * 1000);
      case "run" -> run(Arrays.copyOfRange(arguments, 1, arguments.length));
      default -> throw new IllegalArgumentException("unknown command " + arguments[0]);
    }
  }

  private static void random(int size, Precision precision, Target target, Path file)
      throws IOException {
    try (RandomModel model =
        RandomModel.write(RandomWeights.published(size), precision, target)) {
      Files.copy(model.file(), file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void run(String[] arguments) throws OrtException, IOException {
    Device device = Device.choose(arguments[1], ConfigLoader.load(Map.of()).cuda());
    int batch = Integer.parseInt(arguments[4]);
    int repeat = Integer.parseInt(arguments[5]);
    byte[] faces = Files.readAllBytes(Path.of(arguments[6]));
    Optional<String> profile =
        arguments.length > 8 ? Optional.of(arguments[8]) : Optional.empty();
    try (OrtSession.SessionOptions options =
        device.sessionOptions(precision(arguments[2]), Optional.of(target(arguments[3])))) {
      if (profile.isPresent()) {
        options.enableProfiling(profile.get());
      }
      try (OrtSession session =
          OrtEnvironment.getEnvironment().createSession(arguments[0], options)) {
        restoreAll(session, faces, batch, Path.of(arguments[7]));
        for (int i = 0; i < repeat; i++) {
          long begin = System.nanoTime();
          restore(session, faces, 0, batch);
          System.out.println((System.nanoTime() - begin) / 1e6);
        }
        if (profile.isPresent()) {
          System.out.println(session.endProfiling());
        }
      }
    }
  }

  private static void restoreAll(OrtSession session, byte[] faces, int batch, Path output)
      throws OrtException, IOException {
    int bytes = batch * bytesOfFace(session);
    try (OutputStream out = Files.newOutputStream(output)) {
      for (int from = 0; from < faces.length; from += bytes) {
        out.write(restore(session, faces, from, batch));
      }
    }
  }

  private static byte[] restore(OrtSession session, byte[] faces, int from, int batch)
      throws OrtException {
    int bytes = batch * bytesOfFace(session);
    long side = side(session);
    long[] shape = {batch, side, side, 3};
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                ByteBuffer.allocateDirect(bytes).put(faces, from, bytes).flip(),
                shape,
                OnnxJavaType.UINT8);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      byte[] restored = new byte[bytes];
      ((OnnxTensor) result.get(0)).getByteBuffer().get(restored);
      return restored;
    }
  }

  private static int bytesOfFace(OrtSession session) throws OrtException {
    return Math.toIntExact(3 * side(session) * side(session));
  }

  private static long side(OrtSession session) throws OrtException {
    TensorInfo input =
        (TensorInfo) session.getInputInfo().values().iterator().next().getInfo();
    return input.getShape()[1];
  }

  private static Precision precision(String name) {
    return Precision.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static Target target(String name) {
    return Target.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
