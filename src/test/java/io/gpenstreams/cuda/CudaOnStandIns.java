package io.gpenstreams.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.gpenstreams.SharedData;
import io.gpenstreams.gpen.GpenGraph;
import io.gpenstreams.gpen.RandomWeights;
import io.gpenstreams.model.ModelInfo.Layout;
import io.gpenstreams.model.Precision;
import io.gpenstreams.model.Target;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packaged application on ONNX Runtime's real CUDA provider, over stand-ins for CUDA's
 * libraries ({@code src/test/cuda}): where each node runs, copies, memory, plans and error texts
 * are real, kernels are only counted. {@code mvn -Pcuda-standins verify} prepares the libraries.
 */
class CudaOnStandIns {
  private static final Path NATIVE = StandIns.NATIVE;
  private static final Path LIBRARIES = StandIns.LIBRARIES;
  private static final String PLANS = "cuDNN finalize of descriptor type 5";
  private static final long FACE_BYTES = 3L * 256 * 256;

  /** The face, and the tables of splits and joins of vectors, of some kilobytes each. */
  private static final int COPIES_TO_DEVICE = 37;

  private static final int FEW = 16;
  private static final int MORE = 32;

  private static Path withoutCudnn;

  @TempDir static Path folder;

  /** What a command did. */
  private record Ended(int exitCode, List<String> errors, Map<String, Long> counts) {
    /** Our own lines; ONNX Runtime writes some as well. */
    List<String> lines() {
      return errors.stream().filter(line -> line.startsWith("gpen: ")).toList();
    }

    long count(String what) {
      return counts.getOrDefault(what, 0L);
    }
  }

  @BeforeAll
  static void prepare() throws Exception {
    StandIns.prepare();
    withoutCudnn = Files.createDirectory(folder.resolve("without-cudnn"));
    for (String library : List.of("libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13")) {
      Files.copy(LIBRARIES.resolve(library), withoutCudnn.resolve(library));
    }
  }

  @Test
  void eachFaceCostsTwoCopiesAndNoPlan() throws Exception {
    Ended few = bench(FEW);
    Ended more = bench(MORE);

    long faces = faces(more) - faces(few);
    assertThat(faces).isPositive();
    assertThat(more.count(PLANS)).as("plans are built once").isEqualTo(few.count(PLANS));
    assertThat(few.count(PLANS)).isPositive();
    assertThat(more.count("device-to-host") - few.count("device-to-host"))
        .as("copies to the host")
        .isEqualTo(faces);
    // A node on the CPU would fetch its input, too: all nodes are on the device.
    assertThat(more.count("device-to-host-bytes") - few.count("device-to-host-bytes"))
        .isEqualTo(faces * FACE_BYTES);
    assertThat(more.count("host-to-device") - few.count("host-to-device"))
        .as("copies to the device")
        .isEqualTo(faces * COPIES_TO_DEVICE);
    assertThat(more.count("peak-bytes"))
        .as("memory does not grow with the number of faces")
        .isCloseTo(few.count("peak-bytes"), withinPercentage(1));
  }

  /** Each face leaves the device once. */
  private static long faces(Ended ended) {
    return ended.count("device-to-host-bytes") / FACE_BYTES;
  }

  private Ended bench(int faces) throws Exception {
    Ended ended =
        run(
            LIBRARIES,
            Map.of(),
            "bench --random 256 --precision fp16 --device cuda:0 --faces " + faces);
    assertThat(ended.exitCode()).as(() -> ended.errors().toString()).isZero();
    return ended;
  }

