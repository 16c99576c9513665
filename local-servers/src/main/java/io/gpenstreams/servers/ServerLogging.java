package io.gpenstreams.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Logback's configuration of the broker and the S3 server, which else write at debug level. */
final class ServerLogging {
  private static final String FILE = "logback.xml";

  private ServerLogging() {}

  /** Adds the option that names the configuration in {@code folder}. */
  static List<String> with(List<String> jvmOptions, Path folder) {
    List<String> options = new ArrayList<>(jvmOptions);
    options.add("-Dlogback.configurationFile=" + folder.resolve(FILE));
    return List.copyOf(options);
  }

  static void write(Path folder) throws IOException {
    Files.writeString(
        folder.resolve(FILE),
        """
        <configuration>
          <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """);
  }
}
