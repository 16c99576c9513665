package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.ErrorCode;
import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.Origin;
import io.gpenstreams.event.RestorationException;
import io.gpenstreams.event.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeLogTest {
  private static final Origin ORIGIN = new Origin("image-uploaded", 2, 17, 0);

  private final Logger logger = Logger.getLogger(OutcomeLog.class.getName());
  private final List<LogRecord> written = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          written.add(entry);
        }

        @Override
        public void flush() {
          // Nothing is kept back.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
  private final OutcomeLog log = new OutcomeLog();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  @Test
  void aRetryTellsWhatHappenedAndWhenItIsTriedAgain() {
    log.retried(
        ORIGIN,
        "grand\nma",
        new RestorationException(
            ErrorCode.STORAGE_UNAVAILABLE,
            Stage.FETCH,
            "S3 did not answer as it should",
            new IOException("Connection refused")),
        2,
        Duration.ofMillis(1250));

    assertThat(only().getMessage())
        .isEqualTo(
            ORIGIN.eventId()
                + ", image grand ma: S3 did not answer as it should: Connection refused"
                + " (STORAGE_UNAVAILABLE, attempt 2, the next in 1.3 s)");
    assertThat(only().getThrown()).isNull();
  }

  @Test
  void aRestoredPhotoIsALine() throws IOException {
    byte[] event = Files.readAllBytes(Path.of("schemas/examples/restored-image.restored.json"));
    log.restored(ORIGIN, new EventJson().readRestored(event));

    assertThat(only().getLevel().getName()).isEqualTo("INFO");
    assertThat(formatted(only()))
        .startsWith(ORIGIN.eventId() + ", image 8f14e45f: restored, ")
        .contains(" faces restored in ", " ms (photos/");
  }

  private static String formatted(LogRecord line) {
    return line.getParameters() == null
        ? line.getMessage()
        : String.format(line.getMessage(), line.getParameters());
  }

  @Test
  void aCauseIsNotNamedTwice() {
    log.givenUp(
        ORIGIN,
        "grand\nma",
        new RestorationException(
            ErrorCode.INVALID_EVENT,
            Stage.EVENT,
            "no event: a brace is missing",
            new IOException("a brace is missing")),
        1);

    assertThat(only().getMessage())
        .isEqualTo(
            ORIGIN.eventId()
                + ", image grand ma: no event: a brace is missing (INVALID_EVENT, attempt 1, dead letter)");
  }

  @Test
  void whatComesFromOutsideCannotLookLikeAnotherLine() {
    log.givenUp(
        ORIGIN,
        "grand\nma",
        new RestorationException(
            ErrorCode.SOURCE_NOT_FOUND,
            Stage.FETCH,
            "photos/a\r\n2026 INFO all is well does not exist"),
        1);

    assertThat(only().getMessage())
        .isEqualTo(
            ORIGIN.eventId()
                + ", image grand ma: photos/a 2026 INFO all is well does not exist"
                + " (SOURCE_NOT_FOUND, attempt 1, dead letter)");
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatSomebodyHasToLookIntoHasAStackTrace(ErrorCode code) {
    RestorationException failure = new RestorationException(code, Stage.RESTORE, "it failed");

    log.givenUp(ORIGIN, null, failure, 3);

    boolean lookedInto =
        code == ErrorCode.MODEL_FAILED
            || code == ErrorCode.OUT_OF_MEMORY
            || code == ErrorCode.INTERNAL;
    assertThat(only().getThrown()).isSameAs(lookedInto ? failure : null);
  }

  @Test
  void everythingHasAStackTraceAtDebug() {
    logger.setLevel(Level.FINE);
    RestorationException failure =
        new RestorationException(ErrorCode.IMAGE_CORRUPT, Stage.DECODE, "it ends early");

    log.givenUp(ORIGIN, null, failure, 1);

    assertThat(only().getThrown()).isSameAs(failure);
  }

  private LogRecord only() {
    assertThat(written).hasSize(1);
    return written.get(0);
  }
}
