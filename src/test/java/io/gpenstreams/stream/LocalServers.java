package io.gpenstreams.stream;

import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** {@link TestServers} for the packaged service that Quarkus starts. */
public final class LocalServers implements QuarkusTestResourceLifecycleManager {
  private final TestServers servers = TestServers.brokerAndS3().withBuckets("private");

  @Override
  public Map<String, String> start() {
    try {
      servers.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while servers started", e);
    }
    LocalBroker broker = servers.broker();
    LocalS3 s3 = servers.s3();
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("quarkus.kafka-streams.bootstrap-servers", broker.bootstrapServers());
    settings.put(
        "kafka-streams.state.dir", servers.workspace().folder().resolve("state").toString());
    settings.put("quarkus.s3.endpoint-override", s3.endpoint().toString());
    settings.put("quarkus.s3.path-style-access", "true");
    settings.put("quarkus.s3.aws.region", s3.region());
    settings.put("quarkus.s3.aws.credentials.type", "static");
    settings.put("quarkus.s3.aws.credentials.static-provider.access-key-id", s3.accessKeyId());
    settings.put(
        "quarkus.s3.aws.credentials.static-provider.secret-access-key", s3.secretAccessKey());
    settings.put("gpen.limits.source-bytes", "2M");
    settings.put("gpen.replica", "test");
    return settings;
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(servers.broker(), new TestInjector.MatchesType(LocalBroker.class));
    injector.injectIntoFields(servers.s3(), new TestInjector.MatchesType(LocalS3.class));
  }

  @Override
  public void stop() {
    servers.close();
  }
}
