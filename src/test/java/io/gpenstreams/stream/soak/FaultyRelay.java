package io.gpenstreams.stream.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gpenstreams.stream.soak.Weather.Fate;
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
 * Stands between one replica and S3, and does to its requests what the weather says. One connection
 * serves one request.
 *
 * <p>Own code, because what there is does not fit: Toxiproxy is a server in Go that knows bytes
 * only, LittleProxy one that clients must be told of, and both deal with connections where this
 * test needs to know the photo and what was cut. Any number of threads.
 */
final class FaultyRelay implements AutoCloseable {
  private static final String SLOW_DOWN =
      "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
  private static final int BLOCK = 2048;

  private final URI upstream;
  private final Weather weather;
  private final Traffic traffic;
  private final String poison;
  private final Runnable poisoned;
  private final ServerSocket server;
  private final ExecutorService connections =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "relay");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Opens a port of its own.
   *
   * @param poison path of the photo that is never handed out; {@code poisoned} is called instead
   */
  FaultyRelay(URI upstream, Weather weather, Traffic traffic, String poison, Runnable poisoned)
      throws IOException {
    this.upstream = upstream;
    this.weather = weather;
    this.traffic = traffic;
    this.poison = poison;
    this.poisoned = poisoned;
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
      if (weather.down()) {
        // A reset, as from a port without a server.
        client.setSoLinger(true, 0);
        traffic.refuse();
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
      Thread.sleep(weather.delay().toMillis());
      relay(request, in, client.getOutputStream());
    } catch (IOException e) {
      // The replica was killed, or S3's side ended; whoever is left sees a connection that ended.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void relay(HttpHead request, InputStream in, OutputStream out) throws IOException {
    if (!request.header("Transfer-Encoding").isEmpty()) {
      throw new IllegalStateException("The relay knows only bodies of stated length");
    }
    boolean upload = request.method().equals("PUT");
    boolean fetch = request.method().equals("GET");
    if (fetch && !request.header("amz-sdk-request").matches("attempt=[2-9].*")) {
      traffic.fetch();
    }
    Fate fate = weather.fate(upload);
    traffic.count(fate);
    if (!request.header("Expect").isEmpty()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
    }
    long length = request.length(0);
    if (fate == Fate.SLOWED_DOWN) {
      copy(in, OutputStream.nullOutputStream(), length);
      out.write(
          ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
                  + "Connection: close\r\n\r\n%s")
              .formatted(SLOW_DOWN.length(), SLOW_DOWN)
              .getBytes(US_ASCII));
      return;
    }
    try (Socket s3 = new Socket(upstream.getHost(), upstream.getPort())) {
      s3.getOutputStream().write(request.lastOfItsConnection());
      if (fate == Fate.CUT_REQUEST) {
        copy(in, s3.getOutputStream(), weather.cutAt(length));
        return;
      }
      copy(in, s3.getOutputStream(), length);
      answer(request, fate, new BufferedInputStream(s3.getInputStream()), out);
    }
  }

  private void answer(HttpHead request, Fate fate, InputStream in, OutputStream out)
      throws IOException {
    HttpHead answer = HttpHead.read(in);
    if (answer == null) {
      return;
    }
    if (answer.status() == 200 && photo(request)) {
      traffic.storePhoto();
    }
    if (fate == Fate.LOST_ANSWER) {
      return;
    }
    out.write(answer.lastOfItsConnection());
    long length = answer.length(Long.MAX_VALUE);
    copy(in, out, fate == Fate.CUT_ANSWER ? weather.cutAt(answer.length(1)) : length);
  }

  private static boolean photo(HttpHead request) {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    return request.method().equals("PUT") && !name.startsWith("map-") && !name.startsWith("face-");
  }

  private void copy(InputStream in, OutputStream out, long length) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long left = length; left > 0; ) {
      int read = in.read(block, 0, (int) Math.min(left, BLOCK));
      if (read < 0) {
        break;
      }
      if (weather.down()) {
        throw new IOException("S3 has just gone");
      }
      out.write(block, 0, read);
      left -= read;
    }
    out.flush();
  }
}
