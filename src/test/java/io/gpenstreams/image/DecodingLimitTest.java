package io.gpenstreams.image;

import static io.gpenstreams.image.PhotoFiles.chunk;
import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.ints;
import static io.gpenstreams.image.PhotoFiles.riff;
import static io.gpenstreams.image.PhotoFiles.segment;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit at one less, equal and one more. */
class DecodingLimitTest {
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;
  private static final int LARGEST_SEGMENT = 0xFFFF - 2;
  // Ten blocks a unit, so that many scans of one component are few passes.
  private static final int[] MANY_BLOCKS = {0x42, 0x11, 0x11};
  private static final byte[] JPEG = sample(ImageFormat.JPEG);
  private static final byte[] PNG = sample(ImageFormat.PNG);
  private static final byte[] WEBP = sample(ImageFormat.WEBP);

  private final PhotoDecoder decoder = new PhotoDecoder(50);

  private static byte[] sample(ImageFormat format) {
    try (Mat pixels = Pixels.quarters(WIDTH, HEIGHT);
        Photo photo = new Photo(format, new Mat(pixels), null, PhotoMetadata.NONE)) {
      return new PhotoEncoder(90).encode(photo, format);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void takesWhatIsWithinALimitAndRefusesWhatIsOver(
      DecodingLimit limit, LongFunction<byte[]> file, String message) {
    long most = limit.most();

    for (long number : new long[] {most - 1, most}) {
      // Of a thing that must be there, there cannot be one less.
      if (number > 0) {
        assertPhoto(file.apply(number));
      }
    }

    RestorationException failure = failure(file.apply(most + 1));
    assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
    assertThat(failure.code().retryable()).isFalse();
    assertThat(failure.stage()).isEqualTo(Stage.DECODE);
    assertThat(failure).hasMessage(message);
  }

  static Stream<Arguments> files() {
    return Stream.of(
        // Twelve segments of the sample are neither: they are counted by the walk, too.
        of(
            DecodingLimit.PARTS,
            n -> PhotoFiles.withSegments(JPEG, times(n - others(JPEG), segment(0xEF))),
            "the JPEG file has 1001 segments or chunks beside its pixels; the limit is 1000"),
        of(
            DecodingLimit.PARTS,
            n -> PhotoFiles.withChunks(PNG, times(n, chunk("tEXt"))),
            "the PNG file has 1001 segments or chunks beside its pixels; the limit is 1000"),
        of(
            DecodingLimit.PARTS,
            n -> PhotoFiles.withChunks(PNG, times(n, concat(chunk("fdAT"), chunk("IDAT")))),
            "the PNG file has 1001 segments or chunks beside its pixels; the limit is 1000"),
        of(
            DecodingLimit.PARTS,
            n -> webp(times(n - 1, riff("ABCD"))),
            "the WEBP file has 1001 segments or chunks beside its pixels; the limit is 1000"),
        of(
            DecodingLimit.METADATA_BYTES,
            n -> PhotoFiles.withSegments(JPEG, segments(n - 14)),
            "the JPEG file has 33554433 bytes of metadata; the limit is 33554432"),
        of(
            DecodingLimit.METADATA_BYTES,
            n -> PhotoFiles.withChunks(PNG, chunk("abCd", new byte[(int) n])),
            "the PNG file has 33554433 bytes of metadata; the limit is 33554432"),
        of(
            DecodingLimit.METADATA_BYTES,
            n -> webp(riff("ABCD", new byte[(int) n - 10])),
            "the WEBP file has 33554433 bytes of metadata; the limit is 33554432"),
        of(
            DecodingLimit.UNPACKED_BYTES,
            n -> PhotoFiles.withChunks(PNG, chunk("iCCP", new byte[] {'p', 0, 0}, packed(n))),
            "the PNG file has 16777217 or more bytes in one packed block of metadata; the limit is"
                + " 16777216"),
        of(
            DecodingLimit.JPEG_FRAMES,
            n -> frames((int) n),
            "the JPEG file has 2 frame headers; the limit is 1"),
        of(
            DecodingLimit.JPEG_SCANS,
            n -> scans((int) n),
            "the JPEG file has 101 scans; the limit is 100"),
        of(
            DecodingLimit.JPEG_PASSES,
            n -> passes((int) n),
            "the JPEG file has 17 passes over its pixels; the limit is 16"),
        of(
            DecodingLimit.PNG_PIXEL_CHUNKS,
            n -> PhotoFiles.withChunks(PNG, times(n - pixelChunks(), chunk("IDAT"))),
            "the PNG file has 131073 chunks of pixels; the limit is 131072"),
        of(
            DecodingLimit.PNG_HEADERS,
            n -> PhotoFiles.withChunks(PNG, times(n - 1, PhotoFiles.header(WIDTH, HEIGHT, 8, 2))),
            "the PNG file has 2 IHDR chunks; the limit is 1"),
        of(
            DecodingLimit.PNG_PALETTES,
            n -> PhotoFiles.withChunks(PNG, times(n, chunk("PLTE", new byte[] {1, 2, 3}))),
            "the PNG file has 2 PLTE chunks; the limit is 1"),
        of(
            DecodingLimit.PNG_TRANSPARENCIES,
            n -> PhotoFiles.withChunks(PNG, times(n, chunk("tRNS", new byte[6]))),
            "the PNG file has 2 tRNS chunks; the limit is 1"),
        of(
            DecodingLimit.WEBP_IMAGES,
            n -> webp(times(n - 1, Arrays.copyOfRange(WEBP, 12, WEBP.length))),
            "the WEBP file has 2 image chunks; the limit is 1"),
        of(
            DecodingLimit.XMP_BYTES,
            n -> xmp(padded("<a/>", n)),
            "the PNG file has 8388609 bytes of XMP; the limit is 8388608"),
        of(
            DecodingLimit.XMP_ELEMENTS,
            n -> xmp("<a>" + "<b/>".repeat((int) n - 1) + "</a>"),
            "the PNG file has 500001 XMP elements; the limit is 500000"),
        of(
            DecodingLimit.XMP_ATTRIBUTES,
            n -> xmp("<a>" + "<b c='' d=\"\"/>".repeat((int) n / 2) + odd(n) + "</a>"),
            "the PNG file has 500001 XMP attributes; the limit is 500000"),
        of(
            DecodingLimit.XMP_NAMESPACES,
            n -> xmp("<a>" + "<b xmlns:b='c'/>".repeat((int) n) + "</a>"),
            "the PNG file has 10001 XMP namespace declarations; the limit is 10000"),
        of(
            DecodingLimit.XMP_NAMESPACES_IN_SCOPE,
            n -> xmp("<a" + declarations(100) + "><b" + declarations(n - 100) + "/></a>"),
            "the PNG file has 257 XMP namespace declarations in the scope of one element; the limit"
                + " is 256"));
  }

  private static Arguments of(DecodingLimit limit, LongFunction<byte[]> file, String message) {
    return Arguments.of(limit, file, message);
  }

  @Test
  void testsEveryLimit() {
    assertThat(files().map(arguments -> arguments.get()[0]).distinct())
        .containsExactlyInAnyOrder((Object[]) DecodingLimit.values());
  }

  private static byte[] times(long number, byte[] part) {
    return concat(Collections.nCopies((int) number, part).toArray(byte[][]::new));
  }

  // What is neither the start, the pixels nor the end.
  private static int others(byte[] jpeg) {
    JpegMarkers markers = new JpegMarkers(jpeg);
    int others = 0;
    for (int marker = markers.next(); marker != JpegMarkers.END; marker = markers.next()) {
      others += JpegMarkers.hasSegment(marker) && marker != JpegMarkers.START_OF_SCAN ? 1 : 0;
    }
    return others;
  }

  private static int pixelChunks() {
    return new String(PNG, ISO_8859_1).split("IDAT", -1).length - 1;
  }

  // The sample's own 14 bytes are JFIF's.
  private static byte[] segments(long bytes) {
    byte[] whole = segment(0xEF, new byte[LARGEST_SEGMENT]);
    return concat(
        times(bytes / LARGEST_SEGMENT, whole),
        segment(0xEF, new byte[(int) (bytes % LARGEST_SEGMENT)]));
  }

  private static byte[] webp(byte[] after) {
    return PhotoFiles.extendedWebp(WEBP, WIDTH, HEIGHT, 0, new byte[0], after);
  }

  private static byte[] packed(long zeros) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream deflated = new DeflaterOutputStream(out)) {
      deflated.write(new byte[(int) zeros]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] frames(int number) {
    CraftedJpeg jpeg = new CraftedJpeg(CraftedJpeg.BASELINE, 16, 16, 0x11);
    for (int i = 1; i < number; i++) {
      jpeg.frame(CraftedJpeg.BASELINE);
    }
    return jpeg.scan(0, 63, 0, 1).end();
  }

  private static byte[] scans(int number) {
    CraftedJpeg jpeg = new CraftedJpeg(CraftedJpeg.PROGRESSIVE, 64, 64, MANY_BLOCKS).all();
    for (int i = 1; i < number; i++) {
      jpeg.scan(0, 0, 0, 2);
    }
    return jpeg.end();
  }

  private static byte[] passes(int number) {
    CraftedJpeg jpeg = new CraftedJpeg(CraftedJpeg.PROGRESSIVE, 64, 64, 0x11, 0x11, 0x11).all();
    for (int i = 1; i < number; i++) {
      jpeg.scan(0, 0, 0, 1).scan(0, 0, 0, 2).scan(0, 0, 0, 3);
    }
    return jpeg.end();
  }

  private static byte[] xmp(String packet) {
    return PhotoFiles.withChunks(PNG, PhotoFiles.xmpChunk(packet.getBytes(UTF_8)));
  }

  private static String padded(String packet, long length) {
    return packet + " ".repeat((int) length - packet.length());
  }

  private static String odd(long number) {
    return number % 2 == 0 ? "" : "<b c=''/>";
  }

  private static String declarations(long number) {
    StringBuilder declarations = new StringBuilder();
    for (long i = 0; i < number; i++) {
      declarations.append(" xmlns:p").append(i).append("='q'");
    }
    return declarations.toString();
  }

  @Test
  void countsScansWhereverTheCodecFindsThem() {
    byte[] fill = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    byte[] stuffed = {1, (byte) 0xFF, 0, 2, (byte) 0xFF, (byte) 0xFF, 0, 3};
    byte[] restart = {(byte) 0xFF, (byte) 0xD3, 0};
    byte[] reserved = {(byte) 0xFF, 0x02, 0x7F, 0x7F};
    byte[] withoutLength = {(byte) 0xFF, (byte) 0xE5, 0, 0};
    for (byte[] between : new byte[][] {fill, stuffed, restart, reserved, withoutLength}) {
      CraftedJpeg jpeg = new CraftedJpeg(CraftedJpeg.PROGRESSIVE, 64, 64, MANY_BLOCKS).all();
      for (int i = 1; i < 2501; i++) {
        jpeg.raw(between).header(0, 0, 0, 2);
      }
      assertThat(failure(jpeg.end())).hasMessage("the JPEG file has 2501 scans; the limit is 100");
      assertThat(failure(jpeg.open())).hasMessage("the JPEG file has 2501 scans; the limit is 100");
    }
  }

  @Test
  void countsAScanThatTheCodecWouldRefuseAsOneOfAllPixels() {
    byte[] refused = segment(0xDA, new byte[] {1, 99, 0, 0, 0, 0});
    byte[] file =
        new CraftedJpeg(CraftedJpeg.PROGRESSIVE, 64, 64, 0x11).all().raw(times(16, refused)).end();

    assertThat(failure(file))
        .hasMessage("the JPEG file has 17 passes over its pixels; the limit is 16");
  }

  @Test
  void takesNoNoticeOfWhatFollowsTheEndOrLiesInASegment() {
    byte[] scans = times(200, new CraftedJpeg(CraftedJpeg.BASELINE, 8, 8, 0x11).all().open());

    assertPhoto(concat(JPEG, scans));
    assertPhoto(PhotoFiles.withSegments(JPEG, segment(0xE7, Arrays.copyOf(scans, 60_000))));
  }

  @Test
  void refusesFramesThatNoPhotoHas() {
    for (int marker : new int[] {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}) {
      RestorationException failure = failure(new CraftedJpeg(marker, 64, 64, 0x11).all().end());

      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
      assertThat(failure)
          .hasMessage(
              "the JPEG file is lossless, hierarchical or arithmetic-coded (SOF%d)", marker - 0xC0);
    }
  }

  @Test
  void callsAnAnimationOneHoweverManyPicturesItHas() {
    byte[] apng =
        PhotoFiles.withChunks(
            PNG, chunk("acTL", ints(5000, 0)), times(5000, chunk("fcTL", new byte[26])));
    byte[] webp = webp(times(5000, riff("ANMF", new byte[16])));

    for (byte[] file : new byte[][] {apng, webp}) {
      RestorationException failure = failure(file);
      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
      assertThat(failure).hasMessageContaining("an animation of 5000 pictures");
    }
  }

  @Test
  void countsNamespacesInEveryEncodingAndOnlyWhereTheyAre() {
    String declared = declarations(257);
    for (String packet :
        new String[] {
          "<a" + declared + "/>",
          "<!-- <x a='> --><?p <x a='?><![CDATA[<x a=']]><a" + declared + "/>",
          "<a b='>' c=\"'\" " + declared + "></a>",
          "<a" + declarations(200) + "><b><c" + declarations(57) + "></c></b></a>",
          "<d>".repeat(300) + "<a" + declared + "/>",
          "<a" + declared
        }) {
      assertOutline(packet, 257);
    }
    assertOutline("<a><b" + declared + "/><b" + declarations(2) + "></b><b></b></a>", 257);
    assertOutline("<a>" + ("<b" + declarations(2) + "></b>").repeat(300) + "</a>", 2);
    assertOutline("<!-- <a" + declared + "/> --><a b=\" xmlns:c='d' \"/>", 0);
    assertOutline("<!DOCTYPE a><a" + declared + "/>", 0);
    assertOutline("<a b='<'/><a" + declared + "/>", 0);
  }

  private static void assertOutline(String packet, int mostInScope) {
    for (byte[] bytes : new byte[][] {packet.getBytes(UTF_8), packet.getBytes(UTF_16)}) {
      assertThat(XmpOutline.of(bytes).mostInScope()).as(packet).isEqualTo(mostInScope);
    }
  }

  @Test
  void walksALargeFileWithoutMemoryOfItsOwn() {
    byte[] jpeg = PhotoFiles.withSegments(JPEG, times(2_000_000, segment(0xEF)));
    byte[] png = PhotoFiles.withChunks(PNG, times(500_000, chunk("abCd")));
    byte[] webp = webp(times(500_000, riff("ABCD")));
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    for (byte[] file : new byte[][] {jpeg, png, webp}) {
      failure(file);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThat(failure(file)).hasMessageContaining("segments or chunks beside its pixels");
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  private void assertPhoto(byte[] file) {
    try (Photo photo = decoder.decode(file)) {
      assertThat(photo.width()).isPositive();
    }
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
}
