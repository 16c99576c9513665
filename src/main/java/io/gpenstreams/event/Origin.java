package io.gpenstreams.event;

/**
 * Where an image was asked for: its place in the stream of input.
 *
 * @param index place among the images of the record, from 0
 */
public record Origin(String topic, int partition, long offset, int index) {

  /** An id that names this image whenever, wherever and however often it is processed. */
  public String eventId() {
    return topic + "-" + partition + "-" + offset + "-" + index;
  }
}
