package io.gpenstreams.image;

import static io.gpenstreams.image.PhotoFiles.chunk;
import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.ints;
import static io.gpenstreams.image.PhotoFiles.riff;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.cli.bench.PeakMemory;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/**
 * What the worst files within every {@link DecodingLimit} and 64 MiB cost, in seconds of one core:
 * {@code mvn -Pbenchmark test -Dtest=DecodingCostBenchmark}. Needs 3 GiB of memory.
 */
class DecodingCostBenchmark {
  private static final int MOST_BYTES = 64 << 20;
  private static final int[][] SIZES = {{1024, 976}, {4096, 2440}, {8192, 6103}};
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MEGABYTE = 1 << 20;
  private static final int BITS_OF_BLOCK = 63;

  private final PhotoDecoder decoder = new PhotoDecoder(50);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  @Test
  void theWorstFiles() {
    System.out.printf("%-56s %4s %7s %7s %7s%n", "file", "MP", "MiB", "s", "peak");
    for (int[] size : SIZES) {
      int width = size[0];
      int height = size[1];
      for (int components : new int[] {3, 4}) {
        String name = "JPEG, " + components + " components, ";
        measure(name + "refined 15 times", size, () -> refined(width, height, components));
        measure(name + "refined, all set", size, () -> allSet(width, height, components));
        measure(name + "restart at each block", size, () -> restarts(width, height, components));
      }
      measure("PNG, 16-bit RGBA, interlaced", size, () -> png(width, height, 0));
      measure(
          "PNG, the same with empty blocks up to 64 MiB",
          size,
          () -> png(width, height, MOST_BYTES));
      measure("WebP, lossless, 65,536 groups of codes", size, () -> webp(width, height));
    }
    labelling();
  }

  private void measure(String name, int[] size, Supplier<byte[]> maker) {
    byte[] file = maker.get();
    PeakMemory.restart();
    long before = PeakMemory.bytes().orElse(0L);
    long begin = threads.getCurrentThreadCpuTime();
    int width;
    try (Photo photo = decoder.decode(file)) {
      width = photo.width();
    }
    double seconds = (threads.getCurrentThreadCpuTime() - begin) / NANOS_PER_SECOND;
    System.out.printf(
        "%-56s %4d %7.1f %7.2f %7d%s%n",
        name,
        (size[0] * size[1] + 500_000) / 1_000_000,
        (double) file.length / MEGABYTE,
        seconds,
        (PeakMemory.bytes().orElse(0L) - before) / MEGABYTE,
        width == size[0] ? "" : " of another size");
  }

  // For each name the parser goes through all declarations in scope.
  private void labelling() {
    StringBuilder packet =
        new StringBuilder("<a xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'");
    for (int i = 1; i < DecodingLimit.XMP_NAMESPACES_IN_SCOPE.most(); i++) {
      packet.append(" xmlns:p").append(i).append("='q'");
    }
    packet.append("><r:Description/>");
    long attributes =
        DecodingLimit.XMP_ATTRIBUTES.most() - DecodingLimit.XMP_NAMESPACES_IN_SCOPE.most();
    for (long i = 0; i < attributes; i++) {
      packet.append("<r:b r:c=''/>");
    }
    byte[] bytes = packet.append("</a>").toString().getBytes(UTF_8);
    XmpOutline.of(bytes).check(ImageFormat.PNG);
    long begin = threads.getCurrentThreadCpuTime();
    byte[] labelled = XmpPacket.labelled(bytes, URI.create("http://cv.iptc.org/a"));
    System.out.printf(
        "%-56s %4s %7.1f %7.2f %7s%n",
        "XMP, names looked up in 256 namespaces",
        "",
        (double) labelled.length / MEGABYTE,
        (threads.getCurrentThreadCpuTime() - begin) / NANOS_PER_SECOND,
        "");
  }

  private static CraftedJpeg jpeg(int width, int height, int components) {
    int[] samplings = new int[components];
    Arrays.fill(samplings, 0x11);
    return new CraftedJpeg(CraftedJpeg.PROGRESSIVE, width, height, samplings).all();
  }

