package io.gpenstreams.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * Each way of logging in that {@code docs/deploy.md} names, as a process with the service's class
 * path finds it: by its environment alone, with a server in the place of AWS.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3LoginsTest {
  private static final String KEYS =
      "\"%s\": \"%s\", \"%s\": \"secret\", \"%s\": \"token\", \"%s\": %s";
  private static final String LATER = "2099-01-01T00:00:00Z";

  @TempDir private Path folder;
  private final Map<String, String> answers = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private HttpServer aws;
  private String address;

  /** What a process with the service's class path logs in as. */
  static final class Login {
    private Login() {}

    public static void main(String[] arguments) {
      try (DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build()) {
        AwsCredentials credentials = chain.resolveCredentials();
        System.out.println(credentials.accessKeyId());
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext("/", this::answer);
    aws.start();
    address = "http://127.0.0.1:" + aws.getAddress().getPort();
    environment.put("HOME", folder.toString());
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
  }

  @AfterEach
  void stop() {
    aws.stop(0);
  }

  @Test
  void variables() throws Exception {
    environment.put("AWS_ACCESS_KEY_ID", "VARIABLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "secret");

    assertThat(login()).isEqualTo("VARIABLE");
  }

  @Test
  void profile() throws Exception {
    write(
        ".aws/credentials", "[photos]\naws_access_key_id=PROFILE\naws_secret_access_key=secret\n");
    environment.put("AWS_PROFILE", "photos");

    assertThat(login()).isEqualTo("PROFILE");
  }

  @Test
  void roleOfAProfile() throws Exception {
    write(
        ".aws/credentials",
        """
        [base]
        aws_access_key_id=BASE
        aws_secret_access_key=secret
        [photos]
        role_arn=arn:aws:iam::123456789012:role/photos
        source_profile=base
        region=eu-central-1
        """);
    environment.put("AWS_PROFILE", "photos");
    environment.put("AWS_ENDPOINT_URL_STS", address);
    answers.put("POST /", assumed("AssumeRole", "ROLE"));

    assertThat(login()).isEqualTo("ROLE");
  }

  @Test
  void webIdentity() throws Exception {
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", write("token", "a token").toString());
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/photos");
    environment.put("AWS_ENDPOINT_URL_STS", address);
    answers.put("POST /", assumed("AssumeRoleWithWebIdentity", "WEB-IDENTITY"));

    assertThat(login()).isEqualTo("WEB-IDENTITY");
  }

  @Test
  void identityCentre() throws Exception {
    write(
        ".aws/config",
        """
        [profile photos]
        sso_session=corp
        sso_account_id=123456789012
        sso_role_name=reader
        [sso-session corp]
        sso_region=eu-central-1
        sso_start_url=https://corp.example/start
        """);
    write(
        ".aws/sso/cache/" + DigestUtils.sha1Hex("corp") + ".json",
        """
        {"accessToken": "a token", "expiresAt": "%s", "region": "eu-central-1",
         "startUrl": "https://corp.example/start"}
        """
            .formatted(LATER));
    environment.put("AWS_PROFILE", "photos");
    environment.put("AWS_ENDPOINT_URL_SSO", address);
    answers.put(
        "GET /federation/credentials",
        "{\"roleCredentials\": {"
            + KEYS.formatted(
                "accessKeyId",
                "CENTRE",
                "secretAccessKey",
                "sessionToken",
                "expiration",
                "4070908800000")
            + "}}");

    assertThat(login()).isEqualTo("CENTRE");
  }

  @Test
  void container() throws Exception {
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", address + "/container");
    answers.put("GET /container", role("CONTAINER"));

    assertThat(login()).isEqualTo("CONTAINER");
  }

  @Test
  void instance() throws Exception {
    environment.put("AWS_EC2_METADATA_DISABLED", "false");
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", address);
    answers.put("PUT /latest/api/token", "a token");
    for (String path : List.of("security-credentials", "security-credentials-extended")) {
      answers.put("GET /latest/meta-data/iam/%s/".formatted(path), "reader");
      answers.put("GET /latest/meta-data/iam/%s/reader".formatted(path), role("INSTANCE"));
    }

    assertThat(login()).isEqualTo("INSTANCE");
  }

  private static String role(String key) {
    return "{\"Code\": \"Success\", \"Type\": \"AWS-HMAC\", \"LastUpdated\": \"2026-01-01T00:00:00Z\", "
        + KEYS.formatted(
            "AccessKeyId", key, "SecretAccessKey", "Token", "Expiration", '"' + LATER + '"')
        + "}";
  }

  private static String assumed(String action, String key) {
    return """
    <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult><Credentials>
    <AccessKeyId>%2$s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
    <SessionToken>token</SessionToken><Expiration>%3$s</Expiration>
    </Credentials></%1$sResult></%1$sResponse>
    """
        .formatted(action, key, LATER);
  }

  private String login() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Login.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(environment);
    assertThat(builder.start().waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    return Files.readString(out).strip();
  }

  private Path write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath();
    exchange.getRequestBody().readAllBytes();
    byte[] body = answers.getOrDefault(request, "").getBytes(UTF_8);
    exchange.getResponseHeaders().set("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
