package io.gpenstreams.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
  private final AllowedHosts loopback = new AllowedHosts(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost",
        "localhost.",
        "127.0.0.1",
        "127.255.255.255",
        "::1",
        "[::1]"
      })
  void thisMachineIsAlwaysAllowed(String host) {
    assertThat(loopback.contains(host)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        ".",
        "photos.example",
        "localhost.photos.example",
        "photos.localhost.example",
        "localhost..",
        "127.0.0.256",
        "127.0.0",
        "127.0.0.1.2",
        "127.0.0.01",
        "127.0.0.1.photos.example",
        "128.0.0.1",
        "0.0.0.0",
        "[::]",
        "[::1",
        "::2",
        "2130706433"
      })
  void nothingElseIsUnlessNamed(String host) {
    assertThat(loopback.contains(host)).isFalse();
  }

  @Test
  void namedHostsAreAllowedHoweverTheyAreWritten() {
    AllowedHosts hosts = new AllowedHosts(List.of("Photos.Example", "10.0.0.7"));

    assertThat(List.of("photos.example", "PHOTOS.EXAMPLE.", "10.0.0.7", "localhost"))
        .allMatch(hosts::contains);
    assertThat(List.of("x.photos.example", "photos.example.x", "10.0.0.70", "example"))
        .noneMatch(hosts::contains);
  }
}
