package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between the service and S3, of which some objects are sick for ever and the credentials
 * expire for a while. One connection serves one request. Any number of threads.
 */
final class SickRelay implements AutoCloseable {
  /** What keys begin with that S3 answers with an error 500. */
  static final String BROKEN = "broken-";

  /** What keys begin with of whose objects a byte a second comes. */
  static final String TRICKLING = "trickling-";

  private static final String EXPIRED =
      "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
  private static final String INTERNAL =
      "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>";

  private final URI upstream;
  private final ServerSocket server;
  private final ExecutorService connections =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "relay");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean expired;

  SickRelay(URI upstream) throws IOException {
    this.upstream = upstream;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    connections.execute(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Whether all credentials have expired. */
  void expired(boolean now) {
    expired = now;
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
      InputStream in = new BufferedInputStream(client.getInputStream());
      HttpHead request = HttpHead.read(in);
      if (request == null) {
        return;
      }
      OutputStream out = client.getOutputStream();
      if (!request.header("Expect").isEmpty()) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
      }
      String key = request.path().substring(request.path().lastIndexOf('/') + 1);
      if (expired || key.startsWith(BROKEN)) {
        copy(in, OutputStream.nullOutputStream(), request.length(0));
        refuse(out, expired ? "400 Bad Request" : "500 Internal Server Error");
      } else if (key.startsWith(TRICKLING)) {
        trickle(out);
      } else {
        relay(request, in, out);
      }
    } catch (IOException e) {
      // The service has hung up.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(OutputStream out, String status) throws IOException {
    String body = status.startsWith("400") ? EXPIRED : INTERNAL;
    out.write(
        ("HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
                + "Connection: close\r\n\r\n%s")
            .formatted(status, body.length(), body)
            .getBytes(US_ASCII));
  }

  private static void trickle(OutputStream out) throws IOException, InterruptedException {
    String head =
        """
        HTTP/1.1 200 OK
        Content-Type: image/jpeg
        Content-Length: 100000
        ETag: "a"
        Connection: close

        """;
    out.write(head.replace("\n", "\r\n").getBytes(US_ASCII));
    while (true) {
      out.write(0xFF);
      out.flush();
      Thread.sleep(1000);
    }
  }

  private void relay(HttpHead request, InputStream in, OutputStream out) throws IOException {
    try (Socket s3 = new Socket(upstream.getHost(), upstream.getPort())) {
      s3.getOutputStream().write(request.lastOfItsConnection());
      copy(in, s3.getOutputStream(), request.length(0));
      s3.getInputStream().transferTo(out);
    }
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] block = new byte[8192];
    for (long left = length; left > 0; ) {
      int read = in.read(block, 0, (int) Math.min(left, block.length));
      if (read < 0) {
        return;
      }
      out.write(block, 0, read);
      left -= read;
    }
    out.flush();
  }
}
