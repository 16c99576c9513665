package io.gpenstreams.stream;

import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * What becomes of the process when its stream thread dies. Where the broker has undone a
 * transaction that the thread believed in, or does not answer for longer than {@code
 * task.timeout.ms}, another thread begins from what is committed, and the model stays loaded. After
 * anything else the stream ends, and the liveness probe has the process replaced.
 *
 * <p>Called on the thread that dies; keeps no state.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = Logger.getLogger(ThreadReplacement.class);

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTxnStateException || cause instanceof TimeoutException) {
        LOG.warnf("The stream begins anew from what is committed: %s", cause.getMessage());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
      root = cause;
    }
    LOG.errorf("The stream has ended; only another process can go on: %s", root);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
