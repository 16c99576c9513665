package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Wrong usage is found before anything is started. */
class DemoCommandTest {
  @TempDir private Path folder;

  @Test
  void namesAPhotoThatIsMissing() {
    assertThat(wrongUsage(folder.resolve("missing.jpg").toString()))
        .contains("no photo to read at " + folder.resolve("missing.jpg"));
    assertThat(wrongUsage(folder.toString())).contains("no photo to read at " + folder);
  }

  @Test
  void namesAModelThatIsMissing() {
    assertThat(wrongUsage("--model", "missing.onnx")).contains("no model at missing.onnx");
  }

  @Test
  void takesNoFileForAFolder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(wrongUsage("--out", file.toString())).contains(file + " is not a folder");
  }

  @Test
  void overwritesNoPhoto() throws IOException {
    Path photo = Files.createFile(folder.resolve("x.jpg"));
    Path other = Files.createFile(folder.resolve("x-restored.jpg"));

    assertThat(wrongUsage(photo.toString(), other.toString(), "--out", folder.toString()))
        .contains("might overwrite " + other);
  }

  @Test
  void knowsItsOwnResultsOnly() {
    DemoPhoto photo = new DemoPhoto("a.b", Path.of("a.b.jpg"));

    assertThat(
            List.of(
                "a.b-restored.jpg",
                "a.b-original.png",
                "a.b-map.png",
                "a.b-face-12.png",
                "a.b.json"))
        .allMatch(name -> OutputFolder.mayWrite(photo, name));
    assertThat(
            List.of(
                "a.b.jpg",
                "axb-restored.jpg",
                "a.b-face-x.png",
                "a.b-2.json",
                "a.b-restored.tar.gz"))
        .noneMatch(name -> OutputFolder.mayWrite(photo, name));
  }

  private static String wrongUsage(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(
                new DemoCommand(
                    () -> {
                      throw new AssertionError("nothing may start");
                    }))
            .setErr(new PrintWriter(err));
    assertThat(command.execute(arguments)).isEqualTo(2);
    return err.toString();
  }
}
