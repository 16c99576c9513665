package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;

/**
 * A relay between the service and S3. Some objects always fail, and the credentials expire for a
 * while. Any number of threads.
 */
final class OutageRelay implements AutoCloseable {
  /** Prefix of the keys for which S3 answers with status 500. */
  static final String BROKEN = "broken-";

  /** Prefix of the keys of which S3 sends one byte a second. */
  static final String TRICKLING = "trickling-";

  private static final String EXPIRED =
      "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
  private static final String INTERNAL =
      "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>";

  private final URI upstream;
  private final HttpRelay relay;
  private volatile boolean expired;

  OutageRelay(URI upstream) throws IOException {
    this.upstream = upstream;
    this.relay = new HttpRelay(this::serve);
  }

  URI address() {
    return relay.address();
  }

  /** Whether all credentials have expired. */
  void expired(boolean now) {
    expired = now;
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }

  private void serve(Socket client) throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    HttpHead request = HttpHead.read(in);
    if (request == null) {
      return;
    }
    OutputStream out = client.getOutputStream();
    HttpRelay.requestBody(request, out);
    String key = request.path().substring(request.path().lastIndexOf('/') + 1);
    if (expired) {
      HttpRelay.refuse(request, in, out, "400 Bad Request", EXPIRED);
    } else if (key.startsWith(BROKEN)) {
      HttpRelay.refuse(request, in, out, "500 Internal Server Error", INTERNAL);
    } else if (key.startsWith(TRICKLING)) {
      trickle(out);
    } else {
      pass(request, in, out);
    }
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

  private void pass(HttpHead request, InputStream in, OutputStream out) throws IOException {
    try (Socket s3 = new Socket(upstream.getHost(), upstream.getPort())) {
      s3.getOutputStream().write(request.lastOfItsConnection());
      HttpRelay.copy(in, s3.getOutputStream(), request.length(0), () -> false);
      s3.getInputStream().transferTo(out);
    }
  }
}
