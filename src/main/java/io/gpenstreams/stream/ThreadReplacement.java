package io.gpenstreams.stream;

import io.gpenstreams.outage.Backoff;
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
 * Decides what happens when a stream thread dies. A new thread starts from the last commit; the
 * model stays loaded.
 *
 * <ul>
 *   <li>Kafka's fault (a lost transaction, a timeout, a permission, a topic's limit): a new thread,
 *       without limit, after a wait that grows.
 *   <li>A setting that only an operator can change: the stream ends.
 *   <li>Everything else is this service's fault: a new thread, but only a few times in a row. Then
 *       the stream ends.
 * </ul>
 *
 * <p>When the stream ends, the liveness probe fails and the process is replaced. A record's content
 * is never the cause: the consumer and the processor make a dead letter of an unusable record.
 *
 * <p>Runs on the dying threads, and has them wait. Its state is guarded by this object.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(ThreadReplacement.class);

  /** How many deaths in a row by this service's fault are tolerated. */
  static final int MOST_FAULTS = 5;

  /** After this time without a death, counting starts again. */
  static final Duration RECOVERED = Duration.ofMinutes(5);

  // Short enough for a replica that stops, which waits for its threads, and for the transaction
  // timeout.
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

  private final InstantSource clock;
  private final Consumer<Duration> sleep;
  private int deaths;
  private int faults;
  private Instant last = Instant.MIN;

  /** Whose fault a thread's death is. */
  enum Fault {
    KAFKA,
    OPERATOR,
    SERVICE
  }

  /**
   * Starts with no deaths.
   *
   * @param sleep makes the calling thread wait
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
      wait = deaths == 0 ? Duration.ZERO : BACKOFF.exactly(deaths);
      deaths++;
      faults += fault == Fault.SERVICE ? 1 : 0;
      if (fault == Fault.OPERATOR || faults > MOST_FAULTS) {
        LOG.errorf("The stream has ended; only a new process can continue: %s", root);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      }
    }
    String line =
        "A new stream thread starts from the last commit in %d s: %s"
            .formatted(wait.toSeconds(), root);
    if (fault == Fault.SERVICE) {
      LOG.error(line, failure);
    } else {
      LOG.warn(line);
    }
    sleep.accept(wait);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
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
