package io.gpenstreams.stream;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.RestoredImage.FaceOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * What an operator reads of photos: a line for each outcome and for each failed attempt, with the
 * event's id and the image's. A failure has a stack trace only where somebody has to look into it;
 * all have one at level DEBUG. An outcome is written down before the transaction that says it is
 * committed, so that a line may be repeated after a crash.
 */
final class OutcomeLog {
  private static final Logger LOG = Logger.getLogger(OutcomeLog.class);

  private static final Set<ErrorCode> TO_LOOK_INTO =
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
        oneLine(image.source().bucket()),
        oneLine(image.source().key()));
  }

  /**
   * An attempt that is followed by another.
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
   * The last attempt.
   *
   * @param imageId null if the record names no image
   * @param attempts how many there were, at least 1
   */
  void givenUp(Origin origin, String imageId, RestorationException failure, int attempts) {
    write(origin, imageId, failure, "attempt %d, dead letter".formatted(attempts));
  }

  /**
   * What each line of a photo has beside its text: the event's id, the image's, and both as they
   * begin a line.
   */
  static Map<String, String> names(Origin origin, String imageId) {
    return Map.of(
        "event",
        origin.eventId(),
        "image",
        oneLine(imageId),
        "photo",
        name(origin, imageId) + ": ");
  }

  private static void write(
      Origin origin, String imageId, RestorationException failure, String outcome) {
    String line =
        "%s: %s (%s, %s)"
            .formatted(name(origin, imageId), sentence(failure), failure.code(), outcome);
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
    return oneLine(sentence);
  }

  private static String name(Origin origin, String imageId) {
    return imageId == null ? origin.eventId() : origin.eventId() + ", image " + oneLine(imageId);
  }

  // Names of images, objects and fields come from outside and must not look like lines of the log.
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
  }

  private static double seconds(Duration wait) {
    return wait.toMillis() / 1e3;
  }
}
