package io.gpenstreams.image;

import io.gpenstreams.image.PhotoFile.Block;
import io.gpenstreams.image.PhotoFile.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One pass over a JPEG file, marker by marker up to the end of the image, read as libjpeg does: the
 * codec must not find a scan that was not counted. Beyond the first scan the walk is lenient, since
 * what is wrong there the codec judges. Used once, by one thread.
 */
final class JpegWalk {
  private static final int LAST_PLAIN_FRAME = 0xC2;
  private static final int MOST_PROFILE_PARTS = 255;

  private final PhotoHeader header;
  private final byte[] file;
  private final JpegMarkers markers;
  private JpegFrame frame;
  private int frames;
  private int scans;
  private long visits;
  private int otherSegments;
  private long metadataBytes;
  private Block exif = Block.NONE;
  private Block xmp = Block.NONE;
  private final List<Extent> icc = new ArrayList<>();

  JpegWalk(PhotoHeader header, byte[] file) {
    this.header = header;
    this.file = file;
    this.markers = new JpegMarkers(file);
  }

  /**
   * The whole walk.
   *
   * @throws IOException if the file is damaged or ends before the first scan
   */
  PhotoFile run() throws IOException {
    int marker = markers.next();
    // Of an end, and of another start, the codec makes an end as well.
    while (marker != JpegMarkers.END_OF_FILE
        && marker != JpegMarkers.END
        && marker != JpegMarkers.START) {
      if (JpegMarkers.hasSegment(marker)) {
        segment(marker);
      }
      marker = markers.next();
    }
    if (scans == 0) {
      throw new IOException("no scan");
    }
    check();
    // The codec does not get bytes after the end, for example a video.
    return new PhotoFile(
        header,
        file,
        List.of(new Extent(0, markers.place())),
        new PhotoFile.Metadata(exif, xmp, profile()));
  }

  private void check() {
    DecodingLimit.JPEG_FRAMES.check(ImageFormat.JPEG, frames);
    DecodingLimit.JPEG_SCANS.check(ImageFormat.JPEG, scans);
    DecodingLimit.JPEG_PASSES.check(
        ImageFormat.JPEG, (visits + frame.blocks() - 1) / frame.blocks());
    DecodingLimit.PARTS.check(ImageFormat.JPEG, otherSegments);
    DecodingLimit.METADATA_BYTES.check(ImageFormat.JPEG, metadataBytes);
  }

  private void segment(int marker) throws IOException {
    if (scans == 0 && !markers.isWhole()) {
      throw new IOException("the file ends in its header");
    }
    int start = markers.start();
    int length = markers.place() - start;
    if (marker == JpegMarkers.START_OF_SCAN) {
      scan(start, length);
      return;
    }
    otherSegments++;
    if (JpegMarkers.isFrame(marker)) {
      frame(marker, start, length);
    } else if (JpegMarkers.isMetadata(marker)) {
      metadata(marker, start, length);
    }
  }

  private void frame(int marker, int start, int length) throws IOException {
    frames++;
    if (frame == null) {
      // Other processes take the codec far longer for the same bytes, and no photo uses them.
      if (marker > LAST_PLAIN_FRAME) {
        throw PhotoFile.unsupported(
            "the JPEG file is lossless, hierarchical or arithmetic-coded (SOF%d)"
                .formatted(marker - JpegMarkers.FIRST_FRAME));
      }
      frame = JpegFrame.read(file, start, length);
    }
  }

  private void scan(int start, int length) throws IOException {
    if (frame == null) {
      throw new IOException("a scan without a frame");
    }
    scans++;
    visits += frame.visits(file, start, length);
  }

  private void metadata(int marker, int start, int length) {
    metadataBytes += length;
    if (scans > 0) {
      return;
    }
    if (marker == JpegMarkers.APP1) {
      exif = first(exif, JpegFile.EXIF, start, length);
      xmp = first(xmp, JpegFile.XMP, start, length);
    } else if (marker == JpegMarkers.APP2
        && Extent.startsWith(file, start, length, JpegFile.ICC)
        && icc.size() <= MOST_PROFILE_PARTS) {
      icc.add(new Extent(start, length).without(file, JpegFile.ICC));
    }
  }

  // Of a kind, as other readers do.
  private Block first(Block soFar, byte[] name, int start, int length) {
    return soFar.isEmpty() && Extent.startsWith(file, start, length, name)
        ? Block.plain(new Extent(start, length).without(file, name))
        : soFar;
  }

  // ICC.1:2022, annex B.4: each part says its number and how many there are.
  private Block profile() {
    boolean whole =
        !icc.isEmpty()
            && icc.stream().allMatch(part -> part.length() > 2)
            && icc.stream().allMatch(part -> (file[part.start() + 1] & 0xFF) == icc.size());
    if (!whole) {
      return Block.NONE;
    }
    return new Block(
        icc.stream()
            .sorted(Comparator.comparingInt(part -> Byte.toUnsignedInt(file[part.start()])))
            .map(part -> new Extent(part.start() + 2, part.length() - 2))
            .toList(),
        false);
  }
}
