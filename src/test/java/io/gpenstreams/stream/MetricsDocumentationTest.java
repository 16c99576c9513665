package io.gpenstreams.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.model.ModelInfo;
import io.gpenstreams.restore.ModelLoad;
import io.gpenstreams.restore.StageClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of metrics in {@code docs/deploy.md}, compared with the meters that exist. */
class MetricsDocumentationTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(gpen_[a-z_]+)` \\|([^|]*)\\|", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("`([a-z0-9]+)`");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void theTableHasEveryMetricAndItsLabels() throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("docs/deploy.md")))
        .results()
        .forEach(row -> documented.put(row.group(1), labels(row.group(2))));

    assertThat(documented).isEqualTo(registered());
  }

  private Map<String, Set<String>> registered() {
    WorkerPool pool =
        new WorkerPool(
            "process",
            1,
            Duration.ZERO,
            new TestClock(),
            new TestWorkers(),
            () -> new StageClock(Duration.ZERO));
    new OutcomeMetrics(registry);
    new PendingMetrics(registry, pool, () -> false);
    ModelMetrics.register(
        registry,
        new ModelInfo("m", "ab", 64, "fp32", Optional.empty(), ModelInfo.Layout.UINT8, true),
        "cpu",
        () -> new ModelLoad(Duration.ZERO, 0, 1));

    Map<String, Set<String>> all = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      Set<String> labels = id.getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
      // The buckets of histograms, which this registry shows as gauges.
      if (!labels.contains("le")) {
        String name = prometheusName(id);
        all.computeIfAbsent(name, n -> new TreeSet<>()).addAll(labels);
      }
    }
    return all;
  }

  // As Prometheus' registry forms names: words joined by underscores, then unit, then total.
  private static String prometheusName(Meter.Id id) {
    String name = NamingConvention.snakeCase.name(id.getName(), id.getType());
    if (id.getBaseUnit() != null) {
      name += "_" + id.getBaseUnit();
    }
    return id.getType() == Meter.Type.COUNTER ? name + "_total" : name;
  }

  private static Set<String> labels(String cell) {
    return LABEL
        .matcher(cell)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
