package io.gpenstreams.hostile;

import static io.gpenstreams.hostile.ScriptedJpeg.repeated;
import static io.gpenstreams.image.PhotoFiles.chunk;
import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.exifSegment;
import static io.gpenstreams.image.PhotoFiles.extendedWebp;
import static io.gpenstreams.image.PhotoFiles.header;
import static io.gpenstreams.image.PhotoFiles.icc;
import static io.gpenstreams.image.PhotoFiles.iccSegments;
import static io.gpenstreams.image.PhotoFiles.ints;
import static io.gpenstreams.image.PhotoFiles.png;
import static io.gpenstreams.image.PhotoFiles.riff;
import static io.gpenstreams.image.PhotoFiles.segment;
import static io.gpenstreams.image.PhotoFiles.withChunks;
import static io.gpenstreams.image.PhotoFiles.withSegments;
import static io.gpenstreams.image.PhotoFiles.xmpSegment;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import io.gpenstreams.image.ImageFormat;
import io.gpenstreams.image.Photo;
import io.gpenstreams.image.PhotoDecoder;
import io.gpenstreams.image.PhotoEncoder;
import io.gpenstreams.image.PhotoFiles;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Photos that cost more than they look, lie, or are none at all; all made by code. */
public final class HostilePhotos {
  private static final String CORRUPT = "IMAGE_CORRUPT";
  private static final String UNSUPPORTED = "UNSUPPORTED_FORMAT";
  private static final String TOO_LARGE = "IMAGE_TOO_LARGE";
  private static final String[] OVER_BUDGET = {CORRUPT, UNSUPPORTED};
  // Where either is right: what is too much may be left out, or the photo be refused.
  private static final String[] RESTORED_OR_OVER_BUDGET = {"restored", CORRUPT, UNSUPPORTED};
  private static final int NAMESPACES_OF_A_PACKET = 2;
  private static final String[] ANY = {"restored", "unchanged", CORRUPT, UNSUPPORTED, TOO_LARGE};
  private static final int MOST_PASSES = 16;
  private static final int MOST_PARTS = 1000;
  private static final int MOST_NAMESPACES = 10_000;
  private static final int MOST_NAMESPACES_IN_SCOPE = 256;

  private final byte[] jpeg;
  private final byte[] png;
  private final byte[] webp;
  private final int size;

  /**
   * Draws what the photos are made of.
   *
   * @param size bytes of the larger ones
   */
  public HostilePhotos(int size) {
    this.size = size;
    this.jpeg = good();
    try (Photo photo = new PhotoDecoder(1).decode(jpeg)) {
      PhotoEncoder encoder = new PhotoEncoder(80);
      this.png = encoder.encode(photo, ImageFormat.PNG);
      this.webp = encoder.encode(photo, ImageFormat.WEBP);
    }
  }

  /** A photo of somebody: a JPEG file with nothing strange about it. */
  public static byte[] good() {
    return new Degradation(7).apply(new Portrait(7).draw());
  }

  /** A good photo in every format. */
  public Map<ImageFormat, byte[]> originals() {
    return Map.of(ImageFormat.JPEG, jpeg, ImageFormat.PNG, png, ImageFormat.WEBP, webp);
  }

  /** All of them. */
  public List<HostileCase> all() {
    return Stream.of(
            originalsAsTheyAre(),
            scans(),
            parts(),
            segments(),
            chunks(),
            packed(),
            xmp(),
            exif(),
            claims(),
            shapes(),
            crowds(),
            broken(),
            others(),
            togetherWithOthers())
        .flatMap(List::stream)
        .toList();
  }

  // Or a test that refuses everything would pass.
  private List<HostileCase> originalsAsTheyAre() {
    return List.of(
        photo("plain-jpeg", () -> jpeg, "restored"),
        photo("plain-png", () -> png, "restored"),
        photo("plain-webp", () -> webp, "restored"));
  }

