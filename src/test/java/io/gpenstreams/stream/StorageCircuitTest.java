package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StorageCircuitTest {
  private static final Duration LONGEST = Duration.ofSeconds(8);
  private final TestClock clock = new TestClock();
  private final StorageCircuit circuit =
      new StorageCircuit(
          new RetryPolicy(3, Duration.ofSeconds(1), LONGEST, Duration.ZERO), new Random(1), clock);

  private void away() {
    circuit.ended(new RestorationException(ErrorCode.STORAGE_UNAVAILABLE, Stage.FETCH, "away"));
  }

  private void open() {
    away();
    away();
    away();
  }

  @Test
  void aFewFailuresAreNoOutage() {
    away();
    away();
    assertThat(circuit.places(7)).isEqualTo(7);
    circuit.ended(null);
    away();
    assertThat(circuit.open()).isFalse();
  }

  @Test
  void duringAnOutageOnePhotoAtATimeIsTriedNowAndThen() {
    open();
    assertThat(circuit.places(7)).isZero();
    for (int i = 0; i < 20; i++) {
      clock.advance(LONGEST);
      assertThat(circuit.places(7)).isEqualTo(1);
      away();
      assertThat(circuit.places(7)).isZero();
    }
  }

  @Test
  void anAnswerEndsIt() {
    open();
    circuit.ended(null);
    assertThat(circuit.places(7)).isEqualTo(7);

    open();
    circuit.ended(new RestorationException(ErrorCode.SOURCE_NOT_FOUND, Stage.FETCH, "gone"));
    assertThat(circuit.open()).isFalse();

    open();
    circuit.ended(new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "damaged"));
    assertThat(circuit.open()).isFalse();
  }

  @Test
  void whatS3WasNotAskedAboutSaysNothing() {
    open();
    circuit.ended(new RestorationException(ErrorCode.SOURCE_FORBIDDEN, Stage.FETCH, "not allowed"));
    circuit.ended(new IllegalStateException("a bug"));
    assertThat(circuit.open()).isTrue();
  }
}
