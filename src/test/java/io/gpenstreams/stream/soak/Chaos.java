package io.gpenstreams.stream.soak;

import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Injects the faults of a run, one after the other. The seed determines which, when and where;
 * which photos they hit depends on the machine.
 */
final class Chaos {
  // Longer than the session, so that others take the partitions over.
  private static final Duration LONG_ABSENCE = Duration.ofSeconds(12);
  private static final int BROKER_STARTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Replica> replicas;
  private final LocalBroker broker;
  private final FaultPlan faultPlan;

  Chaos(List<Replica> replicas, LocalBroker broker, FaultPlan faultPlan) {
    this.replicas = replicas;
    this.broker = broker;
    this.faultPlan = faultPlan;
  }

  /** A kind of fault. */
  enum Fault {
    KILL,
    STOP,
    FREEZE,
    BROKER_KILL,
    BROKER_STOP,
    OUTAGE
  }

  /**
   * One fault.
   *
   * @param after how long nothing happens before
   * @param victim which replica, where it is one
   * @param length how long what is ended or frozen stays away
   * @param hard of a kill: even if few replicas work just now; of a broker's end: a replica goes
   *     with it
   */
  record Step(Fault fault, Duration after, int victim, Duration length, boolean hard) {}

  /** The faults of a plan, in the order in which they come. */
  static List<Step> schedule(Plan plan) {
    Random random = new Random(plan.seed());
    List<Fault> faults = new ArrayList<>();
    faults.addAll(Collections.nCopies(plan.kills(), Fault.KILL));
    faults.addAll(Collections.nCopies(plan.stops(), Fault.STOP));
    faults.addAll(Collections.nCopies(plan.freezes(), Fault.FREEZE));
    faults.addAll(Collections.nCopies(plan.brokerKills(), Fault.BROKER_KILL));
    faults.addAll(Collections.nCopies(plan.brokerStops(), Fault.BROKER_STOP));
    faults.addAll(Collections.nCopies(plan.outages(), Fault.OUTAGE));
    Collections.shuffle(faults, random);
    List<Step> steps = new ArrayList<>();
    for (Fault fault : faults) {
      Duration after =
          plan.quiet().plusMillis((long) (random.nextDouble() * plan.quiet().toMillis() / 2));
      int victim = random.nextInt(plan.replicas());
      Duration length =
          switch (fault) {
            case KILL -> random.nextInt(4) == 0 ? LONG_ABSENCE : Duration.ZERO;
            case STOP -> Duration.ZERO;
            case FREEZE -> LONG_ABSENCE;
            case BROKER_KILL, BROKER_STOP -> Duration.ofMillis(random.nextInt(4000));
            case OUTAGE -> plan.outage();
          };
      boolean hard = random.nextInt(fault == Fault.KILL ? 5 : 2) == 0;
      steps.add(new Step(fault, after, victim, length, hard));
    }
    return List.copyOf(steps);
  }

  void inject(Step step) throws InterruptedException {
    switch (step.fault()) {
      case KILL -> victim(step).kill(step.length());
      case STOP -> victim(step).stop();
      case FREEZE -> victim(step).freeze(step.length());
      case BROKER_KILL -> {
        broker.kill();
        absence(step);
      }
      case BROKER_STOP -> {
        broker.stop();
        absence(step);
      }
      case OUTAGE -> faultPlan.outage(step.length());
    }
  }

  private void absence(Step step) throws InterruptedException {
    Thread.sleep(step.length().toMillis());
    if (step.hard()) {
      replicas.get(step.victim()).kill(Duration.ZERO);
    }
    restartBroker();
  }

  // On a busy machine a broker may not start in time.
  private void restartBroker() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        broker.restart();
        return;
      } catch (ServerException e) {
        broker.kill();
        if (attempt == BROKER_STARTS) {
          throw e;
        }
      }
    }
  }

  // Mostly while other replicas work, or a slow machine would see nothing but starts.
  private Replica victim(Step step) {
    Replica chosen = replicas.get(step.victim());
    if (!step.hard()) {
      BestEffort.await(PATIENCE, () -> chosen.ready() && mostAreReady());
    }
    return chosen;
  }

  private boolean mostAreReady() {
    return replicas.stream().filter(Replica::ready).count() > replicas.size() / 2;
  }
}
