package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PixelMemoryTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void neverHandsOutMoreThanThereIs() throws Exception {
    PixelMemory memory = new PixelMemory(10 * MEGABYTE);
    AtomicLong used = new AtomicLong();
    AtomicLong most = new AtomicLong();
    CompletableFuture<?>[] photos =
        IntStream.rangeClosed(1, 64)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          long bytes = i % 7 * MEGABYTE;
                          memory.with(
                              bytes,
                              () -> {
                                most.accumulateAndGet(used.addAndGet(bytes), Math::max);
                                return used.addAndGet(-bytes);
                              });
                        }))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(photos).get(1, TimeUnit.MINUTES);

    assertThat(most).hasValueBetween(MEGABYTE, 10 * MEGABYTE);
  }

  @Test
  void whatIsLargerThanAllOfItIsAlone() throws Exception {
    PixelMemory memory = new PixelMemory(10 * MEGABYTE);
    CompletableFuture<Boolean> small =
        memory.with(
            Long.MAX_VALUE,
            () -> {
              CompletableFuture<Boolean> other =
                  CompletableFuture.supplyAsync(() -> memory.with(1, () -> true));
              assertThat(isDone(other)).isFalse();
              return other;
            });
    assertThat(small.get(1, TimeUnit.MINUTES)).isTrue();
  }

  private static boolean isDone(CompletableFuture<?> photo) {
    try {
      photo.get(50, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
