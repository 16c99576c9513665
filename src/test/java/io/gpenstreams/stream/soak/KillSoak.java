package io.gpenstreams.stream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.stream.soak.FaultPlan.FaultRates;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * {@link KillIT} at length: {@code mvn -Psoak verify}, see docs/reliability.md. {@code
 * -Dgpen.kill.photos}, {@code -Dgpen.kill.kills}, {@code -Dgpen.kill.minutes} and {@code
 * -Dgpen.kill.seed} make it another one.
 */
class KillSoak {

  @Test
  void everyImageHasExactlyOneOutcomeWhateverDies() throws Exception {
    Plan plan =
        new Plan(
            "soak",
            Long.getLong("gpen.kill.seed", 1),
            3,
            Integer.getInteger("gpen.kill.photos", 2000),
            600,
            true,
            Integer.getInteger("gpen.kill.kills", 50),
            3,
            6,
            3,
            3,
            Duration.ofSeconds(6),
            2,
            Duration.ofSeconds(20),
            new FaultRates(0.1, 0.05, Duration.ofMillis(400)),
            Duration.ofMinutes(Integer.getInteger("gpen.kill.minutes", 120)));
    Audit audit = KillRun.of(plan);
    assertThat(audit.violations()).as(audit.report()).isEmpty();
  }
}
