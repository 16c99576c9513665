package io.gpenstreams.stream.soak;

import io.gpenstreams.stream.soak.FaultPlan.FaultRates;
import java.time.Duration;

/**
 * What a run is made of.
 *
 * @param photos images asked for while things go wrong
 * @param calmPhotos images asked for afterwards
 * @param poison whether one of the photos kills too, while processes are also killed otherwise
 * @param kills of replicas, by {@code kill -9}; a broker and the poison may take more with them
 * @param stops of replicas, in order
 * @param freezes of replicas, by {@code SIGSTOP} and, when others have taken their work over,
 *     {@code SIGCONT}
 * @param quiet shortest time between two troubles
 * @param outages times that S3 is away, each as long as {@code outage}
 * @param faults of the network until the last trouble
 * @param limit after which what is left of photos and troubles is left out, for slow machines
 */
record Plan(
    String name,
    long seed,
    int replicas,
    int photos,
    int calmPhotos,
    boolean poison,
    int kills,
    int stops,
    int freezes,
    int brokerKills,
    int brokerStops,
    Duration quiet,
    int outages,
    Duration outage,
    FaultRates faults,
    Duration limit) {

  int steps() {
    return kills + stops + freezes + brokerKills + brokerStops + outages;
  }
}
