package io.gpenstreams.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What an answer of S3, or a missing answer, means: the table in docs/reliability.md. The status
 * alone does not show it: a wrong secret key and a private photo are both 403, an expired token and
 * a bad version are both 400.
 *
 * @param reason for the log and for readiness; one clause, with S3's error code
 */
record S3Fault(Kind kind, String reason) {

  /** Who has to act. */
  enum Kind {
    /** The uploader: the object does not exist, or is no longer the one that the event named. */
    GONE,
    /** The uploader: the object is archived. */
    ARCHIVED,
    /** This object may not be read; if no other one may, the operator has to act. */
    DENIED,
    /** S3 refuses this request; if it refuses all others too, the operator has to act. */
    REFUSED,
    /** The operator: credentials, clock, region, bucket. Nothing can be read or written. */
    INSTALLATION,
    /** No one: S3 asks for fewer requests. */
    THROTTLED,
    /** S3 or the network fails, for this object or for all. */
    SERVER
  }

  private static final Set<String> CREDENTIALS =
      Set.of(
          "AccountProblem",
          "AllAccessDisabled",
          "AuthFailure",
          "ExpiredToken",
          "ExpiredTokenException",
          "IncompleteSignature",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidSecurity",
          "InvalidToken",
          "InvalidTokenId",
          "MissingAuthenticationToken",
          "MissingSecurityHeader",
          "NotSignedUp",
          "SignatureDoesNotMatch",
          "TokenRefreshRequired",
          "UnauthorizedAccess",
          "UnrecognizedClientException",
          "XAmzContentSHA256Mismatch");
  private static final Set<String> CLOCK = Set.of("RequestTimeTooSkewed", "RequestExpired");
  private static final Set<String> REGION =
      Set.of(
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException",
          "IncorrectEndpoint",
          "PermanentRedirect",
          "TemporaryRedirect");
  private static final Set<String> BUCKET =
      Set.of("InvalidBucketName", "InvalidBucketState", "NoSuchBucket");
  private static final Set<String> QUOTA =
      Set.of("InsufficientStorage", "QuotaExceeded", "XMinioStorageFull");
  private static final Set<String> THROTTLING =
      Set.of(
          "BandwidthLimitExceeded",
          "RequestLimitExceeded",
          "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "Throttling",
          "ThrottlingException",
          "TooManyRequests",
          "TooManyRequestsException");
  private static final Set<String> NO_OBJECT =
      Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "ObjectNotFound", "PreconditionFailed");

  /** What an exception of the SDK or of a transfer means. */
  static S3Fault of(Exception e) {
    if (e instanceof S3Exception answer) {
      return of(answer.statusCode(), code(answer), text(answer));
    }
    if (e instanceof AwsServiceException login) {
      // From STS or the identity centre, which provide credentials.
      return new S3Fault(
          login.statusCode() >= 500 ? Kind.SERVER : Kind.INSTALLATION,
          "no credentials: %s (%s)".formatted(text(login), code(login)));
    }
    if (e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        || e instanceof AbortedException) {
      return new S3Fault(Kind.SERVER, "no answer in time");
    }
    Throwable root = root(e);
    if (root instanceof UnknownHostException) {
      return new S3Fault(Kind.SERVER, "no such host: " + root.getMessage());
    }
    if (root instanceof SSLException) {
      return new S3Fault(Kind.SERVER, "no TLS connection: " + root.getMessage());
    }
    if (root instanceof InterruptedIOException) {
      return new S3Fault(Kind.SERVER, "no answer in time (" + root.getMessage() + ")");
    }
    if (root instanceof IOException) {
      return new S3Fault(Kind.SERVER, "no connection: " + root.getMessage());
    }
    if (e instanceof SdkException) {
      // The SDK refuses before any request: no credentials, no region.
      return new S3Fault(Kind.INSTALLATION, e.getMessage());
    }
    // The SDK cannot build this request.
    return new S3Fault(Kind.REFUSED, e.toString());
  }

  /**
   * What an answer of S3 means.
   *
   * @param code S3's error code; empty if there is none, as in answers to HEAD
   */
  static S3Fault of(int status, String code, String text) {
    Kind kind = kind(status, code);
    String named = code.isEmpty() ? "status " + status : code + ", status " + status;
    String reason =
        switch (kind) {
          case INSTALLATION -> cause(status, code) + ": " + text;
          case DENIED -> "S3 denies access";
          case THROTTLED -> "S3 asks for fewer requests";
          default -> text;
        };
    return new S3Fault(kind, "%s (%s)".formatted(reason, named));
  }

  private static Kind kind(int status, String code) {
    if (THROTTLING.contains(code) || status == 429) {
      return Kind.THROTTLED;
    }
    if (!cause(status, code).isEmpty()) {
      return Kind.INSTALLATION;
    }
    if (NO_OBJECT.contains(code)) {
      return Kind.GONE;
    }
    if (code.equals("InvalidObjectState")) {
      return Kind.ARCHIVED;
    }
    // Status 400, but the connection is to blame.
    if (code.equals("RequestTimeout") || code.equals("InternalError")) {
      return Kind.SERVER;
    }
    return switch (status) {
      // A HEAD of an object, or its delete marker.
      case 405, 412 -> Kind.GONE;
      case 401, 403 -> Kind.DENIED;
      case 408 -> Kind.SERVER;
      // A feature that this server does not have, such as versions.
      case 501 -> Kind.REFUSED;
      default -> status >= 400 && status < 500 ? Kind.REFUSED : Kind.SERVER;
    };
  }

  // What the operator has to fix; empty if nothing.
  private static String cause(int status, String code) {
    if (CREDENTIALS.contains(code)) {
      return "S3 refuses the credentials";
    }
    if (CLOCK.contains(code)) {
      return "this machine's clock is wrong";
    }
    if (REGION.contains(code) || status == 301 || status == 307) {
      return "the bucket is in another region, or the endpoint is wrong";
    }
    if (BUCKET.contains(code)) {
      return "there is no such bucket";
    }
    if (QUOTA.contains(code) || status == 507) {
      return "S3 has no space left";
    }
    // Errors of the key that encrypts a bucket.
    return code.toLowerCase(Locale.ROOT).startsWith("kms") ? "S3 cannot use its key" : "";
  }

  private static String code(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    // If the body has no code, the SDK uses the status.
    return code == null || code.chars().allMatch(Character::isDigit) ? "" : shortened(code, 60);
  }

  private static String text(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String text = details == null ? null : details.errorMessage();
    return text == null || text.isBlank() ? "S3 answered with an error" : shortened(text, 200);
  }

  private static String shortened(String text, int length) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= length ? line : line.substring(0, length) + "…";
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (int i = 0; i < 20 && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root;
  }
}
