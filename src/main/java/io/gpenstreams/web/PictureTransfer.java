package io.gpenstreams.web;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends one picture in pieces, each as soon as the client has received the previous ones, and
 * closes the connection of a client that is too slow. So besides the picture only one piece and the
 * socket's buffer are in memory, and the picture's memory is released when the request ends.
 *
 * <p>The writing thread waits for the client. The timer runs on the event loop, and shares only the
 * count of bytes with it.
 */
final class PictureTransfer implements StreamingOutput {
  private static final int PIECE = 16 << 10;

  private final byte[] picture;
  private final RoutingContext exchange;
  private final Duration window;
  private final AtomicLong sent = new AtomicLong();
  // Touched by the event loop only.
  private long sentBefore;

  /**
   * Prepares a transfer.
   *
   * @param window in which a client must receive {@link #LEAST} bytes, or its connection is closed
   */
  PictureTransfer(byte[] picture, RoutingContext exchange, Duration window) {
    this.picture = picture;
    this.exchange = exchange;
    this.window = window;
  }

  /** How many bytes a client must receive in each window: about 26 KB a second. */
  static final long LEAST = 256 << 10;

  @Override
  public void write(OutputStream out) throws IOException {
    long watch = exchange.vertx().setPeriodic(window.toMillis(), timer -> check());
    try {
      for (int from = 0; from < picture.length; from += PIECE) {
        int length = Math.min(PIECE, picture.length - from);
        out.write(picture, from, length);
        sent.addAndGet(length);
      }
      out.flush();
    } finally {
      exchange.vertx().cancelTimer(watch);
    }
  }

  private void check() {
    long now = sent.get();
    if (now - sentBefore < LEAST) {
      HttpServerRequest request = exchange.request();
      request.connection().close();
    }
    sentBefore = now;
  }
}
