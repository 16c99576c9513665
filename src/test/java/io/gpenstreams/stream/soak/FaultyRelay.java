package io.gpenstreams.stream.soak;

import io.gpenstreams.stream.soak.FaultPlan.RequestFault;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;

/**
 * A relay between one replica and S3. It injects the faults that a {@link FaultPlan} chooses.
 *
 * <p>Toxiproxy is a server in Go that knows only bytes, and LittleProxy needs clients that know of
 * a proxy; both see connections where this test must see photos. Any number of threads.
 */
final class FaultyRelay implements AutoCloseable {
  private static final String SLOW_DOWN =
      "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

  private final URI upstream;
  private final FaultPlan faultPlan;
  private final RequestCounter requests;
  private final String poison;
  private final Runnable poisoned;
  private final HttpRelay relay;

  /**
   * Opens a port of its own.
   *
   * @param poison path of the photo that is never sent; {@code poisoned} is called instead
   */
  FaultyRelay(
      URI upstream, FaultPlan faultPlan, RequestCounter requests, String poison, Runnable poisoned)
      throws IOException {
    this.upstream = upstream;
    this.faultPlan = faultPlan;
    this.requests = requests;
    this.poison = poison;
    this.poisoned = poisoned;
    this.relay = new HttpRelay(this::serve);
  }

  URI address() {
    return relay.address();
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }

  private void serve(Socket client) throws IOException, InterruptedException {
    if (faultPlan.down()) {
      // A reset, as from a port without a server.
      client.setSoLinger(true, 0);
      requests.refuse();
      return;
    }
    InputStream in = new BufferedInputStream(client.getInputStream());
    HttpHead request = HttpHead.read(in);
    if (request == null) {
      return;
    }
    if (request.path().equals(poison)) {
      poisoned.run();
      return;
    }
    Thread.sleep(faultPlan.delay().toMillis());
    pass(request, in, client.getOutputStream());
  }

  private void pass(HttpHead request, InputStream in, OutputStream out) throws IOException {
    if (!request.header("Transfer-Encoding").isEmpty()) {
      throw new IllegalStateException("The relay knows only bodies of stated length");
    }
    boolean upload = request.method().equals("PUT");
    boolean fetch = request.method().equals("GET");
    if (fetch && !request.header("amz-sdk-request").matches("attempt=[2-9].*")) {
      requests.fetch();
    }
    RequestFault fault = faultPlan.next(upload);
    requests.count(fault);
    HttpRelay.requestBody(request, out);
    long length = request.length(0);
    if (fault == RequestFault.SLOWED_DOWN) {
      HttpRelay.refuse(request, in, out, "503 Slow Down", SLOW_DOWN);
      return;
    }
    try (Socket s3 = new Socket(upstream.getHost(), upstream.getPort())) {
      s3.getOutputStream().write(request.lastOfItsConnection());
      if (fault == RequestFault.CUT_REQUEST) {
        HttpRelay.copy(in, s3.getOutputStream(), faultPlan.cutAt(length), faultPlan::down);
        return;
      }
      HttpRelay.copy(in, s3.getOutputStream(), length, faultPlan::down);
      answer(request, fault, new BufferedInputStream(s3.getInputStream()), out);
    }
  }

  private void answer(HttpHead request, RequestFault fault, InputStream in, OutputStream out)
      throws IOException {
    HttpHead answer = HttpHead.read(in);
    if (answer == null) {
      return;
    }
    if (answer.status() == 200 && photo(request)) {
      requests.storePhoto();
    }
    if (fault == RequestFault.LOST_ANSWER) {
      return;
    }
    out.write(answer.lastOfItsConnection());
    long length = answer.length(Long.MAX_VALUE);
    HttpRelay.copy(
        in,
        out,
        fault == RequestFault.CUT_ANSWER ? faultPlan.cutAt(answer.length(1)) : length,
        faultPlan::down);
  }

  private static boolean photo(HttpHead request) {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    return request.method().equals("PUT") && !name.startsWith("map-") && !name.startsWith("face-");
  }
}
