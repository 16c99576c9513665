package io.gpenstreams.cli.calibrate;

import io.gpenstreams.hallucination.FaceMeasures;
import io.gpenstreams.hallucination.Trust;

/**
 * One restoration whose truth is known.
 *
 * @param face which face, by its number
 * @param restorer the name of the model or of the simulation that restored it
 * @param similarity of truth and result by the identity model, −1…1; null without one
 */
record Sample(
    int face,
    String restorer,
    Degrading degrading,
    FaceMeasures measures,
    Trust trust,
    TrueError error,
    Double similarity) {}
