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
  void isAShareAndMonotonicInEachPart(
      @ForAll @DoubleRange(min = 0, max = 1) double score,
      @ForAll @DoubleRange(min = 0, max = 1) double identityRisk,
      @ForAll @DoubleRange(min = 2, max = 512) double resolution,
      @ForAll @DoubleRange(min = 0, max = 1) double detection,
      @ForAll @DoubleRange(min = 0, max = 1) double more) {
    Trust trust = trust(score, identityRisk, resolution, detection);
    assertThat(trust.confidence()).isBetween(0.0, 1.0);

    assertNoBetter(trust(towardsOne(score, more), identityRisk, resolution, detection), trust);
    assertNoBetter(trust(score, towardsOne(identityRisk, more), resolution, detection), trust);
    Trust sharper = trust(score, identityRisk, resolution * (1 + more), detection);
    assertThat(sharper.level()).isEqualTo(trust.level());
    assertThat(sharper.confidence()).isGreaterThanOrEqualTo(trust.confidence());
    Trust surer = trust(score, identityRisk, resolution, towardsOne(detection, more));
    assertThat(surer.level()).isEqualTo(trust.level());
    assertThat(surer.confidence()).isGreaterThanOrEqualTo(trust.confidence());
  }

  private static void assertNoBetter(Trust worse, Trust than) {
    assertThat(worse.confidence()).isLessThanOrEqualTo(than.confidence() + 1e-12);
    assertThat(worse.level()).isGreaterThanOrEqualTo(than.level());
  }

  private static double towardsOne(double share, double more) {
    return share + (1 - share) * more;
  }

  @Test
  void nothingInventedOfAPlainFaceIsFullyTrusted() {
    Trust trust = trust(0, 0, 512, 1);

    assertThat(trust.confidence()).isEqualTo(1);
    assertThat(trust.level()).isEqualTo(Level.LOW);
  }

  @Test
  void aFaceThatNobodyCouldRecogniseIsNotTrusted() {
    assertThat(trust(0, 0, 18, 1).confidence()).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void theStricterOfIdentityAndResolutionLimits() {
    assertThat(trust(0.5, 0.4, 36, 1).confidence()).isCloseTo(0.5, within(1e-12));
    assertThat(trust(0.5, 0.6, 36, 1).confidence()).isCloseTo(0.4, within(1e-12));
    assertThat(trust(0.5, 0.6, 36, 0.0625).confidence()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void levelsBeginWhereTheyAreDocumentedTo() {
    assertThat(Trust.level(0.0999, 0.0999)).isEqualTo(Level.LOW);
    assertThat(Trust.level(0.1, 0)).isEqualTo(Level.MODERATE);
    assertThat(Trust.level(0, 0.1)).isEqualTo(Level.MODERATE);
    assertThat(Trust.level(1, 0.3499)).isEqualTo(Level.MODERATE);
    assertThat(Trust.level(0.35, 0.35)).isEqualTo(Level.HIGH);
  }

  private static Trust trust(
      double score, double identityRisk, double resolution, double detection) {
    RegionMeasures face = new RegionMeasures(score, score, 0, score, identityRisk, 0, 0);
    return Trust.of(
        new FaceMeasures(face, identityRisk, 0, resolution, 2048 / resolution, Map.of()),
        detection);
  }
}
