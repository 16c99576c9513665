package io.gpenstreams.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.hostile.HostileRun.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * {@link HostileInputIT} at length: {@code mvn -Psoak verify -Dit.test=HostileSoak}. Thousands of
 * variants, many at once, and then the corpus in its full size.
 *
 * <p>{@code -Dgpen.hostile.variants} and {@code -Dgpen.hostile.seed} make it another one.
 */
class HostileSoak {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int AT_ONCE = 40;
  private static final int BOMB = 1 << 30;
  private static final int FILE = 64 << 20;
  private static final int WARM_UP = 50;
  private static final long HEAP_GROWTH = 64 << 20;

  @Test
  void everyVariantHasItsOutcome() throws Exception {
    long seed = Long.getLong("gpen.hostile.seed", 1);
    int count = Integer.getInteger("gpen.hostile.variants", 5000);
    HostileVariants variants = new HostileVariants(seed, new HostilePhotos(FILE));
    try (HostileRun run = new HostileRun(PATIENCE, Map.of())) {
      run.warmUp(WARM_UP);
      long heap = run.heap();
      for (int from = 0; from < count; from += AT_ONCE) {
        List<HostileCase> some =
            IntStream.range(from, Math.min(from + AT_ONCE, count)).mapToObj(variants::get).toList();
        Result result = run.run(some);
        System.out.printf(
            "seed %d, %d of %d: %d ms, good photo %d ms, %s%n",
            seed,
            from + some.size(),
            count,
            result.parts().stream().mapToLong(part -> part.time().toMillis()).max().orElse(0),
            result.good().toMillis(),
            result.parts().stream()
                .flatMap(part -> part.results().stream())
                .collect(Collectors.groupingBy(r -> r, TreeMap::new, Collectors.counting())));
        assertThat(result.problems()).as("variants from %d, seed %d", from, seed).isEmpty();
      }
      assertAsItWas(run, heap);
    }
  }

  @Test
  void everyInputOfFullSizeHasItsOutcome() throws Exception {
    List<HostileCase> cases = new ArrayList<>(HostileRecords.all(BOMB));
    cases.addAll(new HostilePhotos(FILE).all());
    try (HostileRun run = new HostileRun(PATIENCE, Map.of())) {
      run.warmUp(WARM_UP);
      long heap = run.heap();
      for (HostileCase one : cases) {
        Result result = run.run(List.of(one));
        System.out.printf(
            "%s: %d ms, good photo %d ms, %d bytes of letters, %s%n",
            one,
            result.parts().get(0).time().toMillis(),
            result.good().toMillis(),
            result.parts().get(0).letterBytes(),
            result.parts().get(0).results());
        assertThat(result.problems()).as(one.name()).isEmpty();
      }
      assertAsItWas(run, heap);
    }
  }

  private static void assertAsItWas(HostileRun run, long heap) throws Exception {
    assertThat(run.outcomesTooMany()).isEmpty();
    long now = run.heap();
    System.out.printf(
        "heap after a collection: %d MiB before and %d MiB after; resident %d MiB, at most %d MiB%n",
        heap >> 20, now >> 20, run.memory("VmRSS") >> 10, run.memory("VmHWM") >> 10);
    assertThat(now - heap).as("growth of the heap").isLessThan(HEAP_GROWTH);
  }
}
