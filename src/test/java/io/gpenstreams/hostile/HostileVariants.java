package io.gpenstreams.hostile;

import static io.gpenstreams.image.PhotoFiles.chunk;
import static io.gpenstreams.image.PhotoFiles.concat;
import static io.gpenstreams.image.PhotoFiles.exif;
import static io.gpenstreams.image.PhotoFiles.exifSegment;
import static io.gpenstreams.image.PhotoFiles.extendedWebp;
import static io.gpenstreams.image.PhotoFiles.icc;
import static io.gpenstreams.image.PhotoFiles.iccSegments;
import static io.gpenstreams.image.PhotoFiles.ints;
import static io.gpenstreams.image.PhotoFiles.riff;
import static io.gpenstreams.image.PhotoFiles.withChunks;
import static io.gpenstreams.image.PhotoFiles.withSegments;
import static io.gpenstreams.image.PhotoFiles.xmp;
import static io.gpenstreams.image.PhotoFiles.xmpChunk;
import static io.gpenstreams.image.PhotoFiles.xmpSegment;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpenstreams.hostile.RawRecord.RawHeader;
import io.gpenstreams.image.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.apache.kafka.common.record.CompressionType;

/**
 * Photos and records that were good until somebody changed something at random. The same seed and
 * number always give the same one.
 */
final class HostileVariants {
  private static final int KEPT = 12;
  private static final int SIGNATURE = 8;
  private static final int[] EXTREMES = {
    0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF, 1 << 16, 1 << 24, 0xFF00FF
  };
  private static final long[] TIMES = {-1, 0, 1, 1_000_000_000_000L, Long.MAX_VALUE};
  private static final String[] TEXTS = {
    "", " ", "null", "-1", "../..", "<b>", "\u0000", "\ud83d\ude00", "\u202e", "%", "'\"", "\\u0000"
  };
  private static final String[] PHOTO = {
    "restored", "unchanged", "IMAGE_CORRUPT", "UNSUPPORTED_FORMAT", "IMAGE_TOO_LARGE"
  };
  private static final String[] RECORD = {
    "restored",
    // What an event may ask for, with options that allow no face.
    "unchanged",
    "INVALID_EVENT",
    "EVENT_TOO_LARGE",
    "SOURCE_NOT_FOUND",
    "SOURCE_FORBIDDEN",
    // A key that this S3 server stumbles over.
    "STORAGE_UNAVAILABLE"
  };

  private final long seed;
  private final List<byte[]> files;

  HostileVariants(long seed, HostilePhotos photos) {
    this.seed = seed;
    Map<ImageFormat, byte[]> originals = photos.originals();
    byte[] jpeg = originals.get(ImageFormat.JPEG);
    byte[] png = originals.get(ImageFormat.PNG);
    byte[] webp = originals.get(ImageFormat.WEBP);
    byte[] exif = exif(6, ByteOrder.BIG_ENDIAN);
    this.files =
        List.of(
            withSegments(
                jpeg, exifSegment(exif), xmpSegment(xmp()), iccSegments(icc("RGB ", 500), 2)),
            withChunks(png, chunk("eXIf", exif), xmpChunk(xmp())),
            extendedWebp(
                webp,
                280,
                350,
                8 | 4,
                new byte[0],
                concat(riff("EXIF", exif), riff("XMP ", xmp()))),
            new ScriptedJpeg(200).progressive(5),
            new ScriptedJpeg(100).sequential(6));
  }

  /** One of them. */
  HostileCase get(int number) {
    Random random = new Random(seed * 1_000_003 + number);
    String name = "variant-" + number;
    return random.nextInt(5) < 3 ? photo(name, random) : record(name, random);
  }

  private HostileCase photo(String name, Random random) {
    byte[] file = files.get(random.nextInt(files.size()));
    byte[] changed = changed(file, KEPT, random);
    byte[] sent = random.nextBoolean() ? mended(changed) : changed;
    return HostileCase.photo(name, () -> sent, PHOTO);
  }

