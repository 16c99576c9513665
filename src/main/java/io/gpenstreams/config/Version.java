package io.gpenstreams.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote into the artefact. */
public final class Version {
  private Version() {}

  /** As in the POM. */
  public static String current() {
    try (InputStream in = Version.class.getResourceAsStream("/version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("The artefact does not say its version", e);
    }
  }
}