  private static List<HostileCase> scans() {
    ScriptedJpeg small = new ScriptedJpeg(512);
    ScriptedJpeg large = new ScriptedJpeg(7000);
    return List.of(
        photo("jpeg-scans-1", () -> small.progressive(1), "unchanged"),
        photo("jpeg-passes-one-less", () -> small.progressive(MOST_PASSES - 1), "unchanged"),
        photo("jpeg-passes-most", () -> small.progressive(MOST_PASSES), "unchanged"),
        photo("jpeg-passes-one-more", () -> small.progressive(MOST_PASSES + 1), OVER_BUDGET),
        photo("jpeg-scans-2501", () -> large.progressive(2501), OVER_BUDGET),
        photo("jpeg-scans-2501-small", () -> small.progressive(2501), OVER_BUDGET),
        photo("jpeg-scans-sequential-3", () -> small.sequential(3), "unchanged"),
        photo("jpeg-scans-sequential-most", () -> small.sequential(3 * MOST_PASSES), "unchanged"),
        photo(
            "jpeg-scans-sequential-one-more",
            () -> small.sequential(3 * MOST_PASSES + 1),
            OVER_BUDGET),
        photo("jpeg-scans-sequential-2501", () -> small.sequential(2501), OVER_BUDGET),
        photo(
            "jpeg-scans-arithmetic-3",
            () -> small.arithmeticProgressive(3),
            "unchanged",
            CORRUPT,
            UNSUPPORTED),
        photo("jpeg-scans-arithmetic-2501", () -> large.arithmeticProgressive(2501), OVER_BUDGET),
        photo(
            "jpeg-scans-arithmetic-sequential-2501",
            () -> large.arithmeticSequential(2501),
            OVER_BUDGET));
  }

  private List<HostileCase> parts() {
    List<HostileCase> cases = new ArrayList<>();
    for (int more = -1; more <= 1; more++) {
      String name = more < 0 ? "one-less" : more == 0 ? "most" : "one-more";
      String[] results = more > 0 ? OVER_BUDGET : new String[] {"restored"};
      int inJpeg = MOST_PARTS + more - segmentsBeforeScan();
      int inOthers = MOST_PARTS + more;
      cases.add(
          photo(
              "jpeg-segments-" + name,
              () -> withSegments(jpeg, repeated(segment(0xFE), inJpeg)),
              results));
      cases.add(
          photo(
              "png-chunks-" + name,
              () -> withChunks(png, repeated(chunk("teSt"), inOthers)),
              results));
      // The extended header is one too.
      cases.add(
          photo(
              "webp-chunks-" + name,
              () -> extended(repeated(riff("teSt"), inOthers - 1)),
              results));
      int inPacket = MOST_NAMESPACES + more - NAMESPACES_OF_A_PACKET;
      cases.add(
          xmp(
              "xmp-namespaces-" + name,
              () -> namespaces(inPacket / 10, 10, inPacket % 10),
              results));
      int inScope = MOST_NAMESPACES_IN_SCOPE + more - NAMESPACES_OF_A_PACKET;
      cases.add(xmp("xmp-namespaces-in-scope-" + name, () -> namespaces(0, 0, inScope), results));
    }
    return cases;
  }

  private int segmentsBeforeScan() {
    int count = 0;
    ByteBuffer in = ByteBuffer.wrap(jpeg);
    for (int at = 2; (jpeg[at + 1] & 0xFF) != 0xDA; at += 2 + in.getShort(at + 2)) {
      count++;
    }
    return count;
  }

