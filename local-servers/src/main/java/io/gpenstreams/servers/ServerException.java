package io.gpenstreams.servers;

import java.io.Serial;
import java.nio.file.Path;

/** A server of the demo that did not start, stopped by itself, or does not answer. */
public final class ServerException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Path log;

  /**
   * Says what happened in one line.
   *
   * @param log what the server wrote, or null
   * @param cause or null
   */
  public ServerException(String message, Path log, Throwable cause) {
    super(message, cause);
    this.log = log;
  }

  /** What the server wrote, or null; the file goes when its {@link Workspace} closes. */
  public Path log() {
    return log;
  }
}
