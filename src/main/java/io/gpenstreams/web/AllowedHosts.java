package io.gpenstreams.web;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The host names under which browsers may request the viewer: this machine's own, and those that
 * the operator adds. Any other name may belong to a hostile page that points its name here (DNS
 * rebinding). Immutable.
 */
final class AllowedHosts {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|\\[::1]|::1|127(\\." + OCTET + "){3}");

  private final Set<String> names;

  /**
   * This machine's names and those of the operator.
   *
   * @param more names or addresses, without a port
   */
  AllowedHosts(List<String> more) {
    this.names = more.stream().map(AllowedHosts::plain).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a request with this host is answered.
   *
   * @param host without a port; null if the request names none
   */
  boolean contains(String host) {
    if (host == null) {
      return false;
    }
    String plain = plain(host);
    return LOOPBACK.matcher(plain).matches() || names.contains(plain);
  }

  private static String plain(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