  private List<HostileCase> segments() {
    byte[] empty = segment(0xFE);
    int afterStart = 2;
    return List.of(
        photo("jpeg-segments-empty", () -> inserted(jpeg, afterStart, empty), OVER_BUDGET),
        photo("jpeg-segments-app1", () -> inserted(jpeg, afterStart, segment(0xE1)), OVER_BUDGET),
        photo("jpeg-segments-before-end", () -> beforeEnd(empty), ANY),
        photo("jpeg-tables", () -> inserted(jpeg, afterStart, table()), RESTORED_OR_OVER_BUDGET),
        photo("jpeg-restart-markers", () -> inserted(jpeg, afterStart, restart()), ANY),
        photo("jpeg-fill-bytes", () -> inserted(jpeg, afterStart, new byte[] {-1}), ANY),
        photo("jpeg-garbage-between", () -> inserted(jpeg, afterStart, new byte[1]), ANY),
        photo("jpeg-markers-in-scan", () -> inserted(jpeg, jpeg.length / 2, restart()), ANY),
        photo("jpeg-garbage-behind", () -> inserted(jpeg, jpeg.length, new byte[1]), ANY),
        photo("jpeg-profile-255-parts", () -> profile(255), "restored"),
        photo("jpeg-profile-256-parts", () -> profile(256), RESTORED_OR_OVER_BUDGET),
        photo(
            "jpeg-comments-of-64-k", () -> inserted(jpeg, 2, segment(0xFE, new byte[65533])), ANY));
  }

  private byte[] beforeEnd(byte[] part) {
    return inserted(jpeg, jpeg.length - 2, part);
  }

  private static byte[] restart() {
    return new byte[] {(byte) 0xFF, (byte) 0xD0};
  }

  private static byte[] table() {
    byte[] table = new byte[65];
    Arrays.fill(table, (byte) 1);
    table[0] = 3;
    return segment(0xDB, table);
  }

  private byte[] profile(int parts) {
    return withSegments(jpeg, iccSegments(icc("RGB ", 100 * parts), parts));
  }

  // As many of a part as the largest photos have room for.
  private byte[] inserted(byte[] file, int at, byte[] part) {
    return concat(
        Arrays.copyOf(file, at),
        repeated(part, (size - file.length) / part.length),
        Arrays.copyOfRange(file, at, file.length));
  }

  private List<HostileCase> chunks() {
    int afterHeader = 33;
    byte[] time = chunk("tIME", new byte[7]);
    byte[] animation = chunk("acTL", ints(Integer.MAX_VALUE, 0));
    return List.of(
        photo("png-chunks-empty", () -> inserted(png, afterHeader, chunk("teSt")), OVER_BUDGET),
        photo("png-chunks-text", () -> inserted(png, afterHeader, text()), OVER_BUDGET),
        photo("png-chunks-time", () -> inserted(png, afterHeader, time), OVER_BUDGET),
        photo(
            "png-chunks-transparency",
            () -> inserted(png, afterHeader, transparency()),
            OVER_BUDGET),
        photo("png-chunks-palette", () -> inserted(png, afterHeader, palette()), OVER_BUDGET),
        photo(
            "png-chunks-data-empty", () -> inserted(png, firstData(), chunk("IDAT")), OVER_BUDGET),
        photo(
            "png-chunks-profile", () -> inserted(png, afterHeader, profileChunk(100)), OVER_BUDGET),
        photo("png-animation-claims", () -> withChunks(png, animation), UNSUPPORTED),
        photo("png-unknown-critical", () -> withChunks(png, chunk("ABCD")), ANY),
        photo("png-garbage-behind", () -> inserted(png, png.length, new byte[1]), ANY),
        photo("webp-chunks-empty", () -> webp(riff("teSt")), OVER_BUDGET),
        photo("webp-chunks-exif", () -> webp(riff("EXIF", new byte[8])), OVER_BUDGET),
        photo("webp-frames", () -> webp(riff("ANMF", new byte[24])), OVER_BUDGET),
        photo("webp-garbage-behind", () -> inserted(webp, webp.length, new byte[1]), ANY));
  }

  private static byte[] text() {
    return chunk("tEXt", "a\0".getBytes(ISO_8859_1));
  }

  private static byte[] transparency() {
    return chunk("tRNS", new byte[6]);
  }

  private static byte[] palette() {
    return chunk("PLTE", new byte[3]);
  }

  private int firstData() {
    return new String(png, ISO_8859_1).indexOf("IDAT") - Integer.BYTES;
  }

  private byte[] webp(byte[] part) {
    return extended(repeated(part, (size - webp.length - 64) / part.length));
  }

