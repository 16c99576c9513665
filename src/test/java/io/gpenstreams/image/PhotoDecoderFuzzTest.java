package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.net.URI;

/**
 * Photos from strangers. By itself it repeats the inputs of its folders; with {@code JAZZER_FUZZ=1}
 * it looks for new ones.
 */
class PhotoDecoderFuzzTest {
  private static final URI LABEL = URI.create("http://cv.iptc.org/newscodes/digitalsourcetype/x");

  private final PhotoDecoder decoder = new PhotoDecoder(1);
  private final PhotoEncoder encoder = new PhotoEncoder(80);

  @FuzzTest(maxDuration = "5m")
  void decode(byte[] file) {
    try (Photo photo = decoder.decode(file);
        Photo changed = photo.withPixels(photo.pixels().clone(), LABEL)) {
      assertThat((long) photo.width() * photo.height()).isBetween(1L, 1_000_000L);
      try (Photo read = decoder.decode(encoder.encode(changed, ImageFormat.PNG))) {
        assertThat(read.width()).isEqualTo(photo.width());
        assertThat(read.metadata().exif().orElse(null))
            .isEqualTo(photo.metadata().exif().orElse(null));
        assertThat(read.metadata().xmp().orElse(null))
            .isEqualTo(changed.metadata().xmp().orElse(null));
      }
    } catch (RestorationException e) {
      assertThat(e.stage()).isEqualTo(Stage.DECODE);
      assertThat(e.code())
          .isIn(ErrorCode.IMAGE_CORRUPT, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.IMAGE_TOO_LARGE);
    }
  }

  @FuzzTest(maxDuration = "5m")
  void metadata(byte[] block) {
    assertThat(ExifOrientation.read(ExifOrientation.upright(block))).isEqualTo(1);

    byte[] labelled = XmpPacket.labelled(block, LABEL);
    assertThat(new String(labelled, UTF_8)).contains(LABEL.toString());
    assertThat(XmpPacket.labelled(labelled, LABEL)).isEqualTo(labelled);
  }
}
