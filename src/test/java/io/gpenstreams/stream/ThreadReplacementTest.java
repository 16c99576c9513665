package io.gpenstreams.stream;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadReplacementTest {
  private final ThreadReplacement replacement = new ThreadReplacement();

  @Test
  void anotherThreadBeginsWhereTheBrokerHasForgottenTheTransactionOrIsAway() {
    assertThat(replacement.handle(new InvalidTxnStateException("undone")))
        .isEqualTo(REPLACE_THREAD);
    assertThat(
            replacement.handle(
                new StreamsException("commit", new StreamsException(new TimeoutException("60 s")))))
        .isEqualTo(REPLACE_THREAD);
  }

  @Test
  void theStreamEndsWhereAnotherThreadWouldFailAsWell() {
    assertThat(
            replacement.handle(new StreamsException(new InconsistentGroupProtocolException("x"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(replacement.handle(new StreamsException(new TopicAuthorizationException("topic"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(replacement.handle(new IllegalStateException("a bug"))).isEqualTo(SHUTDOWN_CLIENT);
  }
}
