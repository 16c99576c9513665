package io.gpenstreams.stream;

import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.Installation;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import io.gpenstreams.servers.Workspace;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real broker and a real S3 server, in processes of their own, for the packaged service that a
 * test runs.
 */
public final class LocalServers implements QuarkusTestResourceLifecycleManager {
  static final String PHOTOS = "photos";
  static final String RESTORED = "restored";

  private Workspace workspace;
  private LocalBroker broker;
  private LocalS3 s3;

  @Override
  public Map<String, String> start() {
    workspace = Workspace.create(Installation.find());
    try {
      broker = LocalBroker.start(workspace);
      s3 = LocalS3.start(workspace);
      broker.createTopics(Topics.OF_THE_SERVICE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while servers started", e);
    }
    s3.createBuckets(List.of(PHOTOS, RESTORED, "private"));
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("quarkus.kafka-streams.bootstrap-servers", broker.bootstrapServers());
    settings.put("kafka-streams.state.dir", workspace.folder().resolve("state").toString());
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
    injector.injectIntoFields(broker, new TestInjector.MatchesType(LocalBroker.class));
    injector.injectIntoFields(s3, new TestInjector.MatchesType(LocalS3.class));
  }

  @Override
  public void stop() {
    if (workspace != null) {
      workspace.close();
    }
  }
}
