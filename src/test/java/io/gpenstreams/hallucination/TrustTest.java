package io.gpenstreams.hallucination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpenstreams.event.RestoredImage.Level;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class TrustTest {

  @Property
  void bothNumbersAreSharesAndMonotonicInEachPart(
      @ForAll @DoubleRange(min = 0, max = 1) double detail,
      @ForAll @DoubleRange(min = 0, max = 1) double inconsistency,
      @ForAll @DoubleRange(min = 2, max = 2048) double resolution,
      @ForAll @DoubleRange(min = 0, max = 1) double detection,
      @ForAll @DoubleRange(min = 0, max = 1) double more) {
    Trust trust = trust(detail, inconsistency, resolution, detection);
    assertThat(trust.score()).isBetween(0.0, 1.0);
    assertThat(trust.confidence()).isBetween(0.0, 1.0);

    assertNoBetter(trust(towardsOne(detail, more), inconsistency, resolution, detection), trust);
    assertNoBetter(trust(detail, towardsOne(inconsistency, more), resolution, detection), trust);
    Trust sharper = trust(detail, inconsistency, resolution * (1 + more), detection);
    assertThat(sharper.score()).isEqualTo(trust.score());
    assertThat(sharper.confidence()).isGreaterThanOrEqualTo(trust.confidence());
    Trust surer = trust(detail, inconsistency, resolution, towardsOne(detection, more));
    assertThat(surer.score()).isEqualTo(trust.score());
    assertThat(surer.confidence()).isGreaterThanOrEqualTo(trust.confidence());
  }

  private static void assertNoBetter(Trust worse, Trust than) {
    assertThat(worse.score()).isGreaterThanOrEqualTo(than.score() - 1e-12);
    assertThat(worse.confidence()).isLessThanOrEqualTo(than.confidence() + 1e-12);
    assertThat(worse.level()).isGreaterThanOrEqualTo(than.level());
  }

  private static double towardsOne(double share, double more) {
    return share + (1 - share) * more;
  }

  @Test
  void nothingInventedOfAPlainFaceIsFullyTrusted() {
    Trust trust = trust(0, 0, 2048, 1);

    assertThat(trust.score()).isZero();
    assertThat(trust.confidence()).isEqualTo(1);
    assertThat(trust.level()).isEqualTo(Level.LOW);
  }

  @Test
  void followsItsFormula() {
    Trust trust = trust(0.5, 0.2, 64, 0.81);

    assertThat(trust.score()).isCloseTo(0.6, within(1e-12));
    assertThat(trust.confidence())
        .isCloseTo(Math.sqrt(0.4) * Math.pow(0.25 * 0.81, 0.25), within(1e-12));
    assertThat(trust.level()).isEqualTo(Level.HIGH);
  }

  @Test
  void levelsBeginWhereTheyAreDocumentedTo() {
    assertThat(Trust.level(0.1999)).isEqualTo(Level.LOW);
    assertThat(Trust.level(0.2)).isEqualTo(Level.MODERATE);
    assertThat(Trust.level(0.4999)).isEqualTo(Level.MODERATE);
    assertThat(Trust.level(0.5)).isEqualTo(Level.HIGH);
  }

  private static Trust trust(
      double detail, double inconsistency, double resolution, double detection) {
    return Trust.of(
        new FaceMeasures(detail, inconsistency, resolution, 2048 / resolution, Map.of()),
        detection);
  }
}
