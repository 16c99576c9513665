package io.gpenstreams.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpenstreams.hostile.HostileRun.Part;
import io.gpenstreams.hostile.HostileRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The packaged service and whatever a producer or an uploader may send. Every case has its outcome,
 * and so has the good photo behind it; at the end the process is the one that began, and as large.
 *
 * <p>{@code -Dgpen.hostile.only} is a regular expression of names; {@code -Dgpen.hostile.patience}
 * how many seconds an outcome may take; {@code -Dgpen.hostile.together} how many cases are sent at
 * once.
 */
class HostileInputIT {
  // What an input may take for its outcome is a sixth of this, on two cores that do nothing else.
  private static final Duration PATIENCE =
      Duration.ofSeconds(Integer.getInteger("gpen.hostile.patience", 60));
  private static final Pattern ONLY =
      Pattern.compile(System.getProperty("gpen.hostile.only", ".*"));
  // Then there is nothing more to learn, but much time to lose.
  private static final int MOST_FAILURES = Integer.getInteger("gpen.hostile.failures", 5);
  private static final int TOGETHER = Integer.getInteger("gpen.hostile.together", 6);
  private static final int WARM_UP = 10;
  private static final int BOMB = 300 << 20;
  private static final int FILE = 16 << 20;
  private static final long HEAP_GROWTH = 64 << 20;
  private static final Map<String, String> SETTINGS = Map.of("gpen.limits.source-bytes", "16M");

  private final List<String> report = new ArrayList<>();
  private HostileRun run;
  private long heap;
  private int failures;

  @AfterEach
  void close() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "hostile"));
    Files.write(folder.resolve("cases.csv"), report);
    if (run != null) {
      run.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyInputHasItsOutcomeAndTheStreamGoesOn() {
    report.add("case,ms,good photo behind it ms,bytes of dead letters,results");
    List<HostileCase> cases = new ArrayList<>(HostileRecords.all(BOMB));
    cases.addAll(new HostilePhotos(FILE).all());
    cases.removeIf(one -> !ONLY.matcher(one.name()).matches());
    return Stream.concat(
        groups(cases).stream()
            .map(group -> DynamicTest.dynamicTest(group.toString(), () -> hold(group))),
        Stream.of(DynamicTest.dynamicTest("and the service is as it was", this::asItWas)));
  }

  // One after the other would take long; all at once would hide who spoils what.
  private static List<List<HostileCase>> groups(List<HostileCase> cases) {
    List<List<HostileCase>> groups = new ArrayList<>();
    boolean open = false;
    for (HostileCase one : cases) {
      if (!open || one.alone() || groups.get(groups.size() - 1).size() == TOGETHER) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(one);
      open = !one.alone();
    }
    return groups;
  }

  private void hold(List<HostileCase> group) throws Exception {
    assumeTrue(failures < MOST_FAILURES, "left out, since too many cases failed");
    if (run == null) {
      run = new HostileRun(PATIENCE, SETTINGS);
      run.warmUp(WARM_UP);
      heap = run.heap();
    }
    Result result;
    try {
      result = run.run(group);
    } catch (IOException e) {
      giveUp();
      throw e;
    }
    for (Part part : result.parts()) {
      report.add(
          "%s,%d,%d,%d,%s"
              .formatted(
                  part.hostile(),
                  part.time().toMillis(),
                  result.good().toMillis(),
                  part.letterBytes(),
                  String.join(" ", part.results())));
    }
    if (!result.problems().isEmpty()) {
      giveUp();
    }
    assertThat(result.problems()).isEmpty();
  }

  // Whatever it is like now, the next case is to find it as new.
  private void giveUp() throws IOException {
    failures++;
    run.close();
    run = null;
  }

  private void asItWas() throws Exception {
    assumeTrue(run != null, "left out, since the last case failed");
    assertThat(run.outcomesTooMany()).isEmpty();
    long now = run.heap();
    report.add(
        "heap after a collection: %d MiB before and %d MiB after; resident %d MiB, at most %d MiB"
            .formatted(
                heap >> 20, now >> 20, run.memory("VmRSS") >> 10, run.memory("VmHWM") >> 10));
    assertThat(now - heap).as("growth of the heap").isLessThan(HEAP_GROWTH);
  }
}
