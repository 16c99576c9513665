package io.gpenstreams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages are those of the table in {@code docs/architecture.md}, in its order. */
class PackageOrderTest {
  private static final String ROOT = "io.gpenstreams";
  private static final String CLASS = ".class";
  private static final Pattern TABLE =
      Pattern.compile("^\\| package \\|.*\\R\\|[-|]+\\R((?:\\|.*\\R)+)", Pattern.MULTILINE);
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

  private static final JavaClasses SERVICE =
      new ClassFileImporter().importPath(folderOf(Main.class));

  @Test
  void theTableNamesEveryPackage() throws IOException {
    Set<String> packages =
        SERVICE.stream()
            .filter(type -> !type.getPackageName().equals(ROOT))
            .map(type -> type.getPackageName().substring(ROOT.length() + 1).split("\\.", 2)[0])
            .collect(Collectors.toSet());

    assertThat(documented()).containsExactlyInAnyOrderElementsOf(packages);
  }

  @ParameterizedTest
  @MethodSource("documented")
  void aPackageDependsOnlyOnThoseAboveIt(String name) throws IOException {
    List<String> order = documented();
    String[] below =
        order.subList(order.indexOf(name) + 1, order.size()).stream()
            .map(PackageOrderTest::withSubpackages)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(withSubpackages(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(below)
        .check(SERVICE);
  }

  @Test
  void noTwoClassesShareAName() throws IOException {
    List<String> names = new ArrayList<>(topLevelClassesBeside(Main.class));
    names.addAll(topLevelClassesBeside(PackageOrderTest.class));

    assertThat(names).contains("Main", "PackageOrderTest").doesNotHaveDuplicates();
  }

  private static List<String> documented() throws IOException {
    String text = Files.readString(Path.of("docs/architecture.md"));
    String table = TABLE.matcher(text).results().findFirst().orElseThrow().group(1);
    return ROW.matcher(table).results().map(row -> row.group(1)).toList();
  }

  private static String withSubpackages(String name) {
    return ROOT + "." + name + "..";
  }

  private static List<String> topLevelClassesBeside(Class<?> type) throws IOException {
    try (Stream<Path> files = Files.walk(folderOf(type))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(CLASS) && !name.contains("$"))
          .map(name -> name.substring(0, name.length() - CLASS.length()))
          .filter(name -> !name.equals("package-info"))
          .toList();
    }
  }

  private static Path folderOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
