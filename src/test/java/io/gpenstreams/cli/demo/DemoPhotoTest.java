package io.gpenstreams.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class DemoPhotoTest {
  @Test
  void takesItsNameFromTheFile() {
    assertThat(
            names(
                "a/grandma.jpg", "My Photo (1).PNG", "Oma Grüße.jpg", ".jpg", "--help", "über.a.b"))
        .containsExactly("grandma", "My-Photo-1-", "Oma-Grüße", "jpg", "help", "über.a");
  }

  @Test
  void keepsNamesApart() {
    assertThat(names("a/x.jpg", "b/x.jpg", "x.png", "x-2.jpg", "x-2.png"))
        .containsExactly("x", "x-2", "x-3", "x-2-2", "x-2-3");
  }

  @Test
  void keepsTheExtension() {
    assertThat(new DemoPhoto("x", Path.of("a.b/x.JPG")).extension()).isEqualTo(".JPG");
    assertThat(new DemoPhoto("x", Path.of("a.b/x")).extension()).isEmpty();
    assertThat(DemoPhoto.extension("a.b/x")).isEmpty();
  }

  @Property
  void anyNamesAreDistinctAndNeverPaths(
      @ForAll @Size(max = 20) List<@NotBlank @StringLength(max = 300) String> files) {
    List<Path> paths =
        files.stream()
            .map(name -> name.replace('\0', '_').replace('/', '_'))
            .map(Path::of)
            .toList();

    List<String> names = DemoPhoto.of(paths).stream().map(DemoPhoto::name).toList();

    assertThat(names)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[^/.\\-\\p{Cntrl}][^/\\p{Cntrl}]*"));
  }

  private static List<String> names(String... files) {
    return DemoPhoto.of(Stream.of(files).map(Path::of).toList()).stream()
        .map(DemoPhoto::name)
        .toList();
  }
}
