package io.gpenstreams.web;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends one picture in pieces, each as soon as the client has taken those before, and ends the
 * connection of a client that takes too little. So at most a piece and the socket's buffer are in
 * memory beside the picture, and the exchange lasts as long as the picture is needed.
 *
 * <p>The thread that writes waits for the client; the watch runs on the event loop and shares only
 * the count with it.
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
   * Sends nothing yet.
   *
   * @param window in which a client takes at least {@link #LEAST} bytes, or is cut off
   */
  PictureTransfer(byte[] picture, RoutingContext exchange, Duration window) {
    this.picture = picture;
    this.exchange = exchange;
    this.window = window;
  }

  /** What a client takes in each window, in bytes: some 26 KB a second. */
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
