package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DocumentationTest {
  private static final Pattern VARIABLE =
      Pattern.compile("\\b(GPEN|QUARKUS|KAFKA_STREAMS|AWS)_[A-Z0-9_]*[A-Z0-9]\\b");
  private static final Pattern POLICY = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FILE =
      Pattern.compile("`((?:k8s|src|docs)/[\\w./-]+|docker-compose\\.yml)`");

  private final String guide = Project.text("docs/deploy.md");

  @Test
  void namesOnlyVariablesThatSomethingReads() {
    var names = new TreeSet<>(VARIABLE.matcher(guide).results().map(MatchResult::group).toList());
    assertThat(names).contains("GPEN_MODEL", "GPEN_STORAGE_SOURCE_BUCKETS");
    assertThat(Environment.unknown(names)).isEmpty();
  }

  @Test
  void namesOnlyFilesThatExist() {
    List<String> files = FILE.matcher(guide).results().map(match -> match.group(1)).toList();
    assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(Project.file(file)).exists());
  }

  @Test
  void namesEveryTopic() {
    assertThat(guide).contains(Project.TOPICS);
  }

  @Test
  void asksS3ForNoMoreThanReadingPhotosAndWritingResults() {
    var match = POLICY.matcher(guide);
    assertThat(match.find()).isTrue();
    JsonNode statements = Yaml.tree(match.group(1)).get("Statement");
    assertThat(statements)
        .allSatisfy(
            statement -> {
              assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
              assertThat(statement.toString()).doesNotContain("s3:*", "Delete");
            });
    var written = new ArrayList<String>();
    for (JsonNode statement : statements) {
      if (statement.get("Action").toString().contains("s3:PutObject")) {
        statement.get("Resource").forEach(resource -> written.add(resource.asText()));
      }
    }
    assertThat(written).containsExactly("arn:aws:s3:::restored/*");
  }
}
