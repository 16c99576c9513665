package io.gpenstreams.event;

/**
 * The position of an image in the input.
 *
 * @param index among the images of the record, from 0
 */
public record Origin(String topic, int partition, long offset, int index) {

  /** An id of this image that is the same each time it is processed, on any replica. */
  public String eventId() {
    return topic + "-" + partition + "-" + offset + "-" + index;
  }
}
