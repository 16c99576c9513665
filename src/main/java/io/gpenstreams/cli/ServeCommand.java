package io.gpenstreams.cli;

import io.gpenstreams.config.KafkaSettings;
import io.gpenstreams.health.KafkaNames;
import io.gpenstreams.model.ModelException;
import io.gpenstreams.temporary.TemporaryFiles;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.rocksdb.NativeLibraryLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gpen serve}: runs the stream service until a signal stops it. */
@Command(name = "serve", description = "Runs the service (also what runs with no command).")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.getLogger(ServeCommand.class);

  private final Runnable serving;

  @Spec private CommandSpec spec;

  /**
   * Makes the command.
   *
   * @param serving called when the service is about to start
   */
  ServeCommand(Runnable serving) {
    this.serving = serving;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    SmallRyeConfig config = ConfigUtils.configBuilder().build();
    PrintWriter lines = spec.commandLine().getErr();
    new KafkaNames(KafkaSettings.servers(config), lines::println).await(http(config));
    serving.run();
    unpackRocksDb();
    AtomicInteger exitCode = new AtomicInteger();
    Quarkus.run(
        null,
        (code, failure) -> {
          if (failure != null) {
            LOG.debug("The service did not start", failure);
            LOG.errorf("The service did not start: %s", rootMessage(failure));
          }
          exitCode.set(code);
        });
    return exitCode.get();
  }

  private static InetSocketAddress http(SmallRyeConfig config) {
    return new InetSocketAddress(
        config.getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0"),
        config.getOptionalValue("quarkus.http.port", Integer.class).orElse(8080));
  }

  // Quarkus' extension loads it whether there is a store on disk or not, and would have it unpacked
  // where Java was told to at its start.
  private static void unpackRocksDb() {
    try {
      NativeLibraryLoader.getInstance().loadLibrary(TemporaryFiles.folder().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot unpack RocksDB into " + TemporaryFiles.folder() + ": " + e.getMessage(), e);
    }
  }

  // Frameworks wrap exceptions; the innermost message names the key or
  // the file.
  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    String message = failure.toString();
    while (cause != null) {
      if (cause instanceof ModelException
          || cause instanceof IllegalArgumentException
          || cause.getCause() == null) {
        message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        break;
      }
      cause = cause.getCause();
    }
    return message.replaceAll("\\s*\\R\\s*", " ");
  }
}