  private byte[] extended(byte[] after) {
    return extendedWebp(webp, 280, 350, 0, new byte[0], after);
  }

  // A few bytes that are very many.
  private List<HostileCase> packed() {
    int huge = 256 << 20;
    byte[] name = "n\0\0".getBytes(ISO_8859_1);
    byte[] packedXmp = "XML:com.adobe.xmp\0\1\0\0\0".getBytes(ISO_8859_1);
    return List.of(
        photo(
            "png-bomb-profile",
            () -> withChunks(png, chunk("iCCP", name, deflated(huge))),
            RESTORED_OR_OVER_BUDGET),
        photo(
            "png-bomb-text",
            () -> withChunks(png, chunk("zTXt", name, deflated(huge))),
            RESTORED_OR_OVER_BUDGET),
        photo(
            "png-bomb-xmp",
            () -> withChunks(png, chunk("iTXt", packedXmp, deflated(huge))),
            RESTORED_OR_OVER_BUDGET),
        photo(
            "png-bomb-xmp-many",
            () -> withChunks(png, repeated(chunk("iTXt", packedXmp, deflated(15 << 20)), 50)),
            RESTORED_OR_OVER_BUDGET),
        photo(
            "png-bomb-profile-many",
            () -> withChunks(png, repeated(profileChunk(15 << 20), 50)),
            RESTORED_OR_OVER_BUDGET),
        photo(
            "png-bomb-pixels",
            () -> png(header(64, 64, 8, 0), chunk("IDAT", deflated(huge)), chunk("IEND")),
            "unchanged",
            CORRUPT,
            UNSUPPORTED));
  }

  private static byte[] profileChunk(int length) {
    return chunk("iCCP", "n\0\0".getBytes(ISO_8859_1), deflated(length));
  }

