package io.gpenstreams.stream.soak;

import io.gpenstreams.servers.ServerException;
import io.gpenstreams.servers.ServiceProcess;
import io.gpenstreams.stream.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One replica of the service, supervised as by a kubelet: it is restarted when it has ended, and
 * killed when its liveness probe fails.
 *
 * <p>Any thread may kill it; the lists are guarded by this object.
 */
final class Replica implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int LOOKS_PER_PROBE = 10;
  private static final int FAILURES_TO_RESTART = 3;

  private final String name;
  private final FaultyRelay relay;
  private final ServiceProcess service;
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private final List<Ending> endings = new ArrayList<>();
  private volatile boolean ready = true;
  private volatile boolean stopping;
  private volatile Duration absence = Duration.ZERO;
  private int notAlive;

  /** Why a process ended. */
  enum Cause {
    /** At random. */
    KILLED,
    /** Of the poison. */
    POISONED,
    /** In order. */
    STOPPED,
    /** Its own liveness probe failed. */
    NOT_ALIVE,
    /** By itself. */
    FAILED
  }

  /**
   * The end of a process.
   *
   * @param back when the next one was ready; null until then
   */
  record Ending(Cause cause, Instant at, Instant back) {}

  /** Starts it, and returns when it is ready. */
  Replica(
      String name,
      TestServers servers,
      FaultPlan faultPlan,
      RequestCounter requests,
      Map<String, String> settings)
      throws IOException, InterruptedException {
    this.name = name;
    this.relay =
        new FaultyRelay(
            servers.s3().endpoint(),
            faultPlan,
            requests,
            "/" + TestPhotos.BUCKET + "/" + TestPhotos.POISON,
            this::poisoned);
    Map<String, String> all = new HashMap<>(settings);
    all.put("gpen.replica", name);
    all.put("quarkus.s3.endpoint-override", relay.address().toString());
    this.service = servers.startService(all);
    supervisor.setDaemon(true);
    supervisor.start();
  }

  String name() {
    return name;
  }

  /** Whether it was when last asked. */
  boolean ready() {
    return ready && service.isAlive();
  }

  long pid() {
    return service.pid();
  }

  Path log() {
    return service.log();
  }

  synchronized List<Ending> endings() {
    return List.copyOf(endings);
  }

  /** {@code kill -9}; it stays away for a while. */
  synchronized void kill(Duration away) {
    if (service.isAlive()) {
      absence = away;
      ended(Cause.KILLED);
      service.kill();
    }
  }

  /**
   * {@code SIGSTOP}, and after a while {@code SIGCONT}: it goes on where it was, not knowing that
   * others may have taken it for dead.
   */
  void freeze(Duration length) {
    long pid = service.pid();
    signal("STOP", pid);
    CompletableFuture.delayedExecutor(length.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> signal("CONT", pid));
  }

  // Unless it has died, and its number may be another's.
  private synchronized void signal(String name, long pid) {
    if (!service.isAlive() || service.pid() != pid) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code SIGTERM}. */
  void stop() {
    if (!service.isAlive()) {
      return;
    }
    stopping = true;
    absence = Duration.ZERO;
    ended(Cause.STOPPED);
    service.stop();
    stopping = false;
  }

  @Override
  public void close() throws IOException {
    supervisor.interrupt();
    relay.close();
  }

  private synchronized void poisoned() {
    if (service.isAlive()) {
      absence = Duration.ZERO;
      ended(Cause.POISONED);
      service.kill();
    }
  }

  private synchronized void ended(Cause cause) {
    ready = false;
    endings.add(new Ending(cause, Instant.now(), null));
  }

  private synchronized void back(long pid) {
    if (!service.isAlive() || service.pid() != pid) {
      // Killed since it answered.
      return;
    }
    for (int i = 0; i < endings.size(); i++) {
      Ending ending = endings.get(i);
      if (ending.back() == null) {
        endings.set(i, new Ending(ending.cause(), ending.at(), Instant.now()));
      }
    }
    ready = true;
  }

  // Not a process that has come in its place meanwhile.
  private synchronized void unready(long pid) {
    ready &= service.pid() != pid || !service.isAlive();
  }

  private void supervise() {
    try {
      for (int look = 0; ; look++) {
        Thread.sleep(LOOK.toMillis());
        if (!service.isAlive()) {
          revive();
        } else if (look % LOOKS_PER_PROBE == 0 && !stopping) {
          probe();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void revive() throws InterruptedException {
    if (ready) {
      ended(Cause.FAILED);
    }
    Thread.sleep(absence.toMillis());
    absence = Duration.ZERO;
    notAlive = 0;
    try {
      service.restart();
      back(service.pid());
    } catch (ServerException e) {
      // Killed again, or not ready because there is no broker: the next look tells.
      return;
    }
  }

  private void probe() {
    long pid = service.pid();
    if (status("/q/health/ready") == HttpURLConnection.HTTP_OK) {
      if (!ready) {
        back(pid);
      }
    } else {
      unready(pid);
    }
    // What does not answer is no proof on a machine that is busy with killing.
    notAlive = status("/q/health/live") == HttpURLConnection.HTTP_UNAVAILABLE ? notAlive + 1 : 0;
    if (notAlive >= FAILURES_TO_RESTART && service.isAlive()) {
      synchronized (this) {
        ended(Cause.NOT_ALIVE);
        service.kill();
      }
    }
  }

  private int status(String path) {
    try {
      URI address = service.address().resolve(path);
      HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
      connection.setConnectTimeout(2000);
      connection.setReadTimeout(5000);
      try {
        return connection.getResponseCode();
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return -1;
    }
  }

  /** What the process takes just now: resident memory in KiB, and threads. */
  ResourceUsage resources() throws IOException {
    long rss = 0;
    long threads = 0;
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals("VmRSS:")) {
        rss = Long.parseLong(words[1]);
      } else if (words[0].equals("Threads:")) {
        threads = Long.parseLong(words[1]);
      }
    }
    return new ResourceUsage(pid(), rss, threads);
  }

  /** See {@link #resources}. */
  record ResourceUsage(long pid, long rssKib, long threads) {}
}
