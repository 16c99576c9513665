package io.gpenstreams.storage;

import java.io.Serial;

/** A request to S3 that failed, and what that means. Stays inside this package. */
final class S3Failure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient S3Fault fault;

  S3Failure(S3Fault fault, Exception cause) {
    super(fault.reason(), cause);
    this.fault = fault;
  }

  /** What the SDK, or the transfer, threw. */
  static S3Failure of(Exception cause) {
    return new S3Failure(S3Fault.of(cause), cause);
  }

  S3Fault fault() {
    return fault;
  }
}
