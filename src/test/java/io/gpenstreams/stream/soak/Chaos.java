package io.gpenstreams.stream.soak;

import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What goes wrong in a run, one thing after the other. Which, when and to whom follows from the
 * seed; on what photos it falls does not.
 */
final class Chaos {
  // Longer than the session, so that others take the partitions over.
  private static final Duration LONG_ABSENCE = Duration.ofSeconds(12);
  private static final int BROKER_STARTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Replica> replicas;
  private final LocalBroker broker;
  private final Weather weather;

  Chaos(List<Replica> replicas, LocalBroker broker, Weather weather) {
    this.replicas = replicas;
    this.broker = broker;
    this.weather = weather;
  }

  /** A kind of trouble. */
  enum Trouble {
    KILL,
    STOP,
    FREEZE,
    BROKER_KILL,
    BROKER_STOP,
    OUTAGE
  }

  /**
   * One trouble.
   *
   * @param after how long it is quiet before
   * @param victim which replica, where it is one
   * @param length how long what is ended or frozen stays away
   * @param hard of a kill: even if few replicas work just now; of a broker's end: a replica goes
   *     with it
   */
  record Step(Trouble trouble, Duration after, int victim, Duration length, boolean hard) {}

  /** The troubles of a plan, in the order in which they come. */
  static List<Step> schedule(Plan plan) {
    Random random = new Random(plan.seed());
    List<Trouble> troubles = new ArrayList<>();
    troubles.addAll(Collections.nCopies(plan.kills(), Trouble.KILL));
    troubles.addAll(Collections.nCopies(plan.stops(), Trouble.STOP));
    troubles.addAll(Collections.nCopies(plan.freezes(), Trouble.FREEZE));
    troubles.addAll(Collections.nCopies(plan.brokerKills(), Trouble.BROKER_KILL));
    troubles.addAll(Collections.nCopies(plan.brokerStops(), Trouble.BROKER_STOP));
    troubles.addAll(Collections.nCopies(plan.outages(), Trouble.OUTAGE));
    Collections.shuffle(troubles, random);
    List<Step> steps = new ArrayList<>();
    for (Trouble trouble : troubles) {
      Duration after =
          plan.quiet().plusMillis((long) (random.nextDouble() * plan.quiet().toMillis() / 2));
      int victim = random.nextInt(plan.replicas());
      Duration length =
          switch (trouble) {
            case KILL -> random.nextInt(4) == 0 ? LONG_ABSENCE : Duration.ZERO;
            case STOP -> Duration.ZERO;
            case FREEZE -> LONG_ABSENCE;
            case BROKER_KILL, BROKER_STOP -> Duration.ofMillis(random.nextInt(4000));
            case OUTAGE -> plan.outage();
          };
      boolean hard = random.nextInt(trouble == Trouble.KILL ? 5 : 2) == 0;
      steps.add(new Step(trouble, after, victim, length, hard));
    }
    return List.copyOf(steps);
  }

  void make(Step step) throws InterruptedException {
    switch (step.trouble()) {
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
      case OUTAGE -> weather.outage(step.length());
    }
  }

  private void absence(Step step) throws InterruptedException {
    Thread.sleep(step.length().toMillis());
    if (step.hard()) {
      replicas.get(step.victim()).kill(Duration.ZERO);
    }
    restartBroker();
  }

  // Whoever else uses the machine may keep a broker from starting in its time.
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

  // Mostly while others go on, or a slow machine would see nothing but starts.
  private Replica victim(Step step) throws InterruptedException {
    Replica chosen = replicas.get(step.victim());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!step.hard() && System.nanoTime() < deadline) {
      long ready = replicas.stream().filter(Replica::ready).count();
      if (chosen.ready() && ready > replicas.size() / 2) {
        break;
      }
      Thread.sleep(100);
    }
    return chosen;
  }
}