  private static byte[] refined(int width, int height, int components) {
    CraftedJpeg jpeg = jpeg(width, height, components).table(0x10, CraftedJpeg.END_OF_BAND);
    for (int pass = 1; pass < DecodingLimit.JPEG_PASSES.most(); pass++) {
      for (int component = 1; component <= components; component++) {
        jpeg.scan(1, 63, 0x10, component);
      }
    }
    return jpeg.end();
  }

  // Each refinement reads one bit of each coefficient that is not zero.
  private static byte[] allSet(int width, int height, int components) {
    CraftedJpeg jpeg = jpeg(width, height, components);
    int blocks = ((width + 7) / 8) * ((height + 7) / 8);
    int bits = blocks / 8 * BITS_OF_BLOCK;
    jpeg.table(0x10, 0x01).header(1, 63, 0x01, 1).raw(new byte[2 * bits + 64]);
    jpeg.table(0x10, CraftedJpeg.END_OF_BAND);
    long left = (DecodingLimit.JPEG_PASSES.most() - 1) * components - 1;
    int length = jpeg.open().length;
    for (; left > 0 && length + bits < MOST_BYTES - MEGABYTE; left--) {
      jpeg.header(1, 63, 0x10, 1).raw(new byte[bits + blocks / 4096 + 64]);
      length += bits + blocks / 4096 + 80;
    }
    for (; left > 0; left--) {
      jpeg.scan(1, 63, 0x10, 2);
    }
    return jpeg.end();
  }

