package io.gpenstreams.image;

import static io.gpenstreams.image.PhotoFiles.chunk;
import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.exif;
import static io.gpenstreams.image.PhotoFiles.ints;
import static io.gpenstreams.image.PhotoFiles.png;
import static io.gpenstreams.image.PhotoFiles.riff;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PhotoDecoderTest {
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;

  private final PhotoDecoder decoder = new PhotoDecoder(10);

  @ParameterizedTest
  @MethodSource("orientations")
  void turnsUpright(ImageFormat format, int orientation, ByteOrder order) {
    byte[] file;
    try (Mat stored = stored(orientation)) {
      file = file(stored, format, new PhotoMetadata(exif(orientation, order), null, null));
    }

    try (Photo photo = decoder.decode(file);
        Mat upright = Pixels.quarters(WIDTH, HEIGHT)) {
      assertThat(photo.width()).isEqualTo(WIDTH);
      assertThat(photo.height()).isEqualTo(HEIGHT);
      assertThat(Pixels.meanDifference(photo.pixels(), upright)).isLessThan(4);
      assertThat(photo.metadata().exif()).hasValue(exif(1, order));
    }
  }

  static Stream<Arguments> orientations() {
    return Arrays.stream(ImageFormat.values())
        .flatMap(
            format ->
                IntStream.rangeClosed(1, 8)
                    .mapToObj(
                        orientation ->
                            Arguments.of(
                                format,
                                orientation,
                                orientation % 2 == 0
                                    ? ByteOrder.BIG_ENDIAN
                                    : ByteOrder.LITTLE_ENDIAN)));
  }

  // EXIF 2.32, tag 0112: which sides of the upright picture the stored row 0 and column 0 are.
  private static Mat stored(int orientation) {
    boolean turned = orientation >= 5;
    int width = turned ? HEIGHT : WIDTH;
    int height = turned ? WIDTH : HEIGHT;
    boolean rowIsRightOrBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    boolean columnIsRightOrBottom =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    try (Mat upright = Pixels.quarters(WIDTH, HEIGHT)) {
      return Pixels.of(
          width,
          height,
          (x, y, channel) -> {
            int fromRow = rowIsRightOrBottom ? height - 1 - y : y;
            int fromColumn = columnIsRightOrBottom ? width - 1 - x : x;
            return turned
                ? Pixels.level(upright, fromRow, fromColumn, channel)
                : Pixels.level(upright, fromColumn, fromRow, channel);
          });
    }
  }

  @Test
  void turnsTheOpacityToo() {
    byte[] file;
    try (Mat pixels = stored(6);
        Mat opacity =
            Pixels.grey(
                /* width= */ HEIGHT,
                /* height= */ WIDTH,
                (x, y, channel) -> y < WIDTH / 2 ? 255 : 10)) {
      PhotoMetadata metadata = new PhotoMetadata(exif(6, ByteOrder.LITTLE_ENDIAN), null, null);
      try (Photo photo = new Photo(ImageFormat.PNG, new Mat(pixels), new Mat(opacity), metadata)) {
        file = new PhotoEncoder(92).encode(photo, ImageFormat.PNG);
      }
    }

    try (Photo photo = decoder.decode(file);
        Mat upright = Pixels.grey(WIDTH, HEIGHT, (x, y, channel) -> x < WIDTH / 2 ? 10 : 255)) {
      assertThat(Pixels.largestDifference(photo.alpha(), upright)).isZero();
    }
  }

  @Test
  void readsTheOrientationOfWebpFilesThatWriteExifAsJpegDoes() {
    byte[] simple;
    try (Mat stored = stored(8)) {
      simple = file(stored, ImageFormat.WEBP, PhotoMetadata.NONE);
    }
    byte[] exif = exif(8, ByteOrder.BIG_ENDIAN);
    byte[] prefixed = riff("EXIF", "Exif\0\0".getBytes(ISO_8859_1), exif);

    try (Photo photo =
            decoder.decode(
                PhotoFiles.extendedWebp(
                    simple, /* width= */ HEIGHT, /* height= */ WIDTH, 8, new byte[0], prefixed));
        Mat upright = Pixels.quarters(WIDTH, HEIGHT)) {
      assertThat(Pixels.meanDifference(photo.pixels(), upright)).isLessThan(4);
      assertThat(photo.metadata().exif()).hasValue(exif(1, ByteOrder.BIG_ENDIAN));
    }
  }

  @Test
  void believesTheFirstExifBlockOfAJpegFile() {
    byte[] file =
        PhotoFiles.withSegments(
            sample(ImageFormat.JPEG),
            PhotoFiles.exifSegment(exif(6, ByteOrder.BIG_ENDIAN)),
            PhotoFiles.exifSegment(exif(3, ByteOrder.BIG_ENDIAN)));

    try (Photo photo = decoder.decode(file)) {
      assertThat(photo.width()).isEqualTo(HEIGHT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "8, 0, 8",
    "16, 0, 16",
    "8, 2, 24",
    "16, 2, 48",
    "8, 4, 16",
    "16, 4, 32",
    "8, 6, 32",
    "16, 6, 64"
  })
  void readsEveryKindOfPng(int bits, int colourType, int bitsPerPixel) {
    boolean hasAlpha = (colourType & 4) != 0;
    int samples = bitsPerPixel / bits;
    int[] levels = {40, 90, 200, 128};
    byte[] row = new byte[1 + WIDTH * bitsPerPixel / 8];
    for (int i = 0; i < WIDTH * samples && bits >= 8; i++) {
      int sample = i % samples;
      int level = hasAlpha && sample == samples - 1 ? levels[3] : levels[sample];
      // The same 16-bit share of full scale: 257 times the 8-bit level.
      for (int b = 0; b < bits / 8; b++) {
        row[1 + i * bits / 8 + b] = (byte) level;
      }
    }
    byte[] file =
        png(PhotoFiles.header(WIDTH, HEIGHT, bits, colourType), pixels(row, HEIGHT), chunk("IEND"));

    try (Photo photo = decoder.decode(file)) {
      boolean colour = (colourType & 2) != 0;
      int red = bits == 1 ? 0 : levels[0];
      assertThat(Pixels.level(photo.pixels(), 3, 3, 2)).isEqualTo(red);
      assertThat(Pixels.level(photo.pixels(), 3, 3, 1)).isEqualTo(colour ? levels[1] : red);
      assertThat(Pixels.level(photo.pixels(), 3, 3, 0)).isEqualTo(colour ? levels[2] : red);
      assertThat(photo.alpha() != null).isEqualTo(hasAlpha);
      if (hasAlpha) {
        assertThat(Pixels.level(photo.alpha(), 3, 3, 0)).isEqualTo(levels[3]);
      }
    }
  }

  @Test
  void readsAPaletteWithTransparency() {
    byte[] file =
        png(
            PhotoFiles.header(2, 1, 8, 3),
            chunk("PLTE", new byte[] {10, 20, 30, 40, 50, 60}),
            chunk("tRNS", new byte[] {99}),
            pixels(new byte[] {0, 0, 1}, 1),
            chunk("IEND"));

    try (Photo photo = decoder.decode(file)) {
      assertThat(Pixels.level(photo.pixels(), 1, 0, 2)).isEqualTo(40);
      assertThat(Pixels.level(photo.alpha(), 0, 0, 0)).isEqualTo(99);
      assertThat(Pixels.level(photo.alpha(), 1, 0, 0)).isEqualTo(255);
    }
  }

  @Test
  void readsCmykAsPrintersWriteIt() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 32, 16, 4, null);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 32; x++) {
        // Inverted, as Adobe has it: bare paper on the left, full cyan on the right.
        inks.setPixel(x, y, x < 16 ? new int[] {255, 255, 255, 255} : new int[] {0, 255, 255, 255});
      }
    }
    byte[] adobe = concat("Adobe".getBytes(ISO_8859_1), new byte[] {0, 100, 0, 0, 0, 0, 0});
    byte[] file =
        PhotoFiles.withSegments(
            jpeg(new IIOImage(inks, null, null), false), PhotoFiles.segment(0xEE, adobe));

    try (Photo photo = decoder.decode(file)) {
      for (int channel = 0; channel < 3; channel++) {
        assertThat(Pixels.level(photo.pixels(), 4, 8, channel)).isCloseTo(255, within(3));
      }
      assertThat(Pixels.level(photo.pixels(), 27, 8, 2)).isCloseTo(0, within(3));
      assertThat(Pixels.level(photo.pixels(), 27, 8, 0)).isCloseTo(255, within(3));
    }
  }

  @Test
  void dropsTheProfileOfGreyPixels() {
    byte[] file = sample(ImageFormat.JPEG);
    byte[] grey = PhotoFiles.iccSegments(PhotoFiles.icc("GRAY", 500), 1);
    byte[] colour = PhotoFiles.iccSegments(PhotoFiles.icc("RGB ", 500), 2);

    try (Photo withGrey = decoder.decode(PhotoFiles.withSegments(file, grey));
        Photo withColour = decoder.decode(PhotoFiles.withSegments(file, colour))) {
      assertThat(withGrey.metadata().icc()).isEmpty();
      assertThat(withColour.metadata().icc()).hasValue(PhotoFiles.icc("RGB ", 500));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesEveryCutFile(String name, byte[] file) {
    List<Integer> lengths = new ArrayList<>();
    IntStream.rangeClosed(1, 40).forEach(missing -> lengths.add(file.length - missing));
    IntStream.range(1, 60).forEach(step -> lengths.add((int) ((long) file.length * step / 60)));
    IntStream.range(12, 60).forEach(lengths::add);
    for (int length : lengths) {
      RestorationException failure = failure(Arrays.copyOf(file, length));
      assertThat(failure.code())
          .as("%s cut to %d of %d bytes", name, length, file.length)
          .isEqualTo(ErrorCode.IMAGE_CORRUPT);
      assertThat(failure.stage()).isEqualTo(Stage.DECODE);
    }
  }

  static Stream<Arguments> files() throws IOException {
    BufferedImage image = new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB);
    try (Mat noise = Pixels.noise(160, 120, 5)) {
      for (int y = 0; y < 120; y++) {
        for (int x = 0; x < 160; x++) {
          image.setRGB(x, y, Pixels.level(noise, x, y, 0) << 8 | Pixels.level(noise, x, y, 1));
        }
      }
      return Stream.of(
          Arguments.of("JPEG", file(noise, ImageFormat.JPEG, PhotoMetadata.NONE)),
          Arguments.of("progressive JPEG", jpeg(new IIOImage(image, null, null), true)),
          Arguments.of("PNG", file(noise, ImageFormat.PNG, PhotoMetadata.NONE)),
          Arguments.of("WebP", file(noise, ImageFormat.WEBP, PhotoMetadata.NONE)),
          Arguments.of(
              "WebP with EXIF",
              file(
                  noise,
                  ImageFormat.WEBP,
                  new PhotoMetadata(exif(1, ByteOrder.BIG_ENDIAN), null, null))));
    }
  }

  @Test
  void readsWhatFollowsTheEndAsNotThere() {
    for (ImageFormat format : ImageFormat.values()) {
      byte[] file = concat(sample(format), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
      try (Photo photo = decoder.decode(file)) {
        assertThat(photo.width()).isEqualTo(WIDTH);
      }
    }
  }

  @Test
  void refusesADamagedPng() {
    byte[] file = sample(ImageFormat.PNG);
    file[file.length / 2] ^= 1;

    assertThat(failure(file).code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
  }

  @Test
  void refusesAHugeClaimBeforeAnythingFollows() {
    byte[] claim = png(PhotoFiles.header(60_000, 60_000, 8, 2));

    RestorationException failure = failure(claim);

    assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
    assertThat(failure).hasMessage("60000×60000 pixels are over the limit of 10 megapixels");
    assertThat(failure(Arrays.copyOf(claim, 29)).code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
  }

  @Test
  void refusesHugeClaimsOfTheOtherFormats() {
    byte[] jpeg = sample(ImageFormat.JPEG);
    int frame = indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xC0});
    System.arraycopy(ints(0xFFFFFFFF), 0, jpeg, frame + 5, 4);
    byte[] lossy = sample(ImageFormat.WEBP);
    System.arraycopy(ints(0xFF3FFF3F), 0, lossy, 26, 4);
    byte[] extended =
        PhotoFiles.extendedWebp(
            sample(ImageFormat.WEBP), 16_000, 16_000, 0, new byte[0], new byte[0]);

    for (byte[] file : List.of(jpeg, lossy, extended)) {
      assertThat(failure(file).code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
    }
  }

  @Test
  void refusesAFrameHeaderThatOnlyTheCodecWouldSee() {
    // A restart marker has no length: read as a segment, it would hide the real frame.
    byte[] hidden =
        concat(new byte[] {(byte) 0xFF, (byte) 0xD0}, PhotoFiles.segment(0xC0, new byte[15]));
    byte[] huge =
        PhotoFiles.segment(0xC0, new byte[] {8}, ints(0x7FFF7FFF), new byte[] {1, 1, 0x11, 0});
    byte[] file = concat(new byte[] {(byte) 0xFF, (byte) 0xD8}, hidden, huge);

    assertThat(failure(file).code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
    assertThat(
            failure(
                    concat(
                        new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD0},
                        new byte[] {7, 7, 7},
                        huge))
                .code())
        .isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
  }

  @Test
  void refusesAWebpChunkThatClaimsGigabytes() {
    byte[] file = sample(ImageFormat.WEBP);
    System.arraycopy(ints(0xF0FFFF7F), 0, file, 16, 4);

    assertThat(failure(file).code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
  }

  @Test
  void refusesAnimations() {
    byte[] apng = PhotoFiles.withChunks(sample(ImageFormat.PNG), chunk("acTL", ints(2, 0)));
    byte[] frame = riff("ANMF", new byte[16], Arrays.copyOfRange(sample(ImageFormat.WEBP), 12, 60));
    byte[] webp =
        PhotoFiles.extendedWebp(
            sample(ImageFormat.WEBP),
            WIDTH,
            HEIGHT,
            2,
            riff("ANIM", new byte[6]),
            concat(frame, frame));

    for (byte[] file : List.of(apng, webp)) {
      RestorationException failure = failure(file);
      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
      assertThat(failure).hasMessageContaining("animation of 2 pictures");
    }
  }

  @Test
  void takesAnAnimationOfOnePictureForAPhoto() {
    byte[] apng = PhotoFiles.withChunks(sample(ImageFormat.PNG), chunk("acTL", ints(1, 0)));

    try (Photo photo = decoder.decode(apng)) {
      assertThat(photo.width()).isEqualTo(WIDTH);
    }
  }

  @Test
  void refusesWhatIsNoPhoto() {
    for (byte[] file : List.of("Dear diary".getBytes(UTF_8), "GIF89a".getBytes(UTF_8), ints(7))) {
      assertThat(failure(file).code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
    }
  }

  @Test
  void refusesAnEmptyFile() {
    RestorationException failure = failure(new byte[0]);

    assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
    assertThat(failure).hasMessage("the file is empty");
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void refusesASizeOfNothing(ImageFormat format) {
    byte[] file =
        switch (format) {
          case JPEG ->
              concat(
                  new byte[] {(byte) 0xFF, (byte) 0xD8},
                  PhotoFiles.segment(0xC0, new byte[] {8, 0, 0, 0, 9, 1, 1, 0x11, 0}));
          case PNG -> png(PhotoFiles.header(0, 9, 8, 2));
          case WEBP ->
              riff(
                  "RIFF",
                  "WEBP".getBytes(ISO_8859_1),
                  riff("VP8 ", new byte[] {0, 0, 0, (byte) 0x9D, 1, 0x2A, 0, 0, 9, 0}));
        };

    assertThat(failure(file).code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
  }

  private RestorationException failure(byte[] file) {
    return catchThrowableOfType(
        RestorationException.class,
        () -> {
          try (Photo photo = decoder.decode(file)) {
            assertThat(photo.width()).as("width of a photo that must not be one").isNegative();
          }
        });
  }

  private static byte[] sample(ImageFormat format) {
    try (Mat pixels = Pixels.quarters(WIDTH, HEIGHT)) {
      return file(pixels, format, PhotoMetadata.NONE);
    }
  }

  private static byte[] file(Mat pixels, ImageFormat format, PhotoMetadata metadata) {
    try (Photo photo = new Photo(format, new Mat(pixels), null, metadata)) {
      return new PhotoEncoder(95).encode(photo, format);
    }
  }

  private static byte[] pixels(byte[] row, int rows) {
    Deflater deflater = new Deflater();
    try {
      Supplier<byte[]> copy = () -> row;
      deflater.setInput(concat(Stream.generate(copy).limit(rows).toArray(byte[][]::new)));
      deflater.finish();
      byte[] packed = new byte[1 << 16];
      return chunk("IDAT", Arrays.copyOf(packed, deflater.deflate(packed)));
    } finally {
      deflater.end();
    }
  }

  private static byte[] jpeg(IIOImage image, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(stream);
      writer.write(null, image, parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    return IntStream.range(0, bytes.length - part.length)
        .filter(i -> Arrays.equals(bytes, i, i + part.length, part, 0, part.length))
        .findFirst()
        .orElseThrow();
  }
}
