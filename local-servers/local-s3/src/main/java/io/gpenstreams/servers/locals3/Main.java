package io.gpenstreams.servers.locals3;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;

/** Runs LocalS3, which has no command of its own, until the process ends. */
public final class Main {
  private Main() {}

  /**
   * Starts it on every interface, since it knows no other way.
   *
   * @param arguments the port, and the folder to keep objects in
   */
  public static void main(String... arguments) {
    LocalS3.builder()
        .port(Integer.parseInt(arguments[0]))
        .mode(LocalS3Mode.PERSISTENCE)
        .dataPath(arguments[1])
        .build()
        .start();
  }
}
