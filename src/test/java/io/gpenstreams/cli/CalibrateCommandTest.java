package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.image.Pixels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CalibrateCommandTest {
  private static final int WAYS = 7;
  private static final int SIMULATIONS = 6;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path photos;
  private Path output;

  @BeforeEach
  void makeFolders() throws IOException {
    photos = Files.createDirectory(folder.resolve("photos"));
    output = folder.resolve("found");
  }

  private void drawPortraits() throws IOException {
    Files.write(photos.resolve("a.png"), new Portrait(1).png());
    Files.write(photos.resolve("b.PNG"), new Portrait(2).png());
    try (Mat waves = Pixels.waves(300, 200)) {
      opencv_imgcodecs.imwrite(photos.resolve("c.jpg").toString(), waves);
    }
    Files.writeString(photos.resolve("d.jpg"), "no photo");
    Files.writeString(photos.resolve("notes.txt"), "neither");
  }

  @Test
  void relatesTheMeasuresOfSimulationsToTheTruth() throws Exception {
    drawPortraits();

    assertThat(calibrate("--simulated", "--scales", "4")).as(err.toString()).isZero();

    List<String> rows = Files.readAllLines(output.resolve("calibration.csv"));
    assertThat(rows).hasSize(1 + 2 * WAYS * SIMULATIONS);
    assertThat(rows.get(0)).startsWith("face,restorer,degradation,level,score,");
    assertThat(rows).allSatisfy(row -> assertThat(row).doesNotContain("NaN", "Infinity"));
    assertThat(Files.readString(output.resolve("calibration.txt")))
        .isEqualTo(out.toString().substring(0, out.toString().indexOf("left out:")))
        .contains("84 restorations of 2 faces", "simulated: other face", "Spearman's rho", "high");
    assertThat(out.toString()).contains("left out: c.jpg (no face", "left out: d.jpg (");
    assertThat(ImageIO.read(output.resolve("reliability.png").toFile()).getWidth())
        .isGreaterThan(1000);
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(
                    new ByteArrayInputStream(Files.readAllBytes(output.resolve("reliability.svg"))))
                .getElementsByTagName("circle")
                .getLength())
        .isGreaterThan(3 * 2 * WAYS * SIMULATIONS);
    try (var files = Files.list(output)) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void relatesTheMeasuresOfAModelToTheTruth() throws IOException {
    drawPortraits();

    assertThat(calibrate("--model", "builtin", "--scales", "8")).as(err.toString()).isZero();

    assertThat(Files.readAllLines(output.resolve("calibration.csv"))).hasSize(1 + 2 * WAYS);
    assertThat(out.toString()).contains("builtin-detail").containsPattern("low +100%");
  }

  @Test
  void writesNothingWithoutFaces() throws IOException {
    Files.writeString(photos.resolve("d.jpg"), "no photo");

    assertThat(calibrate("--simulated")).isEqualTo(1);

    assertThat(err.toString())
        .contains("has 0 sharp faces, and at least 2 are needed")
        .hasLineCount(1);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "'--scales 0', '--scales must be 1 to 16, not 0'",
    "'--scales 17', '--scales must be 1 to 16, not 17'",
    "'--faces 1', '--faces must be 2 to 1000, not 1'",
    "'--simulated --model builtin', '--simulated and --model exclude each other'"
  })
  void refusesWhatMakesNoSense(String options, String message) {
    assertThat(calibrate(options.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message).hasLineCount(1);
  }

  @Test
  void saysThatThereIsNoFolder() {
    photos = folder.resolve("nowhere");
    assertThat(calibrate()).isEqualTo(2);
    assertThat(err.toString()).contains("there is no folder");
  }

  private int calibrate(String... options) {
    String[] arguments = new String[options.length + 4];
    arguments[0] = "calibrate";
    arguments[1] = photos.toString();
    arguments[2] = "--output";
    arguments[3] = output.toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    CommandLine gpen = GpenCommand.commandLine();
    gpen.setOut(new PrintWriter(out, true));
    gpen.setErr(new PrintWriter(err, true));
    return gpen.execute(arguments);
  }
}
