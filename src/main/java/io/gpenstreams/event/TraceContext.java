package io.gpenstreams.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Copies the W3C trace context of a record, if it has a well-formed one. */
public final class TraceContext {
  /** Header with the trace and the span that a record comes from. */
  public static final String TRACEPARENT = "traceparent";

  /** Header with data of tracing systems. */
  public static final String TRACESTATE = "tracestate";

  /** Prefix of these names in CloudEvents' distributed tracing extension. */
  public static final String EXTENSION = "ce_";

  private static final String IDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";

  // Versions after 00 may add fields; ff is none.
  private static final Pattern PARENT =
      Pattern.compile("00" + IDS + "|(?!00|ff)[0-9a-f]{2}" + IDS + "(?:-[!-~]{0,200})?");

  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");

  private final StrictJson json = new StrictJson();

  /**
   * Copies the transport's context, the event's own (CloudEvents' distributed tracing extension),
   * or both, under their names. If there is only the event's, it becomes the transport's too, for
   * tools that do not know CloudEvents.
   */
  public void copy(Headers from, Headers to) {
    boolean transport = copy(from, "", to, "");
    if (copy(from, EXTENSION, to, EXTENSION) && !transport) {
      copy(from, EXTENSION, to, "");
    }
  }

  /**
   * The context of a record, in new headers: from its headers, else from its value if that is a
   * CloudEvent in structured content mode; empty if there is none.
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
   * Adds the context in a CloudEvent in structured content mode, unless there is one already.
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
      // Not JSON, and so without a context.
      return;
    }
    copy(stated, to);
  }

  // Few values do, and parsing a value twice is expensive.
  private static boolean mentionsIt(byte[] value) {
    return value != null
        && new String(value, StandardCharsets.ISO_8859_1).contains('"' + TRACEPARENT + '"');
  }

  // Returns whether there was a well-formed one.
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
