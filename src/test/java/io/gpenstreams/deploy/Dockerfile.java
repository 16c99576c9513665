package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The image's recipe, instruction by instruction. */
record Dockerfile(List<Instruction> instructions) {
  private static final Pattern CONTINUED = Pattern.compile("\\\\\\n");
  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*\\n");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\\S+)");

  record Instruction(String name, String arguments) {
    List<String> words() {
      return SPACE.splitAsStream(arguments).toList();
    }

    /** The arguments in the form that no shell touches. */
    List<String> exec() {
      var command = new ArrayList<String>();
      Yaml.tree(arguments).forEach(word -> command.add(word.asText()));
      return command;
    }
  }

  static Dockerfile read(String path) {
    String text = COMMENT.matcher(Project.text(path)).replaceAll("");
    String joined = CONTINUED.matcher(text).replaceAll(" ");
    return new Dockerfile(
        joined
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(
                line -> {
                  int space = line.indexOf(' ');
                  return new Instruction(
                      line.substring(0, space), line.substring(space + 1).strip());
                })
            .toList());
  }

  List<Instruction> all(String name) {
    return instructions.stream().filter(instruction -> instruction.name().equals(name)).toList();
  }

  Instruction only(String name) {
    List<Instruction> found = all(name);
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  /** What comes from the build, as source and destination below the working directory. */
  Map<String, String> copies() {
    var copies = new LinkedHashMap<String, String>();
    for (Instruction copy : all("COPY")) {
      List<String> words = copy.words();
      if (!words.get(0).startsWith("--from=")) {
        assertThat(words).as("one source each").hasSize(2);
        copies.put(words.get(0), words.get(1));
      }
    }
    return copies;
  }

  Map<String, String> environment() {
    var variables = new LinkedHashMap<String, String>();
    for (Instruction env : all("ENV")) {
      Matcher matcher = VARIABLE.matcher(env.arguments());
      while (matcher.find()) {
        variables.put(matcher.group(1), matcher.group(2));
      }
    }
    return variables;
  }
}
