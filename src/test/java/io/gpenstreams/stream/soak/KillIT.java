package io.gpenstreams.stream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.stream.soak.FaultPlan.FaultRates;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The promise, while replicas are killed or frozen, the broker restarts, S3 is away, and a photo
 * kills whatever touches it. {@code KillSoak} is the same for longer.
 */
class KillIT {

  @Test
  void everyImageHasExactlyOneOutcomeWhateverDies() throws Exception {
    Plan plan =
        new Plan(
            "it",
            Long.getLong("gpen.kill.seed", 1),
            3,
            70,
            60,
            false,
            4,
            0,
            1,
            1,
            0,
            Duration.ofSeconds(4),
            1,
            Duration.ofSeconds(4),
            new FaultRates(0.1, 0.05, Duration.ofMillis(200)),
            Duration.ofMinutes(10));
    Audit audit = KillRun.of(plan);
    assertThat(audit.violations()).as(audit.report()).isEmpty();
  }
}
