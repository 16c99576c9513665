package io.gpenstreams.cli.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RanksTest {

  @Test
  void correlatesOrderAndNotDistance() {
    assertThat(Ranks.spearman(new double[] {1, 2, 3, 4}, new double[] {1, 10, 100, 1000}))
        .isCloseTo(1, within(1e-12));
    assertThat(Ranks.spearman(new double[] {1, 2, 3, 4}, new double[] {9, 7, 5, 3}))
        .isCloseTo(-1, within(1e-12));
  }

  @Test
  void equalValuesShareTheirRanks() {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 1 − 6·0.5 / (4·15), less the ties' correction.
    assertThat(Ranks.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4}))
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void whatNeverVariesHasNoCorrelation() {
    assertThat(Ranks.spearman(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isNaN();
  }

  @Test
  void theAreaIsTheChanceOfTheRightOrder() {
    assertThat(AreaUnderCurve.of(new double[] {3, 4}, new double[] {1, 2})).isEqualTo(1);
    assertThat(AreaUnderCurve.of(new double[] {1, 2}, new double[] {3, 4})).isZero();
    assertThat(AreaUnderCurve.of(new double[] {1, 3}, new double[] {2, 2})).isEqualTo(0.5);
    assertThat(AreaUnderCurve.of(new double[] {2}, new double[] {2, 1})).isEqualTo(0.75);
  }
}