  private byte[] changed(byte[] original, int kept, Random random) {
    byte[] file = original;
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && file.length > kept + 8; i++) {
      int at = kept + random.nextInt(file.length - kept);
      int length = Math.min(file.length - at, 1 + random.nextInt(64));
      byte[] before = Arrays.copyOf(file, at);
      byte[] part = Arrays.copyOfRange(file, at, at + length);
      byte[] after = Arrays.copyOfRange(file, at + length, file.length);
      file =
          switch (random.nextInt(8)) {
            case 0 -> concat(before, random(length, random), after);
            case 1 -> concat(before, after);
            case 2 -> concat(before, part, part, after);
            case 3 -> concat(before, random(length, random), part, after);
            case 4 -> random.nextInt(4) == 0 ? before : file;
            case 5 -> concat(before, ints(EXTREMES[random.nextInt(EXTREMES.length)]), after);
            case 6 -> concat(before, extreme(random), skip(part, 4), after);
            default -> {
              byte[] other = files.get(random.nextInt(files.size()));
              int from = random.nextInt(other.length);
              yield concat(
                  before,
                  Arrays.copyOfRange(other, from, Math.min(other.length, from + 500)),
                  after);
            }
          };
    }
    return file;
  }

  private static byte[] extreme(Random random) {
    int value = EXTREMES[random.nextInt(EXTREMES.length)];
    return ints(random.nextBoolean() ? value : Integer.reverseBytes(value));
  }

  private static byte[] skip(byte[] part, int bytes) {
    return Arrays.copyOfRange(part, Math.min(bytes, part.length), part.length);
  }

  private static byte[] random(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  // With checksums that are right, so that a decoder gets to see what is not.
  private static byte[] mended(byte[] file) {
    if (file.length < SIGNATURE || file[1] != 'P') {
      return file;
    }
    byte[] mended = file.clone();
    ByteBuffer in = ByteBuffer.wrap(mended);
    for (int place = SIGNATURE; place + 12 <= mended.length; ) {
      int length = in.getInt(place);
      if (length < 0 || length > mended.length - place - 12) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(mended, place + 4, length + 4);
      in.putInt(place + 8 + length, (int) crc.getValue());
      place += 12 + length;
    }
    return mended;
  }

  private HostileCase record(String name, Random random) {
    ObjectNode event = HostileCase.tree(name, HostileCase.GOOD);
    event.put("contentType", "image/jpeg").put("sizeBytes", 1000);
    event.put("uploadedAt", "2026-11-23T03:20:00Z");
    event.putObject("options").put("scale", "auto").put("maxFaces", 3).put("blend", 0.5);
    if (random.nextBoolean()) {
      ObjectNode place =
          random.nextBoolean()
              ? event
              : event.withObject(random.nextBoolean() ? "source" : "options");
      List<String> fields = new ArrayList<>();
      place.fieldNames().forEachRemaining(fields::add);
      String field = fields.get(random.nextInt(fields.size()));
      switch (random.nextInt(5)) {
        case 0 -> place.remove(field);
        case 1 -> place.putNull(field);
        case 2 -> place.put(field, EXTREMES[random.nextInt(EXTREMES.length)]);
        case 3 -> place.putArray(field).addObject();
        default ->
            place.put(field, TEXTS[random.nextInt(TEXTS.length)].repeat(1 + random.nextInt(600)));
      }
    }
    byte[] value = event.toString().getBytes(UTF_8);
    if (random.nextInt(3) == 0) {
      value = changed(value, 0, random);
    }
    if (random.nextInt(4) == 0) {
      // JSON ends in as much space as anyone likes.
      int from = value.length;
      value = Arrays.copyOf(value, from + random.nextInt(700_000));
      Arrays.fill(value, from, value.length, (byte) ' ');
    }
    List<RawHeader> headers = new ArrayList<>();
    int count = random.nextInt(3) == 0 ? random.nextInt(130) : 0;
    int longest = random.nextInt(1000) + 1;
    for (int i = 0; i < count; i++) {
      headers.add(
          new RawHeader(
              Content.of(random(random.nextInt(20), random)),
              random.nextInt(5) == 0 ? null : Content.zeros(random.nextInt(longest))));
    }
    Content key = random.nextBoolean() ? null : Content.of(random(random.nextInt(2000), random));
    long time =
        random.nextInt(3) == 0 ? TIMES[random.nextInt(TIMES.length)] : System.currentTimeMillis();
    CompressionType[] types = CompressionType.values();
    CompressionType type = types[random.nextInt(types.length)];
    RawRecord record = RawRecord.of(Content.of(value)).at(time).keyed(key).with(headers);
    return HostileCase.of(name, () -> new RawBatch(type, List.of(record)), Expected.one(RECORD));
  }
}
