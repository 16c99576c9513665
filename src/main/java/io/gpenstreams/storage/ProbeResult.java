package io.gpenstreams.storage;

import java.util.Optional;

/**
 * What a probe says of a bucket.
 *
 * @param fault why the bucket cannot be used; empty if it can
 * @param served whether an object was read or written, and not only keys listed
 * @param onTrial whether S3 answers and a photo may be readable although the probe's object is not
 */
record ProbeResult(Optional<S3Fault> fault, boolean served, boolean onTrial) {
  static final ProbeResult SERVED = new ProbeResult(Optional.empty(), true, false);
  static final ProbeResult LISTED = new ProbeResult(Optional.empty(), false, false);

  static ProbeResult failed(S3Fault fault) {
    return new ProbeResult(Optional.of(fault), false, false);
  }

  static ProbeResult onTrial(S3Fault fault) {
    return new ProbeResult(Optional.of(fault), false, true);
  }

  boolean usable() {
    return fault.isEmpty();
  }
}
