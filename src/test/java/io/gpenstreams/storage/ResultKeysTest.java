package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultKeysTest {
  private static final String NAME = "0".repeat(64) + ".jpg";

  @ParameterizedTest
  @CsvSource({
    "8f14e45f, 8f14e45f",
    "photos/2026/grandma.jpg, photos/2026/grandma.jpg",
    "../../etc/passwd, %2E%2E/%2E%2E/etc/passwd",
    "a/./b, a/%2E/b",
    "/a//b/, %/a/%/b/%",
    "50%, 50%25",
    "Großmutter, Gro%C3%9Fmutter",
    "'a b?c*d\"e', a%20b%3Fc%2Ad%22e",
    "..., ...",
  })
  void keepsWhatIsPlainAndEncodesTheRest(String imageId, String folder) {
    assertThat(ResultKeys.key(imageId, NAME)).isEqualTo(folder + "/" + NAME);
  }

  @Test
  void anEmptyIdHasAFolderToo() {
    assertThat(ResultKeys.key("", NAME)).isEqualTo("%/" + NAME);
  }

  @Test
  void halvesOfPairsAreNotTheSame() {
    assertThat(List.of("\uD800", "\uDBFF", "\uDC00", "?", "\uD83D\uDE00", "\uDE00\uD83D"))
        .extracting(id -> ResultKeys.key(id, NAME))
        .doesNotHaveDuplicates();
  }

  @Test
  void longIdsStayApart() {
    String a = "x".repeat(1279);
    assertThat(List.of(a + "a", a + "b", "ü".repeat(900), "\uD800".repeat(900), "?".repeat(900)))
        .extracting(id -> ResultKeys.key(id, NAME))
        .doesNotHaveDuplicates()
        .allSatisfy(key -> assertThat(key).startsWith("%-").hasSize(2 + 64 + 1 + NAME.length()));
  }

  @Test
  void noSegmentIsLongerThanAFileNameMayBe() {
    assertThat(ResultKeys.key("a/" + "x".repeat(255), NAME))
        .isEqualTo("a/" + "x".repeat(255) + "/" + NAME);
    assertThat(List.of("x".repeat(256), "a/" + "x".repeat(256), "%".repeat(86)))
        .extracting(id -> ResultKeys.key(id, NAME))
        .doesNotHaveDuplicates()
        .allSatisfy(key -> assertThat(key).startsWith("%-").hasSize(2 + 64 + 1 + NAME.length()));
  }

  @Property(tries = 2000)
  void differentIdsNeverShareAKey(@ForAll @Size(2) @UniqueElements List<@From("ids") String> ids) {
    assertThat(ResultKeys.key(ids.get(0), NAME)).isNotEqualTo(ResultKeys.key(ids.get(1), NAME));
  }

  @Property(tries = 2000)
  void everyKeyIsSafe(@ForAll("ids") String id) {
    String longest = "n".repeat(128);
    String key = ResultKeys.key(id, longest);

    assertThat(key.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(1024);
    assertThat(key).matches("[A-Za-z0-9_.~%/-]+").endsWith("/" + longest);
    assertThat(key.split("/", -1))
        .doesNotContain("", ".", "..")
        .allSatisfy(segment -> assertThat(segment).hasSizeLessThanOrEqualTo(255));
    // On a file system it stays where it is named.
    assertThat(Path.of(key).normalize()).hasToString(key);
  }

  @Provide
  Arbitrary<String> ids() {
    Arbitrary<String> nasty =
        Arbitraries.of(
            "..", ".", "/", "//", "%", "%2E", "%25", "%-", "-", "\\", "\0", "\uD800", "\uDFFF", "?",
            " ", "ä", "a", "A", "~", "+", "&", "\n", "😀", "face-0-");
    return Arbitraries.oneOf(
        nasty.list().ofMaxSize(6).map(parts -> String.join("", parts)),
        Arbitraries.strings().all().ofMaxLength(40),
        nasty.list().ofMaxSize(1280).map(parts -> String.join("", parts)));
  }
}
