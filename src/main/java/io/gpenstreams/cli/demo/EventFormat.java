package io.gpenstreams.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.RestorationFailed;
import io.gpenstreams.event.RestoredImage;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Events as JSON. Immutable. */
final class EventFormat {
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .findAndAddModules()
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  byte[] write(ImageUploaded event) {
    try {
      return mapper.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write the event of " + event.imageId(), e);
    }
  }

  RestoredImage readRestored(byte[] json) {
    return read(json, RestoredImage.class);
  }

  RestorationFailed readFailed(byte[] json) {
    return read(json, RestorationFailed.class);
  }

  private <T> T read(byte[] json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException("the service wrote an event that cannot be read", e);
    }
  }
}
