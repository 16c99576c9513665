package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code create-topics.sh}, run against a stand-in of {@code kafka-topics.sh} that takes notes. */
final class TopicScript {
  private static final Pattern WORD = Pattern.compile("\u0001");

  private TopicScript() {}

  /** One call of {@code kafka-topics.sh}. */
  record Topic(Map<String, String> options, Map<String, String> configs) {
    String name() {
      return options.get("--topic");
    }

    int partitions() {
      return Integer.parseInt(options.get("--partitions"));
    }

    int replication() {
      return Integer.parseInt(options.get("--replication-factor"));
    }
  }

  /** The topics that the script creates, in its order. */
  static List<Topic> topics(Path scratch, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path notes = scratch.resolve("notes");
    Files.deleteIfExists(notes);
    Path stand = scratch.resolve("kafka-topics.sh");
    Files.writeString(
        stand, "#!/bin/sh\nprintf '%s\\001' \"$@\" >>'" + notes + "'\necho >>'" + notes + "'\n");
    Files.setPosixFilePermissions(stand, PosixFilePermissions.fromString("rwx------"));
    var variables = new HashMap<>(environment);
    variables.put("PATH", scratch + ":" + System.getenv("PATH"));
    var result = Tool.run(variables, List.of("sh", "src/main/docker/create-topics.sh"));
    assertThat(result.status()).as(result.errors()).isZero();
    return Files.readAllLines(notes).stream().map(TopicScript::topic).toList();
  }

  private static Topic topic(String call) {
    List<String> words = new ArrayList<>(WORD.splitAsStream(call).toList());
    assertThat(words.remove("--create")).isTrue();
    assertThat(words.remove("--if-not-exists")).isTrue();
    var options = new HashMap<String, String>();
    var configs = new HashMap<String, String>();
    for (int i = 0; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      if (words.get(i).equals("--config")) {
        int equals = value.indexOf('=');
        configs.put(value.substring(0, equals), value.substring(equals + 1));
      } else {
        options.put(words.get(i), value);
      }
    }
    return new Topic(options, configs);
  }
}
