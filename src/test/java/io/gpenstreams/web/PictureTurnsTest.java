package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PictureTurnsTest {
  private static final int KIB = 1024;
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ExecutorService browsers = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    browsers.shutdownNow();
  }

  @Test
  void aTurnEndsOnceHoweverOftenItIsClosed() {
    PictureTurns turns = new PictureTurns(1, 10, 10, 1, Duration.ofMillis(1));
    PictureTurns.Turn first = turns.take().orElseThrow();
    assertThat(turns.take()).isEmpty();

    first.close();
    first.close();

    assertThat(turns.take()).isPresent();
    assertThat(turns.take()).isEmpty();
  }

  @Test
  void aWaitingRequestGetsTheNextFreeMemory() throws Exception {
    PictureTurns turns = new PictureTurns(1, 10, 10, 1, LONG);
    PictureTurns.Turn first = turns.take().orElseThrow();
    CompletableFuture<Optional<PictureTurns.Turn>> second = take(turns);

    first.close();

    assertThat(second.get()).isPresent();
  }

  @Test
  void aPictureKeepsOnlyTheMemoryThatItNeeds() {
    PictureTurns turns = new PictureTurns(9, 10 * KIB, 20 * KIB, 1, Duration.ofMillis(1));
    PictureTurns.Turn first = turns.take().orElseThrow();
    PictureTurns.Turn second = turns.take().orElseThrow();
    assertThat(turns.take()).as("no memory").isEmpty();

    first.shrink(KIB + 1);
    second.shrink(8 * KIB);
    PictureTurns.Turn third = turns.take().orElseThrow();
    assertThat(turns.take()).as("no memory").isEmpty();

    third.close();
    assertThat(turns.take()).isPresent();
    assertThat(turns.take()).as("no memory").isEmpty();
    first.close();
    second.close();
    second.shrink(1);
    second.close();
    assertThat(turns.take()).isPresent();
    assertThat(turns.take()).as("no memory").isEmpty();
  }

  @Test
  void aPictureNeverGetsMoreThanItTook() {
    PictureTurns turns = new PictureTurns(9, 10 * KIB, 10 * KIB, 1, Duration.ofMillis(1));
    PictureTurns.Turn turn = turns.take().orElseThrow();

    turn.shrink(1000 * KIB);
    turn.close();

    assertThat(turns.take()).isPresent();
    assertThat(turns.take()).isEmpty();
  }

  @Test
  void noMoreThanSoManyAreInMemoryHoweverSmall() {
    PictureTurns turns = new PictureTurns(2, 1, 100 * KIB, 1, Duration.ofMillis(1));
    assertThat(turns.take()).isPresent();
    PictureTurns.Turn second = turns.take().orElseThrow();
    assertThat(turns.take()).isEmpty();

    second.close();

    assertThat(turns.take()).isPresent();
  }

  @Test
  void noMoreThanSoManyWait() throws Exception {
    PictureTurns turns = new PictureTurns(1, 10, 10, 1, LONG);
    PictureTurns.Turn first = turns.take().orElseThrow();
    CompletableFuture<Optional<PictureTurns.Turn>> one = take(turns);
    CompletableFuture<Optional<PictureTurns.Turn>> two = take(turns);

    // One of the two waits; the other is sent away at once.
    assertThat(CompletableFuture.anyOf(one, two).get()).isEqualTo(Optional.empty());
    first.close();

    assertThat(one.get().isPresent() ^ two.get().isPresent()).isTrue();
  }

  private CompletableFuture<Optional<PictureTurns.Turn>> take(PictureTurns turns) {
    return CompletableFuture.supplyAsync(turns::take, browsers);
  }
}
