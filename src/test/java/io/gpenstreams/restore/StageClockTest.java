package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage.Timings;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StageClockTest {
  private long now;
  private final StageClock clock = new StageClock(Duration.ofSeconds(10), () -> now);

  private void pass(int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void waitingCountsToNoStageAndNotToTheLimit() {
    pass(100);
    StageClock.Step detect = clock.begin(Stage.DETECT);
    pass(10);
    detect.end();
    pass(100);
    StageClock.Step decode = clock.begin(Stage.DECODE);
    assertThat(clock.spent(Stage.DETECT)).isEqualTo(Duration.ofSeconds(10));
    pass(1);
    decode.end();

    assertThat(clock.timings()).isEqualTo(new Timings(0, 1000, 10_000, 0, 0, 0, 0, 211_000));
    assertThatExceptionOfType(RestorationException.class)
        .isThrownBy(() -> clock.begin(Stage.STORE))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
              assertThat(e.stage()).isEqualTo(Stage.STORE);
            });
  }

  @Test
  void waitingForS3CountsToItsStageButIsNeitherLimitedNorStuck() {
    StageClock.Step fetch = clock.begin(Stage.FETCH);
    pass(1000);
    assertThat(clock.stage()).contains(Stage.FETCH);
    assertThat(clock.longestStep()).isZero();
    fetch.end();
    clock.begin(Stage.DECODE).end();

    assertThat(clock.timings().fetchMs()).isEqualTo(1_000_000);
  }

  @Test
  void stepsAtTheSameTimeShareIt() {
    StageClock.Step restore = clock.begin(Stage.RESTORE);
    pass(2);
    StageClock.Step blend = clock.begin(Stage.BLEND);
    pass(4);
    blend.end();
    pass(1);
    restore.end();

    assertThat(clock.spent(Stage.RESTORE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(clock.spent(Stage.BLEND)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void saysWhatThePhotoIsAtAndForHowLong() {
    assertThat(clock.stage()).isEmpty();
    assertThat(clock.longestStep()).isZero();
    StageClock.Step restore = clock.begin(Stage.RESTORE);
    pass(3);
    StageClock.Step blend = clock.begin(Stage.BLEND);
    pass(1);
    assertThat(clock.stage()).contains(Stage.BLEND);
    blend.end();
    assertThat(clock.stage()).contains(Stage.RESTORE);
    assertThat(clock.longestStep()).isEqualTo(Duration.ofSeconds(4));
    restore.end();
    assertThat(clock.stage()).isEmpty();
  }

  @Test
  void aStepThatFailsIsOver() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                clock.time(
                    Stage.DETECT,
                    () -> {
                      pass(1);
                      throw new IllegalStateException();
                    }));

    assertThat(clock.stage()).isEmpty();
    assertThat(clock.spent(Stage.DETECT)).isEqualTo(Duration.ofSeconds(1));
  }
}
