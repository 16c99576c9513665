package io.gpenstreams.gpen;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import io.gpenstreams.torch.Tensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The imported graph against the official one's direct translation, on random weights of the
 * published widths: time and memory of one face on the CPU; {@code mvn -Pbenchmark test
 * -Dtest=GpenSpeedBenchmark -Dgpen.benchmark.size=2048 -Dgpen.benchmark.faces=9}. Every run is a
 * process of its own with the launcher's settings; the variants take turns.
 */
class GpenSpeedBenchmark {
  private static final int SIZE = Integer.getInteger("gpen.benchmark.size", 2048);
  private static final int FACES = Integer.getInteger("gpen.benchmark.faces", 9);
  private static final int ROUNDS = 2;
  private static final double TOLERANCE = 1e-5;
  private static final String CHECKPOINT = "0".repeat(64);
  private static final String MALLOC = "GLIBC_TUNABLES";

  @TempDir private Path folder;

  private enum Variant {
    DIRECT("direct translation", Layout.FLOAT),
    FLOAT("imported, float", Layout.FLOAT),
    UINT8("imported, uint8", Layout.UINT8);

    private final String label;
    private final Layout layout;

    Variant(String label, Layout layout) {
      this.label = label;
      this.layout = layout;
    }
  }

  private record Figures(double first, double median, double least, long peak) {}

  @Test
  void oneFace() throws Exception {
    for (Variant variant : Variant.values()) {
      write(variant);
    }
    List<Map<Variant, Figures>> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Map<Variant, Figures> round = new EnumMap<>(Variant.class);
      for (Variant variant : Variant.values()) {
        round.put(variant, run(variant));
      }
      rounds.add(round);
    }
    double error = ModelImages.relativeError(output(Variant.FLOAT), output(Variant.DIRECT));
    print(rounds, error);
    assertThat(error).isLessThanOrEqualTo(TOLERANCE);
  }

  private void write(Variant variant) throws IOException {
    Tensors weights = RandomWeights.published(SIZE);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(model(variant)))) {
      if (variant == Variant.DIRECT) {
        out.write(DirectTranslation.onnx(weights));
      } else {
        GpenGraph.of(weights, variant.layout, Precision.FP32, Target.CPU).writeTo(out, CHECKPOINT);
      }
    }
  }

  private Figures run(Variant variant) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            GpenSpeedRun.class.getName(),
            model(variant).toString(),
            variant.layout.name(),
            Integer.toString(SIZE),
            Integer.toString(FACES),
            result(variant).toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putIfAbsent(MALLOC, "glibc.malloc.hugetlb=1");
    Process process = builder.start();
    try {
      String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(variant.label).isZero();
      String[] values = line.strip().split(" ", -1);
      return new Figures(
          Double.parseDouble(values[0]),
          Double.parseDouble(values[1]),
          Double.parseDouble(values[2]),
          Long.parseLong(values[3]));
    } finally {
      process.destroyForcibly();
    }
  }

  private float[] output(Variant variant) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(result(variant))).order(ByteOrder.nativeOrder());
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static void print(List<Map<Variant, Figures>> rounds, double error) {
    System.out.printf(
        Locale.ROOT,
        "%d×%d, %d steady faces, relative L2 difference %.1e%n",
        SIZE,
        SIZE,
        FACES,
        error);
    System.out.printf(
        Locale.ROOT,
        "%-6s %-20s %10s %10s %10s %10s %12s %12s %12s%n",
        "round",
        "variant",
        "first ms",
        "median ms",
        "least ms",
        "peak MB",
        "median ratio",
        "least ratio",
        "peak ratio");
    for (int i = 0; i < rounds.size(); i++) {
      Figures baseline = rounds.get(i).get(Variant.DIRECT);
      for (Map.Entry<Variant, Figures> entry : rounds.get(i).entrySet()) {
        Figures figures = entry.getValue();
        System.out.printf(
            Locale.ROOT,
            "%-6d %-20s %10.1f %10.1f %10.1f %10.0f %12.2f %12.2f %12.2f%n",
            i + 1,
            entry.getKey().label,
            figures.first(),
            figures.median(),
            figures.least(),
            figures.peak() / 1e6,
            baseline.median() / figures.median(),
            baseline.least() / figures.least(),
            (double) figures.peak() / baseline.peak());
      }
    }
  }

  private Path model(Variant variant) {
    return folder.resolve(variant + ".onnx");
  }

  private Path result(Variant variant) {
    return folder.resolve(variant + ".output");
  }
}
