package io.gpenstreams.cli;

import io.gpenstreams.cli.progress.Progress;
import io.gpenstreams.cli.progress.Terminal;
import io.gpenstreams.config.ConfigLoader;
import io.gpenstreams.config.GpenConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The configuration of a command that works without the service, Kafka and S3. */
final class LocalConfig {
  private final CommandSpec command;
  private final Map<String, String> overrides = new HashMap<>();

  /** With nothing overridden. */
  LocalConfig(CommandSpec command) {
    this.command = command;
  }

  /**
   * Overrides a key.
   *
   * @param value of the command's option; null leaves the key as it is
   */
  LocalConfig with(String key, Object value) {
    if (value != null) {
      overrides.put(key, value.toString());
    }
    return this;
  }

  /**
   * Reads and validates it.
   *
   * @throws ParameterException naming every key that is wrong
   */
  GpenConfig load() {
    try {
      return ConfigLoader.load(overrides);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * The file that a model setting names.
   *
   * @throws IllegalArgumentException if it is in S3
   */
  static Path modelFile(CommandSpec command, String location) {
    if (location.startsWith("s3://")) {
      throw new IllegalArgumentException(
          "gpen %s works without S3: download %s and name the file"
              .formatted(command.name(), location));
    }
    return Path.of(location);
  }

  /** A command's progress, which only a terminal shows. */
  static Progress progress(CommandSpec command, int steps) {
    return Terminal.isInteractive()
        ? Progress.bar("gpen " + command.name(), System.err, Terminal.width(), steps)
        : Progress.silent();
  }
}
