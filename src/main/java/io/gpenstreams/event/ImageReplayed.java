package io.gpenstreams.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * The mark of a dead letter that was sent back, {@code image-replayed}; its key names the letter.
 *
 * @param imageId null if the letter names none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageReplayed(String imageId, Instant replayedAt) {}
