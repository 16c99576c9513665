package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.lang.management.ManagementFactory;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The count of any file's structure ends with an answer and takes little memory. */
class WalkPropertiesTest {
  private static final long MOST_MEMORY = 1 << 20;

  private final PhotoDecoder decoder = new PhotoDecoder(50);
  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Property(tries = 1000)
  void anyMarkersOfAJpegFileAreCountedOrRefused(@ForAll("markers") List<byte[]> markers) {
    byte[] start = {(byte) 0xFF, (byte) 0xD8};
    assertOpenedOrRefused(
        PhotoFiles.concat(start, PhotoFiles.concat(markers.toArray(byte[][]::new))));
    assertOpenedOrRefused(
        new CraftedJpeg(CraftedJpeg.PROGRESSIVE, 40, 30, 0x22, 0x11, 0x11)
            .all()
            .raw(PhotoFiles.concat(markers.toArray(byte[][]::new)))
            .end());
  }

  @Provide
  Arbitrary<List<byte[]>> markers() {
    Arbitrary<Integer> marker =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.of(0xC0, 0xC2, 0xC4, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xE1, 0xFE)),
            Tuple.of(1, Arbitraries.integers().between(0, 255)));
    Arbitrary<byte[]> content = Arbitraries.bytes().array(byte[].class).ofMinSize(0).ofMaxSize(24);
    Arbitrary<byte[]> whole =
        Combinators.combine(marker, content).as((m, c) -> PhotoFiles.segment(m, c));
    Arbitrary<byte[]> lying =
        Combinators.combine(marker, content)
            .as((m, c) -> PhotoFiles.concat(new byte[] {(byte) 0xFF, m.byteValue()}, c));
    return Arbitraries.oneOf(whole, lying, content).list().ofMaxSize(40);
  }

  @Property(tries = 500)
  void anyChunksAreCountedOrRefused(@ForAll("types") List<String> types, @ForAll byte[] content) {
    byte[][] png =
        types.stream().map(type -> PhotoFiles.chunk(type, content)).toArray(byte[][]::new);
    byte[][] riff =
        types.stream().map(type -> PhotoFiles.riff(type, content)).toArray(byte[][]::new);
    assertOpenedOrRefused(
        PhotoFiles.png(
            PhotoFiles.header(9, 9, 8, 2), PhotoFiles.concat(png), PhotoFiles.chunk("IEND")));
    assertOpenedOrRefused(
        PhotoFiles.extendedWebp(
            new byte[12], 9, 9, 0, PhotoFiles.concat(riff), PhotoFiles.concat(riff)));
  }

  @Provide
  Arbitrary<List<String>> types() {
    return Arbitraries.of(
            "IHDR", "PLTE", "tRNS", "IDAT", "acTL", "fcTL", "fdAT", "iTXt", "iCCP", "eXIf", "VP8 ",
            "VP8L", "VP8X", "ALPH", "ANMF", "ANIM", "EXIF", "XMP ", "ICCP")
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 1000)
  void anyPacketIsCounted(@ForAll("packets") String packet, @ForAll byte[] bytes) {
    for (byte[] each : new byte[][] {packet.getBytes(UTF_8), bytes}) {
      assertThat(XmpOutline.of(each).mostInScope()).isBetween(0L, (long) each.length);
    }
  }

  @Provide
  Arbitrary<String> packets() {
    return Arbitraries.of(
            "<",
            ">",
            "/>",
            "</a>",
            "<a",
            " xmlns:b='c'",
            " b=\"c\"",
            "'",
            "\"",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?p",
            "?>",
            "<!DOCTYPE a>",
            "a",
            " ",
            "&lt;",
            "=",
            "xmlns")
        .list()
        .ofMaxSize(60)
        .map(parts -> String.join("", parts));
  }

  private void assertOpenedOrRefused(byte[] file) {
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      PhotoFile opened = decoder.open(file);
      assertThat(opened.header().pixels()).isBetween(1L, 50_000_000L);
    } catch (RestorationException e) {
      assertThat(e.stage()).isEqualTo(Stage.DECODE);
      assertThat(e.code())
          .isIn(ErrorCode.IMAGE_CORRUPT, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.IMAGE_TOO_LARGE);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_MEMORY);
  }
}
