package io.gpenstreams.gpen;

/**
 * A layer's style, float32: one factor per input channel, for each image of the batch.
 *
 * @param stored the style in the formula, {@code [N,C]}
 * @param factors to multiply inputs with, {@code [N,C]}: stored / scale
 * @param scale to multiply results with, {@code [N,1]}, or null where it is 1
 */
record Style(String stored, String factors, String scale) {}
