package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentOutcomesTest {
  private static final Instant READ = Events.TIME.plus(Duration.ofHours(1));

  @Test
  void listsTheNewestFirstInWhateverOrderTheyCome() {
    RecentOutcomes outcomes = new RecentOutcomes(10, 1000);

    outcomes.add(outcome("b", 2, 1));
    outcomes.add(outcome("c", 3, 1));
    outcomes.add(outcome("a", 1, 1));

    assertThat(ids(outcomes)).containsExactly("c", "b", "a");
  }

  @Test
  void keepsOnlySoManyAndForgetsTheOldest() {
    RecentOutcomes outcomes = new RecentOutcomes(2, 1000);

    outcomes.add(outcome("b", 2, 1));
    outcomes.add(outcome("c", 3, 1));
    outcomes.add(outcome("a", 1, 1));
    outcomes.add(outcome("d", 4, 1));

    assertThat(ids(outcomes)).containsExactly("d", "c");
    assertThat(outcomes.find("c")).isPresent();
    assertThat(outcomes.find("a")).isEmpty();
    assertThat(outcomes.find("b")).isEmpty();
  }

  @Test
  void keepsOnlySoManyBytesButAlwaysTheNewest() {
    RecentOutcomes outcomes = new RecentOutcomes(10, 100);

    outcomes.add(outcome("a", 1, 60));
    outcomes.add(outcome("b", 2, 40));
    assertThat(ids(outcomes)).containsExactly("b", "a");
    outcomes.add(outcome("c", 3, 1));
    assertThat(ids(outcomes)).containsExactly("c", "b");
    outcomes.add(outcome("d", 4, 500));
    assertThat(ids(outcomes)).containsExactly("d");
    outcomes.add(outcome("e", 5, 60));
    assertThat(ids(outcomes)).containsExactly("e");
  }

  @Test
  void takesARecordOnceHoweverOftenItIsRead() {
    RecentOutcomes outcomes = new RecentOutcomes(10, 1000);
    outcomes.add(outcome("a", 1, 1));
    long version = outcomes.snapshot().version();

    outcomes.add(outcome("a", 2, 1));

    assertThat(ids(outcomes)).containsExactly("a");
    assertThat(outcomes.snapshot().version()).isEqualTo(version);
    outcomes.add(outcome("b", 2, 1));
    assertThat(outcomes.snapshot().version()).isNotEqualTo(version);
  }

  @Test
  void anEventFromTheFutureIsAsOldAsItsReading() {
    RecentOutcome outcome =
        RecentOutcome.of("a", READ, Events.restored("a", Instant.parse("9999-01-01T00:00:00Z")), 1);

    assertThat(outcome.time()).isEqualTo(READ);
  }

  @Test
  void aDeadLetterIsKeptWithoutTheEventThatItRepeats() {
    RecentOutcome outcome = RecentOutcome.of("a", READ, Events.failed("a"), 1);

    assertThat(outcome.failed().eventBase64()).isNull();
    assertThat(outcome.failed().error()).isEqualTo(Events.failed("a").error());
  }

  @Test
  void refusesEventsThatLackWhatThePageShows() {
    RestorationFailed letter = new RestorationFailed("a", null, null, 1, READ, null, null, null);

    assertThatNullPointerException()
        .isThrownBy(() -> RecentOutcome.of("a", READ, letter, 1))
        .withMessage("error");
  }

  @Test
  void summarisesARestoredPhoto() {
    OutcomeSummary summary =
        OutcomeSummary.of(RecentOutcome.of("1", READ, Events.restored("a", READ), 1));

    assertThat(summary.outcome()).isEqualTo("restored");
    assertThat(summary.faces()).isEqualTo(2);
    assertThat(summary.restoredFaces()).isEqualTo(1);
    assertThat(summary.score()).isEqualTo(0.61);
  }

  @Test
  void summarisesAPhotoWithoutFaces() {
    OutcomeSummary summary =
        OutcomeSummary.of(RecentOutcome.of("2", READ, Events.unchanged("b"), 1));

    assertThat(summary.outcome()).isEqualTo("unchanged");
    assertThat(summary.score()).isNull();
    assertThat(summary.level()).isNull();
  }

  @Test
  void summarisesADeadLetterWithoutAnImageId() {
    OutcomeSummary summary = OutcomeSummary.of(RecentOutcome.of("3", READ, Events.failed(null), 1));

    assertThat(summary.outcome()).isEqualTo("failed");
    assertThat(summary.imageId()).isNull();
    assertThat(summary.code()).isEqualTo(ErrorCode.IMAGE_CORRUPT);
  }

  private static RecentOutcome outcome(String id, int second, int bytes) {
    return RecentOutcome.of(id, READ, Events.restored(id, Events.TIME.plusSeconds(second)), bytes);
  }

  private static List<String> ids(RecentOutcomes outcomes) {
    return outcomes.snapshot().newestFirst().stream().map(RecentOutcome::id).toList();
  }
}
