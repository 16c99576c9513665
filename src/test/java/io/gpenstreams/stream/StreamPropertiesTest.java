package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The promise, under any order of events, with the process dying at any point. */
class StreamPropertiesTest {
  private static final ErrorCode[] CODES = {
    ErrorCode.STORAGE_UNAVAILABLE,
    ErrorCode.TIMEOUT,
    ErrorCode.IMAGE_CORRUPT,
    ErrorCode.MODEL_FAILED,
    ErrorCode.INTERNAL
  };

  @Property(tries = 200)
  void everyRecordHasExactlyOneOutcomeAndThoseOfOneIdAreInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    boolean[] calm = {false};
    List<String> ids = new ArrayList<>();
    ProcessorHarness[] self = new ProcessorHarness[1];
    ProcessorHarness task =
        new ProcessorHarness(
            Duration.ofMillis(1),
            (image, clock) -> {
              int dice = calm[0] ? 100 : random.nextInt(100);
              if (image.imageId().equals("poison")) {
                self[0].die();
              } else if (dice < 30) {
                ErrorCode code = CODES[random.nextInt(CODES.length)];
                throw code == ErrorCode.STORAGE_UNAVAILABLE && random.nextBoolean()
                    ? RestorationException.outage(Stage.FETCH, "no luck", null)
                    : new RestorationException(code, Stage.FETCH, "no luck");
              } else if (dice < 33) {
                throw new IllegalStateException("a bug");
              }
              return ProcessorHarness.unchanged(image);
            });
    self[0] = task;
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          String id = random.nextInt(40) == 0 ? "poison" : "id-" + random.nextInt(5);
          ids.add(id);
          task.upload(id);
        }
        case 2, 3 -> task.poll();
        case 4, 5 -> task.tick(Duration.ofMillis(random.nextInt(60_000)));
        case 6, 7 -> task.commit();
        case 8, 9 -> {
          if (task.workers.queued() > 0) {
            task.workers.run(random.nextInt(task.workers.queued()));
          }
        }
        case 10 -> {
          switch (random.nextInt(3)) {
            case 0 -> task.crash();
            case 1 -> task.rebalance(random.nextBoolean());
            default -> task.moveAway();
          }
        }
        default -> {
          if (random.nextInt(4) == 0) {
            ids.add("invalid");
            task.send("{}");
          }
        }
      }
      if (task.dead()) {
        task.crash();
      }
    }
    calm[0] = true;
    task.settle();

    assertThat(task.violations).isEmpty();
    assertThat(task.outcomes)
        .extracting(ProcessorHarness.Outcome::eventId)
        .as("one outcome each")
        .doesNotHaveDuplicates()
        .hasSize(ids.size());
    Map<String, Integer> last = new HashMap<>();
    for (ProcessorHarness.Outcome outcome : task.outcomes) {
      int offset = (int) outcome.offset();
      String id = ids.get(offset);
      if (!id.equals("invalid")) {
        assertThat(last.getOrDefault(id, -1)).as("order of %s", id).isLessThan(offset);
      }
      last.put(id, offset);
      if (id.equals("poison")) {
        assertThat(outcome.restored()).isFalse();
      }
    }
    assertThat(task.rows.keySet()).isSubsetOf(PendingKey.crashes());
  }
}
