package io.gpenstreams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern TABLE =
      Pattern.compile("^\\| package \\|.*\\R\\|[-|]+\\R((?:\\|.*\\R)+)", Pattern.MULTILINE);
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

  private static final JavaClasses SERVICE = classesBeside(Main.class);

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
  void noTwoClassesShareAName() {
    Stream<JavaClass> classes =
        Stream.concat(SERVICE.stream(), classesBeside(PackageOrderTest.class).stream());

    assertThat(classes.filter(JavaClass::isTopLevelClass).map(JavaClass::getSimpleName))
        .doesNotHaveDuplicates();
  }

  private static List<String> documented() throws IOException {
    String text = Files.readString(Path.of("docs/architecture.md"));
    String table = TABLE.matcher(text).results().findFirst().orElseThrow().group(1);
    return ROW.matcher(table).results().map(row -> row.group(1)).toList();
  }

  private static String withSubpackages(String name) {
    return ROOT + "." + name + "..";
  }

  private static JavaClasses classesBeside(Class<?> type) {
    URL folder = type.getProtectionDomain().getCodeSource().getLocation();
    return new ClassFileImporter().importUrl(folder);
  }
}
