package io.gpenstreams.cli.demo.portrait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_objdetect;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo's own photo is only worth something if the default detector sees its sitter. */
class PortraitTest {
  private static final long SEED = 7;

  private static BufferedImage portrait;
  private static byte[] clean;
  private static byte[] degraded;

  @BeforeAll
  static void draw() throws IOException {
    portrait = new Portrait(SEED).draw();
    clean = new Portrait(SEED).png();
    degraded = new Degradation(SEED).apply(portrait);
  }

  @Test
  void theDetectorFindsExactlyTheFaceThatWasDrawn() throws IOException {
    List<Rectangle> faces = detect("haarcascade_frontalface_alt2", clean);

    assertThat(faces).hasSize(1);
    assertThat(overlap(faces.get(0), Portrait.face())).isGreaterThan(0.6);
  }

  @Test
  void theDetectorStillFindsTheFaceInTheDegradedPhoto() throws IOException {
    List<Rectangle> faces = detect("haarcascade_frontalface_alt2", degraded);

    assertThat(faces).hasSize(1);
    assertThat(faces.get(0).width).isBetween(90, 140);
    double scale = image(degraded).getWidth() / (double) Portrait.WIDTH;
    Rectangle drawn = Portrait.face();
    Rectangle expected =
        new Rectangle(
            (int) (drawn.x * scale),
            (int) (drawn.y * scale),
            (int) (drawn.width * scale),
            (int) (drawn.height * scale));
    assertThat(overlap(faces.get(0), expected)).isGreaterThan(0.6);
  }

  @Test
  void theEyeDetectorFindsBothEyes() throws IOException {
    Rectangle face = Portrait.face();
    List<Rectangle> eyes = detect("haarcascade_eye", clean);

    assertThat(eyes)
        .anyMatch(eye -> eye.contains(Portrait.eyes().get(0)) && eye.width < face.width / 2)
        .anyMatch(eye -> eye.contains(Portrait.eyes().get(1)) && eye.width < face.width / 2);
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    assertThat(rgb(image(clean))).isEqualTo(rgb(portrait));
    assertThat(new Degradation(SEED).apply(image(clean))).isEqualTo(degraded);
  }

  @Test
  void anotherSeedGivesAnotherDegradation() {
    assertThat(new Degradation(SEED + 1).apply(portrait)).isNotEqualTo(degraded);
  }

  @Test
  void theDegradedPhotoIsASmallJpeg() throws IOException {
    assertThat(degraded).startsWith(0xFF, 0xD8).hasSizeLessThan(40_000);
    assertThat(image(degraded).getWidth()).isEqualTo(280);
    assertThat(image(degraded).getHeight()).isEqualTo(350);
  }

  private static List<Rectangle> detect(String cascade, byte[] photo) throws IOException {
    File file =
        Loader.cacheResource(
            opencv_objdetect.class,
            "/org/bytedeco/opencv/"
                + Loader.getPlatform()
                + "/share/opencv4/haarcascades/"
                + cascade
                + ".xml");
    List<Rectangle> found = new ArrayList<>();
    try (CascadeClassifier classifier = new CascadeClassifier(file.getPath());
        BytePointer pointer = new BytePointer(photo);
        Mat bytes = new Mat(pointer, false);
        Mat grey = imdecode(bytes, IMREAD_GRAYSCALE);
        RectVector boxes = new RectVector();
        Size any = new Size()) {
      classifier.detectMultiScale(grey, boxes, 1.1, 5, 0, any, any);
      for (Rect box : boxes.get()) {
        found.add(new Rectangle(box.x(), box.y(), box.width(), box.height()));
      }
    }
    return found;
  }

  private static double overlap(Rectangle a, Rectangle b) {
    Rectangle both = a.intersection(b);
    double shared = both.isEmpty() ? 0 : (double) both.width * both.height;
    return shared / ((double) a.width * a.height + (double) b.width * b.height - shared);
  }

  private static BufferedImage image(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  private static int[] rgb(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
