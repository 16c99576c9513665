package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.SharedData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InspectCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void describesACheckpoint() {
    assertThat(inspect(SharedData.file("gpen/gpen-64.pth"))).isZero();
    assertThat(out.toString().lines())
        .contains(
            "format             PyTorch zip",
            "bytes              17,202,285",
            "sha256             "
                + "297e2a6db257d8d39b16f12691f60ac9edda2af1e40397fbdfe48a6cc6757738",
            "entry              none, a plain state dict",
            "architecture       gpen",
            "size               64×64 pixels",
            "channels           64 at 4, 64 at 8, 64 at 16, 64 at 32, 64 at 64",
            "tensors            106",
            "parameters         4,291,480",
            "precision          float32");
  }

  @Test
  void saysWhichEntryItTook() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-checkpoint.pth"))).isZero();
    assertThat(out.toString().lines()).contains("entry              g_ema");
  }

  @Test
  void saysThatAFileIsOlder() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-legacy.pth"))).isZero();
    assertThat(out.toString().lines()).contains("format             PyTorch legacy");
  }

  @Test
  void saysWhatKeepsACheckpointFromBeingAGenerator() {
    assertThat(inspect(SharedData.file("gpen/gpen-64-missing-layer.pth"))).isZero();
    assertThat(out.toString().lines())
        .contains("tensors            105")
        .filteredOn(line -> line.startsWith("architecture"))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("architecture       unknown")
        .contains("it lacks the tensor ecd1.0.1.weight[64, 64, 3, 3]");
  }

  @Test
  void failsInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("text.PTH"), "weights");
    assertThat(inspect(file)).isEqualTo(1);
    assertThat(err).hasToString("gpen: " + file + ": is no PyTorch checkpoint\n");
    assertThat(out.toString()).isEmpty();
  }

  private int inspect(Path file) {
    CommandLine command = GpenCommand.commandLine();
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute("inspect", file.toString());
  }
}
