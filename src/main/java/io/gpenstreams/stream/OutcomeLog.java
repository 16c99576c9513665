package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import io.gpenstreams.text.OneLine;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Logs a line for each outcome and for each failed attempt, with the event's id and the image's. A
 * failure has a stack trace only if somebody must investigate it, or at level DEBUG. An outcome is
 * logged before its transaction commits, so that a line can appear twice after a crash.
 *
 * <p>Ids, keys and messages come from outside; {@link OneLine} cleans them.
 */
final class OutcomeLog {
  private static final Logger LOG = Logger.getLogger(OutcomeLog.class);

  private static final Set<ErrorCode> TO_INVESTIGATE =
      Set.of(ErrorCode.MODEL_FAILED, ErrorCode.OUT_OF_MEMORY, ErrorCode.INTERNAL);

  /** A restored or unchanged photo. */
  void restored(Origin origin, RestoredImage image) {
    long restored =
        image.faces().stream().filter(face -> face.outcome() == FaceOutcome.RESTORED).count();
    LOG.infof(
        "%s: %s, %d of %d faces restored in %d ms (%s/%s)",
        name(origin, image.imageId()),
        image.outcome().wireName(),
        restored,
        image.faces().size(),
        image.timings().totalMs(),
        OneLine.of(image.source().bucket()),
        OneLine.of(image.source().key()));
  }

  /**
   * A failed attempt that another one follows.
   *
   * @param attempt which one failed, from 1
   */
  void retried(
      Origin origin, String imageId, RestorationException failure, int attempt, Duration wait) {
    write(
        origin,
        imageId,
        failure,
        "attempt %d, the next in %.1f s".formatted(attempt, seconds(wait)));
  }

  /**
   * A failed attempt after which the image, or the record, is given up.
   *
   * @param imageId null if the record names no image
   * @param attempts how many there were, at least 1
   */
  void givenUp(Origin origin, String imageId, RestorationException failure, int attempts) {
    write(origin, imageId, failure, "attempt %d, dead letter".formatted(attempts));
  }

  /**
   * The logging context of a photo's attempt: the event's id, the image's id, and both as the start
   * of a line.
   */
  static Map<String, String> names(Origin origin, String imageId) {
    return Map.of(
        "event",
        origin.eventId(),
        "image",
        OneLine.of(imageId),
        "photo",
        name(origin, imageId) + ": ");
  }

  private static void write(
      Origin origin, String imageId, RestorationException failure, String outcome) {
    String line =
        "%s: %s (%s, %s)"
            .formatted(name(origin, imageId), sentence(failure), failure.code(), outcome);
    boolean traced = TO_INVESTIGATE.contains(failure.code()) || LOG.isDebugEnabled();
    LOG.warn(line, traced ? failure : null);
  }

  // Only the log has the cause: the words of S3 or a parser may tell more than an event should.
  private static String sentence(RestorationException failure) {
    String sentence = failure.getMessage();
    String why = failure.getCause() == null ? null : failure.getCause().getMessage();
    if (why != null && !sentence.contains(why)) {
      sentence += ": " + why;
    }
    return OneLine.of(sentence);
  }

  private static String name(Origin origin, String imageId) {
    return imageId == null ? origin.eventId() : origin.eventId() + ", image " + OneLine.of(imageId);
  }

  private static double seconds(Duration wait) {
    return wait.toMillis() / 1e3;
  }
}
