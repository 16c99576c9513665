package io.gpenstreams.stream.soak;

import io.gpenstreams.cli.demo.portrait.Portrait;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A few small photos, by their keys in S3. */
final class TestPhotos {
  static final String BUCKET = "photos";
  static final List<String> FACES =
      List.of("anna.jpg", "berta.jpg", "clara.jpg", "dora.jpg", "emma.jpg");
  static final String FACELESS = "lake.jpg";
  static final String CORRUPT = "torn.jpg";
  static final String MISSING = "gone.jpg";
  static final String POISON = "poison.jpg";

  private static final int WIDTH = 192;
  private static final int HEIGHT = WIDTH * Portrait.HEIGHT / Portrait.WIDTH;

  private TestPhotos() {}

  /** All of them, by key. */
  static Map<String, byte[]> photos() {
    Map<String, byte[]> photos = new LinkedHashMap<>();
    int seed = 1;
    for (String key : FACES) {
      photos.put(key, jpeg(small(new Portrait(seed++).draw())));
    }
    photos.put(FACELESS, jpeg(lake()));
    byte[] whole = photos.get(FACES.get(0));
    photos.put(CORRUPT, Arrays.copyOf(whole, whole.length / 2));
    photos.put(POISON, whole);
    return photos;
  }

  private static BufferedImage small(BufferedImage photo) {
    BufferedImage small = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(photo, 0, 0, WIDTH, HEIGHT, null);
    graphics.dispose();
    return small;
  }

  private static BufferedImage lake() {
    BufferedImage lake = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        lake.setRGB(x, y, new Color(90, y * 255 / HEIGHT, x * 255 / WIDTH).getRGB());
      }
    }
    return lake;
  }

  private static byte[] jpeg(BufferedImage image) {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", jpeg);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jpeg.toByteArray();
  }
}
