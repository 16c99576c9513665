package io.gpenstreams.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalS3IT {
  private static final String BUCKET = "photos";

  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.create(Installation.find());
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void keepsObjectsWithTheirContentTypeAcrossAKill() throws Exception {
    byte[] large = new byte[70 << 20];
    new Random(7).nextBytes(large);
    try (LocalS3 s3 = LocalS3.start(workspace);
        S3Client client = s3.newClient()) {
      s3.createBuckets(List.of(BUCKET));
      client.putObject(
          request -> request.bucket(BUCKET).key("a/b c+ä.jpg").contentType("image/jpeg"),
          RequestBody.fromBytes(large));

      s3.kill();
      assertThat(s3.isAlive()).isFalse();
      s3.restart();

      var object = client.getObjectAsBytes(request -> request.bucket(BUCKET).key("a/b c+ä.jpg"));
      assertThat(object.response().contentType()).isEqualTo("image/jpeg");
      assertThat(object.asByteArrayUnsafe()).isEqualTo(large);
    }
  }

  @Test
  void answersAsS3DoesToWhatIsNotThereNotMeantOrNotAllowed() throws Exception {
    try (LocalS3 s3 = LocalS3.start(workspace);
        LocalS3 other = LocalS3.start(workspace);
        S3Client client = s3.newClient()) {
      s3.createBuckets(List.of(BUCKET));
      String etag =
          client
              .putObject(
                  request -> request.bucket(BUCKET).key("photo"), RequestBody.fromString("x"))
              .eTag();

      assertThat(
              client
                  .getObjectAsBytes(request -> request.bucket(BUCKET).key("photo").ifMatch(etag))
                  .asUtf8String())
          .isEqualTo("x");
      assertThatThrownBy(
              () ->
                  client.getObjectAsBytes(
                      request -> request.bucket(BUCKET).key("photo").ifMatch("\"other\"")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
      assertThatThrownBy(
              () -> client.getObjectAsBytes(request -> request.bucket(BUCKET).key("missing")))
          .isInstanceOf(NoSuchKeyException.class);
      assertThatThrownBy(
              () ->
                  client.listBuckets(
                      request ->
                          request.overrideConfiguration(
                              override ->
                                  override.credentialsProvider(
                                      StaticCredentialsProvider.create(
                                          AwsBasicCredentials.create(
                                              s3.accessKeyId(), other.secretAccessKey()))))))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void takesAnotherPortWhenItsOwnWasTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      try (LocalS3 s3 =
          LocalS3.start(workspace, S3Server.S3PROXY, new PortsOnce(taken.getLocalPort()))) {
        assertThat(s3.isAlive()).isTrue();
        assertThat(s3.endpoint().getPort()).isNotEqualTo(taken.getLocalPort());
      }
    }
  }
}
