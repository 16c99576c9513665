package io.gpenstreams.cli;

import io.gpenstreams.cli.replay.LetterFilter;
import io.gpenstreams.cli.replay.Replay;
import io.gpenstreams.cli.replay.ReplayReport;
import io.gpenstreams.config.KafkaSettings;
import io.gpenstreams.event.ErrorCode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gpen replay}: photos that failed, asked for once more. */
@Command(
    name = "replay",
    description = {
      "Sends dead letters back to image-uploaded, each once in all runs.",
      "Options narrow the choice together; values of one option widen it."
    })
final class ReplayCommand implements Callable<Integer> {
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--code",
      paramLabel = "CODE",
      arity = "1..*",
      split = ",",
      description = "Letters with one of these codes: ${COMPLETION-CANDIDATES}.")
  private List<ErrorCode> codes = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME|AGE",
      description = "Photos that failed then or later, such as 2026-11-23T03:20:00Z or 2h.")
  private String since;

  @Option(
      names = "--until",
      paramLabel = "TIME|AGE",
      description = "Photos that failed before that.")
  private String until;

  @Option(
      names = "--id",
      paramLabel = "ID",
      arity = "1..*",
      description = "Letters about these images.")
  private List<String> imageIds = new ArrayList<>();

  @Option(names = "--all", description = "All letters; needed where nothing narrows the choice.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Send at most so many, the oldest of each partition first.")
  private Long limit;

  @Option(names = "--dry-run", description = "Only list what would be sent; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Kafka (default: the service's, kafka.bootstrap.servers).")
  private String bootstrap;

  ReplayCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    Replay.Plan plan = plan();
    PrintWriter out = spec.commandLine().getOut();
    ReplayReport report = new ReplayReport(out, spec.commandLine().getErr());
    Replay replay =
        new Replay(KafkaSettings.load(Optional.ofNullable(bootstrap)), plan, report, clock);
    boolean done = false;
    try {
      replay.run();
      done = true;
    } finally {
      // A later failure does not undo what was sent.
      if (done || report.summary().sent() > 0) {
        out.println(report.summary().line(dryRun));
      }
      out.flush();
    }
    return 0;
  }

  private Replay.Plan plan() {
    Instant now = clock.instant();
    LetterFilter filter =
        new LetterFilter(
            Set.copyOf(codes),
            moment("--since", since, now),
            moment("--until", until, now),
            Set.copyOf(imageIds));
    if (filter.isAll() && !all) {
      throw wrong("say which letters, by --code, --since, --until or --id, or --all");
    }
    if (!filter.isAll() && all) {
      throw wrong("--all excludes what narrows the choice");
    }
    if (filter.since().isPresent()
        && filter.until().isPresent()
        && !filter.since().get().isBefore(filter.until().get())) {
      throw wrong("--since must be before --until");
    }
    if (limit != null && limit < 1) {
      throw wrong("--limit must be 1 or more, not " + limit);
    }
    return new Replay.Plan(filter, limit == null ? Long.MAX_VALUE : limit, dryRun);
  }

  private Optional<Instant> moment(String option, String text, Instant now) {
    try {
      return Optional.ofNullable(text).map(value -> Moment.parse(value, now));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
