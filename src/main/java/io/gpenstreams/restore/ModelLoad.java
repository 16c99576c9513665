package io.gpenstreams.restore;

import java.time.Duration;

/**
 * How much a model has to do.
 *
 * @param busy time in which it was running, since the start
 * @param waiting faces that wait for it
 * @param batch most faces in one run; shrinks when the device runs out of memory
 */
public record ModelLoad(Duration busy, int waiting, int batch) {}
