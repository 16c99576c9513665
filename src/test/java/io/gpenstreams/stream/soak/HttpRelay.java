package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** A server on a port of its own, in front of S3. Each connection serves one request. */
final class HttpRelay implements AutoCloseable {
  // Small, so that a connection can end in the middle of a photo.
  private static final int BLOCK = 2048;

  private final Handler handler;
  private final ServerSocket server;
  private final ExecutorService connections =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "relay");
            thread.setDaemon(true);
            return thread;
          });

  /** Serves a connection, on a thread of its own. An exception ends the connection. */
  interface Handler {
    void serve(Socket client) throws IOException, InterruptedException;
  }

  HttpRelay(Handler handler) throws IOException {
    this.handler = handler;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    connections.execute(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    server.close();
    connections.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        connections.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
      return;
    }
  }

  private void serve(Socket socket) {
    try (Socket client = socket) {
      handler.serve(client);
    } catch (IOException e) {
      // The service or S3 ended the connection; the other side sees that too.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells a client that waits for it to send its body. */
  static void requestBody(HttpHead request, OutputStream out) throws IOException {
    if (!request.header("Expect").isEmpty()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
    }
  }

  /** Reads the request's body and answers with an error of S3. */
  static void refuse(
      HttpHead request, InputStream in, OutputStream out, String status, String error)
      throws IOException {
    copy(in, OutputStream.nullOutputStream(), request.length(0), () -> false);
    out.write(
        ("HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
                + "Connection: close\r\n\r\n%s")
            .formatted(status, error.length(), error)
            .getBytes(US_ASCII));
  }

  /**
   * Copies up to {@code length} bytes, or fewer if {@code in} ends.
   *
   * @param broken asked before each block
   * @throws IOException if {@code broken} says so
   */
  static void copy(InputStream in, OutputStream out, long length, BooleanSupplier broken)
      throws IOException {
    byte[] block = new byte[BLOCK];
    for (long left = length; left > 0; ) {
      int read = in.read(block, 0, (int) Math.min(left, BLOCK));
      if (read < 0) {
        break;
      }
      if (broken.getAsBoolean()) {
        throw new IOException("S3 has just become unavailable");
      }
      out.write(block, 0, read);
      left -= read;
    }
    out.flush();
  }
}
