package io.gpenstreams.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n", "\r\n", "\u001b", "\u0085", "\u2028", "\u2029", "\u202e", "\u200b", "\ud800"
      })
  void whatCouldBeginALineOrMoveTheCursorIsASpace(String unsafe) {
    assertThat(OneLine.of("a" + unsafe + "b")).isEqualTo("a b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grandma äß+&.jpg", "日本語", "\ud83d\ude00", "a  b"})
  void everythingElseStays(String text) {
    assertThat(OneLine.of(text)).isEqualTo(text);
  }
}
