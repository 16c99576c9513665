package io.gpenstreams.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Where servers find a free port of the loopback interface. */
interface Ports {
  /** Those that the system hands out. */
  Ports FREE =
      () -> {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          return socket.getLocalPort();
        } catch (IOException e) {
          throw new UncheckedIOException("cannot find a free port on 127.0.0.1", e);
        }
      };

  /** A port that nobody listened on just now; another process may still be faster to take it. */
  int next();

  /** Whether anybody listens on {@code port}. */
  static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