  private static byte[] restarts(int width, int height, int components) {
    CraftedJpeg jpeg = jpeg(width, height, components).bytes(0xFF, 0xDD, 0, 4, 0, 1);
    int blocks = ((width + 7) / 8) * ((height + 7) / 8);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int i = 0; i < blocks; i++) {
      data.write(0);
      data.write(0xFF);
      data.write(0xD0 + i % 8);
    }
    byte[] scan = data.toByteArray();
    long left = (DecodingLimit.JPEG_PASSES.most() - 1) * components;
    int length = jpeg.open().length;
    for (; left > 0 && length + scan.length < MOST_BYTES - MEGABYTE; left--) {
      jpeg.header(1, 63, 0x10, 1).raw(scan);
      length += scan.length + 20;
    }
    jpeg.bytes(0xFF, 0xDD, 0, 4, 0, 0).table(0x10, CraftedJpeg.END_OF_BAND);
    for (; left > 0; left--) {
      jpeg.scan(1, 63, 0x10, 1);
    }
    return jpeg.end();
  }

  /** Bits, lowest first, as deflate and WebP have them. */
  private static final class Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int rest;
    private int count;

    Bits put(int value, int bits) {
      for (int i = 0; i < bits; i++) {
        rest |= (value >> i & 1) << count;
        if (++count == 8) {
          out.write(rest);
          rest = 0;
          count = 0;
        }
      }
      return this;
    }

    byte[] bytes() {
      if (count > 0) {
        put(0, 8 - count);
      }
      return out.toByteArray();
    }
  }

  // Adam7, Paeth's filter, hardly compressible enough for the limit.
  private static byte[] png(int width, int height, int bytes) {
    int[][] passes = {
      {0, 0, 8, 8},
      {4, 0, 8, 8},
      {0, 4, 4, 8},
      {2, 0, 4, 4},
      {0, 2, 2, 4},
      {1, 0, 2, 2},
      {0, 1, 1, 2}
    };
    SplittableRandom random = new SplittableRandom(1);
    Deflater deflater = new Deflater(1, true);
    Adler32 adler = new Adler32();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int[] pass : passes) {
      byte[] row = new byte[1 + 8 * ((width - pass[0] + pass[2] - 1) / pass[2])];
      row[0] = 4;
      for (int y = pass[1]; y < height; y += pass[3]) {
        for (int i = 1; i < row.length; i += 32) {
          row[i] = (byte) random.nextInt();
        }
        adler.update(row);
        deflater.setInput(row);
        while (!deflater.needsInput()) {
          out.write(buffer, 0, deflater.deflate(buffer));
        }
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    byte[] image = out.toByteArray();
    byte[] stream =
        concat(
            new byte[] {0x78, 1},
            emptyBlocks(bytes - image.length - 1024),
            image,
            ints((int) adler.getValue()));
    return PhotoFiles.png(
        chunk("IHDR", ints(width, height), new byte[] {16, 6, 0, 0, 1}),
        chunk("IDAT", stream),
        chunk("IEND"));
  }

  // Deflate blocks with codes of their own for nothing but their end.
  private static byte[] emptyBlocks(int bytes) {
    Bits bits = new Bits();
    for (int written = 0; written < bytes; written += 11) {
      bits.put(4, 3).put(0, 10).put(14, 4);
      // Two lengths occur, 18 (a run of zeros) and 1, each with a code of one bit.
      for (int length : new int[] {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1}) {
        bits.put(length == 18 || length == 1 ? 1 : 0, 3);
      }
      bits.put(1, 1).put(138 - 11, 7).put(1, 1).put(118 - 11, 7).put(0, 2).put(0, 1);
    }
    // An empty stored block, which ends at a byte.
    bits.put(0, 3);
    return concat(bits.bytes(), new byte[] {0, 0, (byte) 0xFF, (byte) 0xFF});
  }

  // RFC 9649, section 3: transforms, then as many groups of prefix codes as can be told apart.
  private static byte[] webp(int width, int height) {
    Bits bits = new Bits().put(0x2F, 8).put(width - 1, 14).put(height - 1, 14).put(1, 1).put(0, 3);
    // Predictor 11 everywhere, then a colour transform, then green taken off; squares of 4 pixels.
    transform(bits, 0, 11);
    transform(bits, 1, 77);
    bits.put(1, 1).put(2, 2);
    bits.put(0, 1);
    int side = 2;
    while (squares(width, height, side + 1) >= 1 << 16) {
      side++;
    }
    int squares = squares(width, height, side);
    bits.put(0, 1).put(1, 1).put(side - 2, 3);
    // The image of groups: low byte in green, high one in red.
    bits.put(0, 1);
    flat(bits);
    flat(bits);
    IntStream.range(0, 3).forEach(i -> single(bits, 0));
    for (int i = 0; i < squares; i++) {
      int group = i % (1 << 16);
      bits.put(Integer.reverse(group & 0xFF) >>> 24, 8).put(Integer.reverse(group >> 8) >>> 24, 8);
    }
    int groups = Math.min(squares, 1 << 16);
    for (int i = 0; i < 5 * groups; i++) {
      // Two symbols, 0 and another: a bit for each sample.
      bits.put(0b011, 3).put(0, 1).put(200 % (i % 5 == 4 ? 39 : 256), 8);
    }
    byte[] pixels = new byte[width * height / 2 + 64];
    return riff("RIFF", "WEBP".getBytes(ISO_8859_1), riff("VP8L", concat(bits.bytes(), pixels)));
  }

  private static int squares(int width, int height, int bits) {
    return (((width - 1) >> bits) + 1) * (((height - 1) >> bits) + 1);
  }

  private static void transform(Bits bits, int type, int green) {
    bits.put(1, 1).put(type, 2).put(0, 3).put(0, 1);
    single(bits, green);
    IntStream.range(0, 4).forEach(i -> single(bits, 0));
  }

  private static void single(Bits bits, int symbol) {
    bits.put(0b101, 3).put(symbol, 8);
  }

  // 256 symbols of 8 bits.
  private static void flat(Bits bits) {
    bits.put(0, 1).put(8, 4);
    for (int i = 0; i < 12; i++) {
      bits.put(i == 11 ? 1 : 0, 3);
    }
    bits.put(1, 1).put(3, 3).put(254, 8);
  }
}
