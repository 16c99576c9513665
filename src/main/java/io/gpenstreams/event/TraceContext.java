package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

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

  private final StrictJson json = new StrictJson();

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

  /**
   * The context of a record, freshly made: its headers', else that of the CloudEvent in structured
   * content mode that its value is; empty if there is none.
   *
   * @param value may be null
   */
  public Headers of(Headers headers, byte[] value) {
    Headers context = new RecordHeaders();
    copy(headers, context);
    addFrom(value, context);
    return context;
  }

  /**
   * Adds what a CloudEvent in structured content mode says of itself, where there is nothing yet.
   *
   * @param value of a record, or null
   */
  void addFrom(byte[] value, Headers to) {
    if (to.lastHeader(TRACEPARENT) != null || !mentionsIt(value)) {
      return;
    }
    Headers stated = new RecordHeaders();
    try {
      JsonNode tree = json.read(value);
      if (tree.has("specversion")) {
        for (String name : List.of(TRACEPARENT, TRACESTATE)) {
          if (tree.path(name).isTextual()) {
            stated.add(
                EXTENSION + name, tree.get(name).textValue().getBytes(StandardCharsets.UTF_8));
          }
        }
      }
    } catch (RestorationException e) {
      // It is no event either.
      return;
    }
    copy(stated, to);
  }

  // Few values do, and to read one again costs as much as at first.
  private static boolean mentionsIt(byte[] value) {
    return value != null
        && new String(value, StandardCharsets.ISO_8859_1).contains('"' + TRACEPARENT + '"');
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
