package io.gpenstreams.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * Decides what follows when a stream thread dies. The next thread begins from what is committed,
 * and the model stays loaded.
 *
 * <ul>
 *   <li>Kafka's fault (a lost transaction, a time-out, a permission, a topic's limit): another
 *       thread, as often as it takes, after a wait that grows.
 *   <li>A setting that only an operator can change: the stream ends.
 *   <li>Anything else is this service's fault: another thread, but only a few in a row. Then the
 *       stream ends.
 * </ul>
 *
 * <p>When the stream ends, the liveness probe has the process replaced. The content of a record is
 * never a cause: the consumer and the processor turn what they cannot use into a dead letter.
 *
 * <p>Called on the threads that die, whose wait it is; {@code deaths} and {@code last} are guarded
 * by this object.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(ThreadReplacement.class);

  /** Deaths in a row by this service's fault that end the stream. */
  static final int MOST_FAULTS = 5;

  /** After this time without a death, the next one is the first again. */
  static final Duration RECOVERED = Duration.ofMinutes(5);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  // A replica that is told to stop waits for its threads; and Kafka times a transaction out.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

  private final InstantSource clock;
  private final Consumer<Duration> sleep;
  private int deaths;
  private int faults;
  private Instant last = Instant.MIN;

  /** Whose fault a death is. */
  enum Fault {
    KAFKA,
    OPERATOR,
    SERVICE
  }

  /**
   * Nothing has died yet.
   *
   * @param sleep has the calling thread wait
   */
  ThreadReplacement(InstantSource clock, Consumer<Duration> sleep) {
    this.clock = clock;
    this.sleep = sleep;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    Throwable root = root(failure);
    Fault fault = fault(failure);
    Duration wait;
    synchronized (this) {
      Instant now = clock.instant();
      if (last.plus(RECOVERED).isBefore(now)) {
        deaths = 0;
        faults = 0;
      }
      last = now;
      wait = wait(deaths);
      deaths++;
      faults += fault == Fault.SERVICE ? 1 : 0;
      if (fault == Fault.OPERATOR || faults > MOST_FAULTS) {
        LOG.errorf("The stream has ended; only another process can go on: %s", root);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      }
    }
    String line =
        "In %d s the stream begins anew from what is committed: %s"
            .formatted(wait.toSeconds(), root);
    if (fault == Fault.SERVICE) {
      LOG.error(line, failure);
    } else {
      LOG.warn(line);
    }
    sleep.accept(wait);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static Duration wait(int deaths) {
    if (deaths == 0) {
      return Duration.ZERO;
    }
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(deaths - 1, 10));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  static Fault fault(Throwable failure) {
    Fault fault = Fault.SERVICE;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InconsistentGroupProtocolException
          || cause instanceof UnsupportedVersionException) {
        return Fault.OPERATOR;
      }
      if (cause instanceof ApiException || cause instanceof MissingSourceTopicException) {
        fault = Fault.KAFKA;
      }
    }
    return fault;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
