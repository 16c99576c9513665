package io.gpenstreams.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpenstreams.SharedData;
import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cameras, phones, editors and scanners write is within every limit. */
class SharedPhotosTest {
  private final PhotoDecoder decoder = new PhotoDecoder(51);

  @ParameterizedTest
  @MethodSource("photos")
  void decodesWhatPeopleSend(String name) throws IOException {
    byte[] file = Files.readAllBytes(SharedData.file(name));

    try (Photo photo = decoder.decode(file)) {
      assertThat(photo.width()).isGreaterThan(50);
    }
  }

  static Stream<String> photos() {
    return Stream.of(
            Stream.of("photos/astronaut.png", "photos/solvay-1927.png"),
            IntStream.rangeClosed(0, 28)
                .filter(i -> i != 8)
                .mapToObj("faces/face%02d.jpg"::formatted),
            Stream.of(
                    "base444.jpg",
                    "bw.png",
                    "cmyk-adobe-noicc.jpg",
                    "cu900.jpg",
                    "face-turned-90.jpg",
                    "half-eoi.jpg",
                    "mosaic3600.jpg",
                    "motionphoto.jpg",
                    "orient-exif+xmp.jpg",
                    "orient6.jpg",
                    "pixel-50mp.jpg",
                    "png-16bit.png",
                    "png-gamma1.png",
                    "png-gray-trns.png",
                    "png-hidden-face.png",
                    "png-phys-text.png",
                    "portrait-9mp-yunet.jpg",
                    "rich.jpg",
                    "ultrahdr.jpg")
                .map("cases/photos/"::concat))
        .flatMap(names -> names);
  }

  @Test
  void leavesAMissingEndToTheCodec() throws IOException {
    PhotoFile opened = decoder.open(Files.readAllBytes(SharedData.file("cases/photos/noeoi.jpg")));

    assertThat(opened.header().pixels()).isPositive();
  }

  @Test
  void refusesThousandsOfScans() throws IOException {
    Path file = SharedData.file("cases/photos/scans2500.jpg");
    byte[] bytes = Files.readAllBytes(file);

    RestorationException failure =
        catchThrowableOfType(RestorationException.class, () -> decoder.open(bytes));

    assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
    assertThat(failure).hasMessage("the JPEG file has 2501 scans; the limit is 100");
  }
}
