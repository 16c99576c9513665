package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * What an operator reads of failed attempts: a line for what a photo, an event or S3 is to blame
 * for, however many there are of them, and a stack trace for what somebody has to look into. All
 * have one at level DEBUG.
 */
final class FailureLog {
  private static final Logger LOG = Logger.getLogger(FailureLog.class);

  private static final Set<ErrorCode> TO_LOOK_INTO =
      Set.of(ErrorCode.MODEL_FAILED, ErrorCode.OUT_OF_MEMORY, ErrorCode.INTERNAL);

  /**
   * An attempt that is followed by another.
   *
   * @param attempt which one failed, from 1
   */
  void retried(Origin origin, RestorationException failure, int attempt, Duration wait) {
    write(origin, failure, "attempt %d, the next in %.1f s".formatted(attempt, seconds(wait)));
  }

  /**
   * The last attempt.
   *
   * @param attempts how many there were, at least 1
   */
  void givenUp(Origin origin, RestorationException failure, int attempts) {
    write(origin, failure, "attempt %d, dead letter".formatted(attempts));
  }

  private static void write(Origin origin, RestorationException failure, String outcome) {
    String line =
        "%s: %s (%s, %s)".formatted(origin.eventId(), sentence(failure), failure.code(), outcome);
    boolean traced = TO_LOOK_INTO.contains(failure.code()) || LOG.isDebugEnabled();
    LOG.warn(line, traced ? failure : null);
  }

  // The cause is for the log alone: what S3 or a parser says may hold more than an event should.
  private static String sentence(RestorationException failure) {
    String sentence = failure.getMessage();
    String why = failure.getCause() == null ? null : failure.getCause().getMessage();
    if (why != null && !sentence.contains(why)) {
      sentence += ": " + why;
    }
    // Names of objects and of fields come from outside and must not look like lines of the log.
    return sentence.replaceAll("\\p{Cntrl}+", " ");
  }

  private static double seconds(Duration wait) {
    return wait.toMillis() / 1e3;
  }
}
