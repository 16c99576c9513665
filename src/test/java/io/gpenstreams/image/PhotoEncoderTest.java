package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.PSNR;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PhotoEncoderTest {
  private static final URI ENHANCED =
      URI.create("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced");
  private static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final String DUBLIN_CORE = "http://purl.org/dc/elements/1.1/";
  private static final byte[] EXIF = PhotoFiles.exif(6, ByteOrder.BIG_ENDIAN);
  private static final byte[] ICC = PhotoFiles.icc("RGB ", 600);

  private final PhotoEncoder encoder = new PhotoEncoder(92);
  private final PhotoDecoder decoder = new PhotoDecoder(10);

  @ParameterizedTest
  @MethodSource("pairsOfFormats")
  void carriesMetadataFromEveryFormatToEveryOther(ImageFormat from, ImageFormat to)
      throws IOException, ImageProcessingException, XMPException {
    byte[] source = encode(new PhotoMetadata(EXIF, PhotoFiles.xmp(), ICC), from);
    byte[] result;
    try (Photo photo = decoder.decode(source);
        Photo changed = photo.withPixels(photo.pixels().clone(), ENHANCED)) {
      result = encoder.encode(changed, to);
    }

    try (Photo photo = decoder.decode(result)) {
      assertThat(photo.width()).isEqualTo(48);
      assertThat(photo.metadata().exif()).hasValue(PhotoFiles.exif(1, ByteOrder.BIG_ENDIAN));
      assertThat(photo.metadata().icc()).hasValue(ICC);
    }
    Metadata seenByOthers = ImageMetadataReader.readMetadata(new ByteArrayInputStream(result));
    ExifIFD0Directory exif = seenByOthers.getFirstDirectoryOfType(ExifIFD0Directory.class);
    assertThat(exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION)).isEqualTo(1);
    assertThat(exif.getString(ExifIFD0Directory.TAG_MAKE)).isEqualTo("Camera");
    assertThat(seenByOthers.getFirstDirectoryOfType(IccDirectory.class)).isNotNull();
    XMPMeta xmp = seenByOthers.getFirstDirectoryOfType(XmpDirectory.class).getXMPMeta();
    assertThat(xmp.getPropertyString(IPTC_EXTENSION, "DigitalSourceType"))
        .isEqualTo(ENHANCED.toString());
    assertThat(xmp.getLocalizedText(DUBLIN_CORE, "title", null, "x-default").getValue())
        .isEqualTo("Großmutter\n");
    assertThat(xmp.getPropertyString("http://ns.adobe.com/xap/1.0/", "CreatorTool"))
        .isEqualTo("A scanner");
  }

  static Stream<Arguments> pairsOfFormats() {
    return Stream.of(ImageFormat.values())
        .flatMap(from -> Stream.of(ImageFormat.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void labelsAPhotoWithoutMetadata(ImageFormat format)
      throws IOException, ImageProcessingException, XMPException {
    byte[] file = encode(PhotoMetadata.NONE.labelled(ENHANCED), format);

    assertThat(label(file)).isEqualTo(ENHANCED.toString());
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void labelsAPhotoWhoseXmpIsTooLargeForASegment(ImageFormat format)
      throws IOException, ImageProcessingException, XMPException {
    String wide =
        new String(PhotoFiles.xmp(), UTF_8).replace("A scanner", "A scanner".repeat(9000));

    byte[] file =
        encode(new PhotoMetadata(null, wide.getBytes(UTF_8), null).labelled(ENHANCED), format);

    assertThat(label(file)).isEqualTo(ENHANCED.toString());
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void carriesAProfileOfSeveralSegments(ImageFormat format) {
    byte[] profile = PhotoFiles.icc("RGB ", 200_000);

    try (Photo photo = decoder.decode(encode(new PhotoMetadata(EXIF, null, profile), format))) {
      assertThat(photo.metadata().icc()).hasValue(profile);
      assertThat(photo.metadata().exif()).isPresent();
    }
  }

  @Test
  void leavesOutOfJpegOnlyTheExifThatDoesNotFit() {
    byte[] large = PhotoFiles.concat(EXIF, new byte[70_000]);

    try (Photo photo =
        decoder.decode(encode(new PhotoMetadata(large, PhotoFiles.xmp(), ICC), ImageFormat.JPEG))) {
      assertThat(photo.metadata().exif()).isEmpty();
      assertThat(photo.metadata().xmp()).hasValue(PhotoFiles.xmp());
      assertThat(photo.metadata().icc()).hasValue(ICC);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ImageFormat.class,
      names = {"PNG", "WEBP"})
  void keepsOpacity(ImageFormat format) {
    try (Mat pixels = Pixels.waves(64, 48);
        Mat opacity = Pixels.grey(64, 48, (x, y, channel) -> 4 * x);
        Photo photo = new Photo(format, new Mat(pixels), new Mat(opacity), PhotoMetadata.NONE);
        Photo read = decoder.decode(encoder.encode(photo, format))) {
      assertThat(Pixels.largestDifference(read.alpha(), opacity)).isZero();
    }
  }

  @Test
  void laysTransparentPixelsOverWhiteInJpeg() {
    try (Mat pixels = Pixels.of(64, 48, (x, y, channel) -> 100);
        Mat opacity = Pixels.grey(64, 48, (x, y, channel) -> x < 32 ? 0 : 128);
        Photo photo =
            new Photo(ImageFormat.PNG, new Mat(pixels), new Mat(opacity), PhotoMetadata.NONE);
        Photo read = decoder.decode(encoder.encode(photo, ImageFormat.JPEG))) {
      assertThat(Pixels.level(read.pixels(), 8, 20, 1)).isCloseTo(255, within(2));
      assertThat(Pixels.level(read.pixels(), 52, 20, 1)).isCloseTo(177, within(2));
      assertThat(read.alpha()).isNull();
    }
  }

  @Test
  void enlargesOpacityWithThePixels() {
    try (Mat pixels = Pixels.waves(30, 20);
        Mat opacity = Pixels.grey(30, 20, (x, y, channel) -> 200);
        Photo photo =
            new Photo(ImageFormat.PNG, new Mat(pixels), new Mat(opacity), PhotoMetadata.NONE);
        Photo changed = photo.withPixels(Pixels.waves(60, 40), ENHANCED)) {
      assertThat(changed.alpha().cols()).isEqualTo(60);
      assertThat(changed.alpha().rows()).isEqualTo(40);
      assertThat(Pixels.level(changed.alpha(), 59, 39, 0)).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void givesTheSameBytesForTheSamePhoto(ImageFormat format) {
    PhotoMetadata metadata = new PhotoMetadata(EXIF, PhotoFiles.xmp(), ICC).labelled(ENHANCED);

    assertThat(encode(metadata, format)).isEqualTo(encode(metadata, format));
  }

  @Test
  void writesPngWithoutLoss() {
    try (Mat pixels = Pixels.noise(61, 47, 11);
        Photo read = decoder.decode(encoder.png(pixels))) {
      assertThat(Pixels.largestDifference(read.pixels(), pixels)).isZero();
    }
  }

  @Test
  void writesFacesAsJpegWithHardlyALoss() {
    try (Mat pixels = Pixels.waves(256, 256);
        Photo read = decoder.decode(encoder.face(pixels, ImageFormat.JPEG))) {
      assertThat(PSNR(read.pixels(), pixels)).isGreaterThan(40);
    }
  }

  @ParameterizedTest
  @CsvSource({"WEBP, 16383", "JPEG, 65500"})
  void saysWhichSideAFormatCannotHold(ImageFormat format, int most) {
    try (Mat wide = Pixels.of(most + 1, 2, (x, y, channel) -> 9);
        Mat fitting = Pixels.of(2, most, (x, y, channel) -> 9);
        Photo tooWide = new Photo(format, new Mat(wide), null, PhotoMetadata.NONE);
        Photo largest = new Photo(format, new Mat(fitting), null, PhotoMetadata.NONE)) {
      assertThat(encoder.encode(largest, format)).isNotEmpty();
      assertThatExceptionOfType(RestorationException.class)
          .isThrownBy(() -> encoder.encode(tooWide, format))
          .withMessage(
              "%d×2 pixels cannot be written as %s, which holds %d a side", most + 1, format, most)
          .satisfies(
              failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE);
                assertThat(failure.stage()).isEqualTo(Stage.ENCODE);
              });
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void writesAPhotoWhoseBlocksAreGarbage(ImageFormat format)
      throws IOException, ImageProcessingException, XMPException {
    byte[] garbage = {1, 2, 3, 4, 5};

    byte[] file = encode(new PhotoMetadata(garbage, garbage, garbage).labelled(ENHANCED), format);

    assertThat(label(file)).isEqualTo(ENHANCED.toString());
    try (Photo photo = decoder.decode(file)) {
      assertThat(photo.width()).isEqualTo(48);
    }
  }

  private static String label(byte[] file)
      throws IOException, ImageProcessingException, XMPException {
    return ImageMetadataReader.readMetadata(new ByteArrayInputStream(file))
        .getFirstDirectoryOfType(XmpDirectory.class)
        .getXMPMeta()
        .getPropertyString(IPTC_EXTENSION, "DigitalSourceType");
  }

  /** Stored as 32 × 48 if turned by EXIF, so that it is 48 × 32 upright. */
  private byte[] encode(PhotoMetadata metadata, ImageFormat format) {
    boolean turned = metadata.orientation() == 6;
    try (Mat pixels = turned ? Pixels.waves(32, 48) : Pixels.waves(48, 32);
        Photo photo = new Photo(format, new Mat(pixels), null, metadata)) {
      return encoder.encode(photo, format);
    }
  }
}