  @Test
  void aModelOf2048TakesAtMostThreeGigabytes() throws Exception {
    Ended ended =
        run(LIBRARIES, Map.of(), "bench --random 2048 --precision fp16 --device cuda:0 --faces 1");

    assertThat(ended.exitCode()).as(() -> ended.errors().toString()).isZero();
    assertThat(ended.count("peak-bytes")).isBetween(1_000_000_000L, 3_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          STANDIN_COUNT_ERROR | 35      | the NVIDIA driver is missing, or too old
          STANDIN_COUNT_ERROR | 100     | the NVIDIA driver sees no GPU
          STANDIN_BYTES       | 1000    | cuda:0 has too little free memory
          """)
  void saysWhyTheDeviceCannotBeUsed(String name, String value, String cause) throws Exception {
    Ended ended = restore(LIBRARIES, Map.of(name, value), "cuda:0");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines()).singleElement().asString().contains(cause, "gpen.device=cpu");
  }

  @Test
  void saysThatThereIsNoSuchDevice() throws Exception {
    Ended ended = restore(LIBRARIES, Map.of(), "cuda:7");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines()).singleElement().asString().contains("there is no cuda:7");
  }

  @Test
  void namesTheLibraryThatIsMissing() throws Exception {
    Ended ended = restore(folder, Map.of(), "cuda:0");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines()).singleElement().asString().contains("libcublasLt.so.13");

    Ended cudnn = restore(withoutCudnn, Map.of(), "cuda:0");
    assertThat(cudnn.exitCode()).isEqualTo(1);
    assertThat(cudnn.lines()).singleElement().asString().contains("libcudnn.so.9");
  }

  @Test
  void autoIsTheCpuWhereNoGpuWorks() throws Exception {
    Ended ended = restore(folder, Map.of(), "auto");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.errors())
        .filteredOn(line -> line.contains("Faces are restored on the CPU"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aLostDeviceIsSaidInOneLine(int kernels) throws Exception {
    Ended ended =
        restore(LIBRARIES, Map.of("STANDIN_LOSE_AFTER", Integer.toString(kernels)), "cuda:0");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .startsWith("gpen: cuda:0 is lost to this process")
        .contains("an illegal memory access was encountered");
  }

  @Test
  void aPhotoIsRestoredWithFewerFacesAtOnceWhereMemoryIsShort() throws Exception {
    Path model = folder.resolve("batched.onnx");
    // The graph for CPUs takes 0.4 GB for a face and 1.1 GB for four.
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(model))) {
      GpenGraph.of(RandomWeights.published(256), Layout.UINT8, Precision.FP16, Target.CPU)
          .writeTo(out, "0".repeat(64));
    }

    Ended ended =
        restore(
            LIBRARIES,
            Map.of(
                "GPEN_MODEL", model.toString(),
                "GPEN_BATCH", "4",
                "STANDIN_BYTES", "800000000"),
            "cuda:0");

    assertThat(ended.exitCode()).as(() -> ended.errors().toString()).isZero();
    assertThat(ended.lines())
        .containsExactly(
            "gpen: warning: Model gpen-bfr-256 was imported for a cpu and is slow on cuda:0; import"
                + " it again with --target gpu",
            "gpen: warning: cuda:0 has no memory for 4 faces in one run; from now on there are 2");
  }

  @Test
  void aGroupPhotoIsRestored() throws Exception {
    Path photo = SharedData.file("photos/solvay-1927.png");

    Ended ended = restore(LIBRARIES, Map.of(), "cuda:0", photo);

    assertThat(ended.exitCode()).as(() -> ended.errors().toString()).isZero();
    assertThat(ended.errors()).anyMatch(line -> line.contains("faces restored"));
    assertThat(ended.count("device-to-host")).isGreaterThan(15);
  }

  @Test
  void theDemoRestoresItsPortraitOnTheDevice() throws Exception {
    Path out = folder.resolve("demo");

    Ended ended =
        run(
            LIBRARIES,
            Map.of(
                "GPEN_DEVICE",
                "cuda:0",
                // The service is a process that the demo starts.
                "JAVA_TOOL_OPTIONS",
                "-Donnxruntime.native.path=" + NATIVE.toAbsolutePath()),
            "demo --out " + out);

    assertThat(ended.exitCode()).as(() -> ended.errors().toString()).isZero();
    assertThat(ended.errors()).anyMatch(line -> line.contains("Restored 1 of 1"));
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.filter(file -> file.toString().endsWith(".json")).toList())
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().contains("\"cuda:0\""));
    }
  }

  private static Ended restore(Path libraries, Map<String, String> environment, String device)
      throws Exception {
    return restore(
        libraries,
        environment,
        device,
        Path.of("src/main/resources/io/gpenstreams/cli/portrait.jpg"));
  }

  private static Ended restore(
      Path libraries, Map<String, String> environment, String device, Path photo) throws Exception {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("GPEN_DEVICE", device);
    return run(
        libraries,
        variables,
        "restore %s --output %s".formatted(photo, folder.resolve("restored.jpg")));
  }

  private static Ended run(Path libraries, Map<String, String> environment, String arguments)
      throws IOException, InterruptedException {
    Path report = Files.createTempFile(folder, "report", "");
    Path errors = Files.createTempFile(folder, "errors", "");
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Donnxruntime.native.path=" + NATIVE.toAbsolutePath(),
                    "-jar",
                    "target/quarkus-app/quarkus-run.jar"),
                Stream.of(arguments.split(" ")))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(errors.toFile()).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", libraries.toAbsolutePath().toString());
    builder.environment().put("STANDIN_REPORT", report.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("it ends").isTrue();
    return new Ended(process.exitValue(), Files.readAllLines(errors), counts(report));
  }

  private static Map<String, Long> counts(Path report) throws IOException {
    return Files.readAllLines(report).stream()
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))));
  }
}
