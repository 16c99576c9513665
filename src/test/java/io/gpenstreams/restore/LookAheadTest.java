package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookAheadTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger begun = new AtomicInteger();
  private final Set<Result> open = ConcurrentHashMap.newKeySet();

  /** Something that must be closed. */
  private final class Result implements AutoCloseable {
    private final int number;

    Result(int number) {
      this.number = number;
      open.add(this);
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private List<Supplier<Result>> work(int count) {
    return IntStream.range(0, count)
        .<Supplier<Result>>mapToObj(
            i ->
                () -> {
                  begun.incrementAndGet();
                  return new Result(i);
                })
        .toList();
  }

  @Test
  void givesResultsInOrderWhoeverIsFaster() {
    List<Supplier<Result>> work = new ArrayList<>(work(20));
    CountDownLatch second = new CountDownLatch(1);
    Supplier<Result> first = work.get(0);
    Supplier<Result> next = work.get(1);
    work.set(
        0,
        () -> {
          await(second);
          return first.get();
        });
    work.set(
        1,
        () -> {
          second.countDown();
          return next.get();
        });
    List<Integer> numbers = new ArrayList<>();
    try (LookAhead<Result> ahead = new LookAhead<>(work, 3, threads, Result::close)) {
      for (int i = 0; i < 20; i++) {
        try (Result result = ahead.next()) {
          numbers.add(result.number);
        }
      }
    }

    assertThat(numbers).isEqualTo(IntStream.range(0, 20).boxed().toList());
    assertThat(open).isEmpty();
  }

  @Test
  void beginsNoMoreThanItMay() {
    try (LookAhead<Result> ahead = new LookAhead<>(work(20), 3, Runnable::run, Result::close)) {
      assertThat(begun).hasValue(3);
      ahead.next().close();
      assertThat(begun).hasValue(4);
    }
    assertThat(open).isEmpty();
  }

  @Test
  void closesWhatNobodyTookAndWaitsForIt() {
    CountDownLatch taken = new CountDownLatch(1);
    List<Supplier<Result>> work = new ArrayList<>(work(2));
    Supplier<Result> last = work.get(1);
    work.set(
        1,
        () -> {
          await(taken);
          return last.get();
        });
    LookAhead<Result> ahead = new LookAhead<>(work, 2, threads, Result::close);
    ahead.next().close();
    taken.countDown();
    ahead.close();

    assertThat(begun).hasValue(2);
    assertThat(open).isEmpty();
  }

  @Test
  void throwsWhatTheWorkThrew() {
    IllegalStateException failure = new IllegalStateException("no luck");
    List<Supplier<Result>> work = new ArrayList<>(work(3));
    work.set(
        0,
        () -> {
          throw failure;
        });
    work.set(
        2,
        () -> {
          throw new AssertionError("not even wrong");
        });
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> {
              try (LookAhead<Result> ahead = new LookAhead<>(work, 3, threads, Result::close)) {
                ahead.next();
              }
            })
        .isSameAs(failure);
    assertThat(open).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
