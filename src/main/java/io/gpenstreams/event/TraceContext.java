package io.gpenstreams.event;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Passes the W3C trace context of a record on, if it has a well-formed one. */
public final class TraceContext {
  /** Header with the trace and the span that a record comes from. */
  public static final String TRACEPARENT = "traceparent";

  /** Header with what tracing systems add. */
  public static final String TRACESTATE = "tracestate";

  /** What precedes these names in CloudEvents' distributed tracing extension. */
  public static final String EXTENSION = "ce_";

  private static final String IDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";

  // Versions after 00 may add fields; ff is none.
  private static final Pattern PARENT =
      Pattern.compile("00" + IDS + "|(?!00|ff)[0-9a-f]{2}" + IDS + "(?:-[!-~]{0,200})?");

  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");

  /**
   * Passes on the transport's context, the event's own (CloudEvents' distributed tracing
   * extension), or both, under their names. Where there is only the event's it is the transport's
   * too, for tools that know no CloudEvents.
   */
  public void copy(Headers from, Headers to) {
    boolean transport = copy(from, "", to, "");
    if (copy(from, EXTENSION, to, EXTENSION) && !transport) {
      copy(from, EXTENSION, to, "");
    }
  }

  // Whether there was a well-formed one.
  private static boolean copy(Headers from, String prefix, Headers to, String newPrefix) {
    Header parent = from.lastHeader(prefix + TRACEPARENT);
    if (!matches(parent, PARENT)) {
      return false;
    }
    to.add(newPrefix + TRACEPARENT, parent.value());
    Header state = from.lastHeader(prefix + TRACESTATE);
    if (matches(state, STATE)) {
      to.add(newPrefix + TRACESTATE, state.value());
    }
    return true;
  }

  private static boolean matches(Header header, Pattern pattern) {
    return header != null
        && header.value() != null
        && pattern.matcher(new String(header.value(), StandardCharsets.UTF_8)).matches();
  }
}