  private List<HostileCase> xmp() {
    return List.of(
        xmp("xmp-namespaces-1000", () -> namespaces(100, 10), "restored"),
        xmp("xmp-namespaces-450000", () -> namespaces(5000, 90)),
        xmp("xmp-namespaces-in-scope-450000", () -> inScope(450_000, 5000)),
        xmp("xmp-namespaces-of-one-element", () -> namespaces(1, 400_000)),
        xmp("xmp-elements", () -> rdf("<a/>".repeat(2_000_000))),
        xmp("xmp-deep", () -> rdf("<a>".repeat(200_000) + "</a>".repeat(200_000))),
        xmp("xmp-attributes", () -> rdf(attributes(300_000))),
        xmp("xmp-long-name", () -> rdf("<" + "n".repeat(5_000_000) + "/>")),
        xmp("xmp-text", () -> rdf("&amp;".repeat(1_500_000))),
        xmp("xmp-descriptions", () -> rdf("<rdf:Description rdf:about=''/>".repeat(250_000))),
        xmp("xmp-entity-bomb", () -> entities() + rdf("&e9;")),
        xmp(
            "xmp-external-entity",
            () -> "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + rdf("&e;")),
        xmp("xmp-instructions", () -> rdf("<?a b?>".repeat(1_000_000))),
        xmp("xmp-comments", () -> rdf("<!---->".repeat(1_000_000))),
        photo(
            "jpeg-xmp-namespaces",
            () -> withSegments(jpeg, xmpSegment(namespaces(700, 5).getBytes(UTF_8))),
            "restored"));
  }

  private HostileCase xmp(String name, Supplier<String> packet) {
    return xmp(name, packet, RESTORED_OR_OVER_BUDGET);
  }

  private HostileCase xmp(String name, Supplier<String> packet, String... results) {
    byte[] start = "XML:com.adobe.xmp\0\1\0\0\0".getBytes(ISO_8859_1);
    return photo(
        name,
        () -> withChunks(png, chunk("iTXt", start, deflated(packet.get().getBytes(UTF_8)))),
        results);
  }

  private static String rdf(String content) {
    return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
        + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        + "<rdf:Description rdf:about=''>"
        + content
        + "</rdf:Description></rdf:RDF></x:xmpmeta>";
  }

  private static String namespaces(int elements, int each) {
    return namespaces(elements, each, 0);
  }

  private static String namespaces(int elements, int each, int ofOneMore) {
    StringBuilder all = new StringBuilder();
    for (int e = 0; e <= elements; e++) {
      all.append("<a");
      for (int n = 0; n < (e < elements ? each : ofOneMore); n++) {
        all.append(" xmlns:n").append(Integer.toString(e * each + n, 36)).append("='u'");
      }
      all.append("/>");
    }
    return rdf(all.toString());
  }

  // Each of the elements has a prefix, which is looked for among all that are declared.
  private static String inScope(int declarations, int elements) {
    String one = namespaces(0, 0, declarations);
    int end = one.indexOf("/>", one.indexOf("<a"));
    return one.substring(0, end)
        + ">"
        + "<n0:b/>".repeat(elements)
        + "</a>"
        + one.substring(end + 2);
  }

  private static String attributes(int count) {
    StringBuilder all = new StringBuilder("<a");
    for (int i = 0; i < count; i++) {
      all.append(" a").append(Integer.toString(i, 36)).append("=''");
    }
    return all.append("/>").toString();
  }

  private static String entities() {
    StringBuilder all = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 'ha'>");
    for (int i = 1; i < 10; i++) {
      all.append("<!ENTITY e%d '%s'>".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
    }
    return all.append("]>").toString();
  }

  private List<HostileCase> exif() {
    int itself = 8;
    return List.of(
        exif("exif-next-is-itself", directory(1, itself)),
        exif("exif-next-is-the-end", directory(1, Integer.MAX_VALUE)),
        exif("exif-65535-entries", directory(65535, 0)),
        exif("exif-first-beyond", tiff(Integer.MAX_VALUE)),
        exif("exif-first-negative", tiff(-1)),
        exif("exif-sub-directory-is-itself", subDirectory(itself)),
        exif("exif-orientation-0", PhotoFiles.exif(0, ByteOrder.BIG_ENDIAN)),
        exif("exif-orientation-9", PhotoFiles.exif(9, ByteOrder.BIG_ENDIAN)),
        exif("exif-empty", new byte[0]),
        exif("exif-longest", new byte[65533 - 6]),
        photo("png-exif-long", () -> withChunks(png, chunk("eXIf", new byte[size / 2])), ANY));
  }

  private HostileCase exif(String name, byte[] block) {
    return photo(name, () -> withSegments(jpeg, exifSegment(block)), "restored");
  }

  private static byte[] tiff(int first) {
    return concat("MM\0*".getBytes(ISO_8859_1), ints(first));
  }

  private static byte[] directory(int entries, int next) {
    byte[] entry = concat(new byte[] {1, 0x0F, 0, 2}, ints(8, 8));
    byte[] count = {(byte) (entries >> 8), (byte) entries};
    return concat(tiff(8), count, entry, ints(next));
  }

  private static byte[] subDirectory(int place) {
    byte[] entry = concat(new byte[] {(byte) 0x87, 0x69, 0, 4}, ints(1, place));
    return concat(tiff(8), new byte[] {0, 1}, entry, ints(0));
  }

  private List<HostileCase> claims() {
    byte[] tiny = new ScriptedJpeg(8).progressive(1);
    return List.of(
        photo("jpeg-claims-most", () -> jpegOfSize(tiny, 65535, 65535), TOO_LARGE),
        photo("jpeg-claims-nothing", () -> jpegOfSize(tiny, 0, 8), OVER_BUDGET),
        photo("jpeg-claims-no-height", () -> jpegOfSize(tiny, 8, 0), OVER_BUDGET),
        photo("jpeg-claims-more-than-it-has", () -> jpegOfSize(tiny, 6000, 8000), ANY),
        photo("png-claims-most", () -> pngOfSize(Integer.MAX_VALUE, Integer.MAX_VALUE), TOO_LARGE),
        photo("png-claims-negative", () -> pngOfSize(-1, -1), OVER_BUDGET),
        photo("png-claims-nothing", () -> pngOfSize(0, 0), OVER_BUDGET),
        photo("png-claims-overflow", () -> pngOfSize(1 << 16, 1 << 16), TOO_LARGE),
        photo("png-claims-more-than-it-has", () -> pngOfSize(7000, 7000), ANY),
        photo("webp-claims-most", () -> webpCanvas(1 << 14, 1 << 14), TOO_LARGE),
        photo("webp-claims-more-than-it-has", () -> webpCanvas(5000, 5000), ANY),
        photo("webp-claims-length", () -> webpOfLength(-1), CORRUPT),
        photo("webp-claims-no-length", () -> webpOfLength(0), ANY));
  }

  private static byte[] jpegOfSize(byte[] file, int width, int height) {
    byte[] changed = file.clone();
    int frame = new String(file, ISO_8859_1).indexOf("\u00ff\u00c2");
    ByteBuffer.wrap(changed).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
    return changed;
  }

  private static byte[] pngOfSize(int width, int height) {
    return png(header(width, height, 8, 2), chunk("IDAT", deflated(1000)), chunk("IEND"));
  }

  private byte[] webpCanvas(int width, int height) {
    return extendedWebp(webp, width, height, 0, new byte[0], new byte[0]);
  }

  private byte[] webpOfLength(int length) {
    byte[] changed = webp.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length);
    return changed;
  }

  private static List<HostileCase> shapes() {
    return List.of(
        photo("png-1-pixel", () -> grey(1, 1), "unchanged"),
        photo("png-1-row", () -> grey(60_000, 1), ANY),
        photo("png-1-column", () -> grey(1, 60_000), ANY),
        photo("png-row-beyond-the-codec", () -> grey(2_000_000, 1), ANY),
        photo("png-deep-12-megapixels", () -> deep(3464), "unchanged"));
  }

  private static byte[] grey(int width, int height) {
    byte[] pixels = deflated((width + 1) * height);
    return png(header(width, height, 8, 0), chunk("IDAT", pixels), chunk("IEND"));
  }

  // 16 bits for each of red, green, blue and alpha.
  private static byte[] deep(int side) {
    byte[] pixels = deflated((8 * side + 1) * side);
    return png(header(side, side, 16, 6), chunk("IDAT", pixels), chunk("IEND"));
  }

  private static List<HostileCase> crowds() {
    return List.of(
        HostileCase.photo("mosaic-of-3600-faces", () -> mosaic(60, 32), "restored", "unchanged")
            .byItself(),
        HostileCase.photo("mosaic-of-900-faces", () -> mosaic(30, 48), "restored", "unchanged")
            .byItself());
  }

  /** One face, again and again. */
  private static byte[] mosaic(int faces, int side) {
    Rectangle face = Portrait.face();
    int all = 2 * Math.max(face.width, face.height);
    BufferedImage head =
        new Portrait(7)
            .draw()
            .getSubimage(
                Math.max(0, (int) face.getCenterX() - all / 2),
                Math.max(0, (int) face.getCenterY() - all / 2),
                Math.min(all, Portrait.WIDTH - Math.max(0, (int) face.getCenterX() - all / 2)),
                Math.min(all, Portrait.HEIGHT - Math.max(0, (int) face.getCenterY() - all / 2)));
    BufferedImage small = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = small.createGraphics();
    pen.drawImage(head.getScaledInstance(side, side, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    pen.dispose();
    BufferedImage mosaic =
        new BufferedImage(faces * side, faces * side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = mosaic.createGraphics();
    for (int i = 0; i < faces * faces; i++) {
      graphics.drawImage(small, i % faces * side, i / faces * side, null);
    }
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(mosaic, "jpg", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private List<HostileCase> broken() {
    List<HostileCase> cases = new ArrayList<>();
    originals()
        .forEach(
            (format, file) -> {
              String name = format.name().toLowerCase(Locale.ROOT);
              cases.add(photo(name + "-cut-in-half", () -> cut(file, file.length / 2), CORRUPT));
              cases.add(photo(name + "-cut-by-one", () -> cut(file, file.length - 1), ANY));
              cases.add(photo(name + "-cut-after-start", () -> cut(file, 16), OVER_BUDGET));
              cases.add(photo(name + "-garbled", () -> garbled(file, 7, 50), ANY));
              cases.add(photo(name + "-garbled-all", () -> garbled(file, 8, file.length), ANY));
              cases.add(photo(name + "-only-zeros-behind-start", () -> zeroed(file), OVER_BUDGET));
            });
    return cases;
  }

  private static byte[] cut(byte[] file, int length) {
    return Arrays.copyOf(file, length);
  }

  private static byte[] zeroed(byte[] file) {
    return Arrays.copyOf(Arrays.copyOf(file, 16), file.length);
  }

  // The start stays, or it would be no photo at all.
  private static byte[] garbled(byte[] file, long seed, int places) {
    byte[] changed = file.clone();
    Random random = new Random(seed);
    for (int i = 0; i < places; i++) {
      changed[16 + random.nextInt(file.length - 16)] = (byte) random.nextInt();
    }
    return changed;
  }

  private List<HostileCase> others() {
    byte[] zip = concat("PK\3\4".getBytes(ISO_8859_1), new byte[1000]);
    byte[] page = "<html><script>alert(1)</script></html>".getBytes(UTF_8);
    return List.of(
        photo("polyglot-jpeg-zip", () -> concat(jpeg, zip), "restored"),
        photo("polyglot-png-page", () -> concat(png, page), "restored"),
        photo("polyglot-webp-page", () -> concat(webp, page), "restored"),
        photo("polyglot-pdf-jpeg", () -> concat("%PDF-1.7\n".getBytes(UTF_8), jpeg), UNSUPPORTED),
        photo("polyglot-jpeg-png", () -> concat(jpeg, png), "restored"),
        photo("polyglot-comment-page", () -> withSegments(jpeg, segment(0xFE, page)), "restored"),
        photo("other-page", () -> page, UNSUPPORTED),
        photo("other-vector", () -> "<svg onload='alert(1)'/>".getBytes(UTF_8), UNSUPPORTED),
        photo("other-gif", () -> "GIF89a\1\0\1\0\0\0\0;".getBytes(ISO_8859_1), UNSUPPORTED),
        photo("other-bmp", () -> concat("BM".getBytes(UTF_8), new byte[100]), UNSUPPORTED),
        photo("other-tiff", () -> tiff(8), UNSUPPORTED),
        photo("other-riff", () -> riff("RIFF", "WAVE".getBytes(UTF_8), new byte[50]), UNSUPPORTED),
        photo("other-nothing", () -> new byte[0], OVER_BUDGET),
        photo("other-1-byte", () -> new byte[1], OVER_BUDGET),
        photo("other-zeros", () -> new byte[100_000], UNSUPPORTED));
  }

  // What one alone may get away with.
  private List<HostileCase> togetherWithOthers() {
    return List.of(
        HostileCase.photos(
                "jpeg-segments-empty-8-at-once",
                8,
                () -> inserted(jpeg, 2, segment(0xFE)),
                OVER_BUDGET)
            .byItself(),
        HostileCase.photos(
                "png-chunks-empty-8-at-once",
                8,
                () -> inserted(png, 33, chunk("teSt")),
                OVER_BUDGET)
            .byItself(),
        HostileCase.photos(
                "jpeg-scans-8-at-once",
                8,
                () -> new ScriptedJpeg(7000).progressive(2501),
                OVER_BUDGET)
            .byItself());
  }

  private static byte[] deflated(int zeros) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] block = new byte[1 << 16];
    try (OutputStream packed = new DeflaterOutputStream(out)) {
      for (int left = zeros; left > 0; left -= block.length) {
        packed.write(block, 0, Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed = new DeflaterOutputStream(out)) {
      packed.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
    return out.toByteArray();
  }

  private static HostileCase photo(String name, Supplier<byte[]> file, String... results) {
    return HostileCase.photo(name, file, results);
  }
}
