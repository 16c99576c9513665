package io.gpenstreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.cli.demo.portrait.Degradation;
import io.gpenstreams.cli.demo.portrait.Portrait;
import org.junit.jupiter.api.Test;

/** The photo that the artefact holds is not edited by hand: the painter's code is its source. */
class StoredPortraitTest {
  private static final long SEED = 1;

  @Test
  void isByteForByteWhatThePainterMakes() {
    assertThat(GpenCommand.portraitJpeg())
        .isEqualTo(new Degradation(SEED).apply(new Portrait(SEED).draw()));
  }
}
