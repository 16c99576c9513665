package io.gpenstreams.cli.demo;

import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import java.util.List;

/** The outcome of a photo, as the service reported it. */
sealed interface Outcome {
  DemoPhoto photo();

  /** The event's value as it was on the topic. */
  String json();

  /** It was restored, or needed no restoring. */
  record Restored(DemoPhoto photo, String json, RestoredImage event) implements Outcome {}

  /** It is a dead letter. */
  record Failed(DemoPhoto photo, String json, RestorationFailed event) implements Outcome {
    /** The failure in one line. */
    String message() {
      var error = event.error();
      return photo.file()
          + ": "
          + error.code()
          + " at "
          + error.stage().wireName()
          + ": "
          + error.message();
    }
  }

  /** The dead letters among outcomes. */
  static List<Failed> failures(List<Outcome> outcomes) {
    return outcomes.stream().filter(Failed.class::isInstance).map(Failed.class::cast).toList();
  }
}
