package io.gpenstreams.stream;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadReplacementTest {
  private final TestClock clock = new TestClock();
  private final List<Duration> waits = new ArrayList<>();
  private final ThreadReplacement replacement = new ThreadReplacement(clock, waits::add);

  static Stream<RuntimeException> ofKafka() {
    return Stream.of(
        new InvalidTxnStateException("undone"),
        new StreamsException("commit", new StreamsException(new TimeoutException("60 s"))),
        new StreamsException(new TopicAuthorizationException("topic")),
        new StreamsException(new SaslAuthenticationException("password")),
        new StreamsException(new RecordTooLargeException("topic")),
        new MissingSourceTopicException("image-uploaded"));
  }

  static Stream<ApiException> ofTheOperator() {
    return Stream.of(
        new InconsistentGroupProtocolException("x"), new UnsupportedVersionException("x"));
  }

  @ParameterizedTest
  @MethodSource("ofKafka")
  void anotherThreadBeginsAsOftenAsKafkaFails(RuntimeException failure) {
    for (int i = 0; i < 50; i++) {
      assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
    }
  }

  @ParameterizedTest
  @MethodSource("ofTheOperator")
  void theStreamEndsWhereOnlyAnOperatorCanHelp(ApiException failure) {
    assertThat(replacement.handle(new StreamsException(failure))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(waits).isEmpty();
  }

  @Test
  void theStreamEndsAfterSomeFaultsOfItsOwn() {
    for (int i = 0; i < ThreadReplacement.MOST_FAULTS; i++) {
      assertThat(replacement.handle(new IllegalStateException("a bug"))).isEqualTo(REPLACE_THREAD);
      assertThat(replacement.handle(new TimeoutException("away"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(replacement.handle(new OutOfMemoryError())).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void faultsThatLieFarApartDoNotAddUp() {
    for (int i = 0; i < 3 * ThreadReplacement.MOST_FAULTS; i++) {
      assertThat(replacement.handle(new IllegalStateException("a bug"))).isEqualTo(REPLACE_THREAD);
      clock.advance(ThreadReplacement.RECOVERED.plusMillis(1));
    }
    assertThat(waits).containsOnly(Duration.ZERO);
  }

  @Test
  void theWaitGrowsToALimit() {
    for (int i = 0; i < 7; i++) {
      replacement.handle(new TimeoutException("away"));
    }
    assertThat(waits.stream().map(Duration::toSeconds)).containsExactly(0L, 1L, 2L, 4L, 8L, 8L, 8L);
  }
}
