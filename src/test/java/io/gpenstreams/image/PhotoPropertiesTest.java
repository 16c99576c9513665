package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.net.URI;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bytedeco.opencv.opencv_core.Mat;

class PhotoPropertiesTest {
  private static final URI LABEL = URI.create("http://cv.iptc.org/newscodes/digitalsourcetype/x");
  private static final Map<ImageFormat, byte[]> SIGNATURES =
      Map.of(
          ImageFormat.JPEG,
          new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF},
          ImageFormat.PNG,
          PhotoFiles.png(),
          ImageFormat.WEBP,
          new byte[] {'R', 'I', 'F', 'F', 99, 0, 0, 0, 'W', 'E', 'B', 'P'});

  private final PhotoDecoder decoder = new PhotoDecoder(1);
  private final PhotoEncoder encoder = new PhotoEncoder(80);
  private final Map<ImageFormat, byte[]> files = files();

  @Property(tries = 500)
  void anyBytesAreAPhotoOrRefused(@ForAll ImageFormat format, @ForAll byte[] bytes) {
    assertPhotoOrRefused(bytes);
    assertPhotoOrRefused(PhotoFiles.concat(SIGNATURES.get(format), bytes));
  }

  @Property(tries = 500)
  void anyPngChunksAreAPhotoOrRefused(
      @ForAll("chunkTypes") String first,
      @ForAll("chunkTypes") String second,
      @ForAll byte[] body) {
    assertPhotoOrRefused(
        PhotoFiles.withChunks(
            files.get(ImageFormat.PNG),
            PhotoFiles.chunk(first, body),
            PhotoFiles.chunk(second, "XML:com.adobe.xmp\0".getBytes(ISO_8859_1), body)));
  }

  @Provide
  Arbitrary<String> chunkTypes() {
    return Arbitraries.of("iTXt", "eXIf", "iCCP", "tRNS", "PLTE", "acTL", "fcTL", "gAMA", "cHRM");
  }

  @Property(tries = 1000)
  void anyDamageLeavesAPhotoOrIsRefused(
      @ForAll ImageFormat format,
      @ForAll @Size(min = 1, max = 8) int[] places,
      @ForAll byte value,
      @ForAll @IntRange(max = 100) int cut) {
    byte[] file = files.get(format).clone();
    for (int place : places) {
      file[Math.floorMod(place, file.length)] = value;
    }
    assertPhotoOrRefused(file);
    assertPhotoOrRefused(Arrays.copyOf(file, file.length - cut));
  }

  @Property(tries = 1000)
  void anyExifBlockIsReadWithoutFailing(@ForAll byte[] exif, @ForAll("starts") byte[] start) {
    byte[] block = PhotoFiles.concat(start, exif);

    assertThat(ExifOrientation.read(block)).isBetween(1, 8);
    assertThat(ExifOrientation.read(ExifOrientation.upright(block))).isEqualTo(1);
    assertThat(ExifOrientation.upright(block)).hasSameSizeAs(block);
  }

  @Provide
  Arbitrary<byte[]> starts() {
    return Arbitraries.of(
        new byte[0],
        Arrays.copyOf(PhotoFiles.exif(5, ByteOrder.LITTLE_ENDIAN), 20),
        Arrays.copyOf(PhotoFiles.exif(5, ByteOrder.BIG_ENDIAN), 30));
  }

  private void assertPhotoOrRefused(byte[] bytes) {
    try (Photo photo = decoder.decode(bytes);
        Photo changed = photo.withPixels(photo.pixels().clone(), LABEL)) {
      assertThat((long) photo.width() * photo.height()).isBetween(1L, 1_000_000L);
      try (Photo read = decoder.decode(encoder.encode(changed, photo.format()))) {
        assertThat(read.width()).isEqualTo(photo.width());
        assertThat(read.height()).isEqualTo(photo.height());
        assertThat(read.metadata().exif().orElse(null))
            .isEqualTo(photo.metadata().exif().orElse(null));
      }
    } catch (RestorationException e) {
      assertThat(e.stage()).isEqualTo(Stage.DECODE);
      assertThat(e.code())
          .isIn(ErrorCode.IMAGE_CORRUPT, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.IMAGE_TOO_LARGE);
    }
  }

  private Map<ImageFormat, byte[]> files() {
    Map<ImageFormat, byte[]> made = new EnumMap<>(ImageFormat.class);
    PhotoMetadata metadata =
        new PhotoMetadata(
            PhotoFiles.exif(6, ByteOrder.BIG_ENDIAN),
            PhotoFiles.xmp(),
            PhotoFiles.icc("RGB ", 200));
    for (ImageFormat format : ImageFormat.values()) {
      try (Mat pixels = Pixels.waves(24, 16);
          Photo photo = new Photo(format, new Mat(pixels), null, metadata)) {
        made.put(format, encoder.encode(photo, format));
      }
    }
    return made;
  }
}
