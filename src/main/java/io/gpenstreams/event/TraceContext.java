package io.gpenstreams.event;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Passes the W3C trace context of a record on, if it has a well-formed one. */
final class TraceContext {
  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  private static final String IDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";

  // Versions after 00 may add fields; ff is none.
  private static final Pattern PARENT =
      Pattern.compile("00" + IDS + "|(?!00|ff)[0-9a-f]{2}" + IDS + "(?:-[!-~]{0,200})?");

  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");

  void copy(Headers from, Headers to) {
    Header parent = from.lastHeader(TRACEPARENT);
    if (!matches(parent, PARENT)) {
      return;
    }
    to.add(TRACEPARENT, parent.value());
    Header state = from.lastHeader(TRACESTATE);
    if (matches(state, STATE)) {
      to.add(TRACESTATE, state.value());
    }
  }

  private static boolean matches(Header header, Pattern pattern) {
    return header != null
        && header.value() != null
        && pattern.matcher(new String(header.value(), StandardCharsets.UTF_8)).matches();
  }
}
