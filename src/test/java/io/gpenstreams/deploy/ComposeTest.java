package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComposeTest {
  private final JsonNode services = Yaml.tree(Project.text("docker-compose.yml")).get("services");
  private final JsonNode service = services.get("gpen-streams");

  @Test
  void composeAcceptsIt() throws Exception {
    Tool.assumeInstalled("docker-compose");
    var result = Tool.run(Map.of(), List.of("docker-compose", "config", "--quiet"));
    assertThat(result.status()).as(result.errors()).isZero();
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void isReachableFromThisMachineOnly() {
    assertThat(services)
        .allSatisfy(
            one ->
                assertThat(strings(one.path("ports")))
                    .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:")));
    assertThat(strings(service.get("ports")))
        .containsExactly("127.0.0.1:" + Project.port() + ":" + Project.port());
  }

  @Test
  void setsOnlyVariablesThatSomethingReads() {
    assertThat(Environment.unknown(environment(service).keySet())).isEmpty();
  }

  @Test
  void configuresTheServiceWithItsViewer() {
    var config = new Environment(environment(service)).gpen();
    assertThat(config.viewer().enabled()).isTrue();
    assertThat(config.model()).isEqualTo("builtin");
  }

  @Test
  void createsTheBucketsThatTheServiceUses() {
    var storage = new Environment(environment(service)).gpen().storage();
    List<String> used =
        Stream.concat(storage.sourceBuckets().stream(), Stream.of(storage.restoredBucket()))
            .map(bucket -> "/data/" + bucket)
            .toList();
    assertThat(strings(services.get("buckets").get("entrypoint")))
        .startsWith("mkdir", "-p")
        .containsAll(used)
        .hasSize(2 + used.size());
    assertThat(strings(services.get("s3").get("command"))).containsExactly("posix", "/data");
    assertThat(strings(services.get("buckets").get("volumes")))
        .isEqualTo(strings(services.get("s3").get("volumes")));
  }

  @Test
  void talksToTheBrokerAndTheStoreThatItStarts() {
    Map<String, String> own = environment(service);
    Map<String, String> broker = environment(services.get("kafka"));
    Map<String, String> store = environment(services.get("s3"));
    assertThat(broker.get("KAFKA_ADVERTISED_LISTENERS"))
        .contains("INSIDE://" + own.get("KAFKA_BOOTSTRAP_SERVERS") + ",");
    assertThat(environment(services.get("topics")).get("KAFKA_BOOTSTRAP_SERVERS"))
        .isEqualTo(own.get("KAFKA_BOOTSTRAP_SERVERS"));
    assertThat(own)
        .containsEntry("QUARKUS_S3_ENDPOINT_OVERRIDE", "http://s3" + store.get("VGW_PORT"))
        .containsEntry("QUARKUS_S3_AWS_REGION", store.get("VGW_REGION"))
        .containsEntry("AWS_ACCESS_KEY_ID", store.get("ROOT_ACCESS_KEY_ID"))
        .containsEntry("AWS_SECRET_ACCESS_KEY", store.get("ROOT_SECRET_ACCESS_KEY"));
  }

  @Test
  void createsTheTopicsOfTheContractOnItsOneBroker(@TempDir Path scratch) throws Exception {
    JsonNode topics = services.get("topics");
    assertThat(strings(topics.get("entrypoint"))).endsWith("/create-topics.sh");
    assertThat(strings(topics.get("volumes")))
        .containsExactly("./src/main/docker/create-topics.sh:/create-topics.sh:ro");
    assertThat(TopicScript.topics(scratch, environment(topics)))
        .allSatisfy(topic -> assertThat(topic.replication()).isEqualTo(1))
        .extracting(TopicScript.Topic::name)
        .containsExactlyElementsOf(Project.TOPICS);
  }

  @Test
  void startsInOrder() {
    for (JsonNode one : services) {
      one.path("depends_on")
          .properties()
          .forEach(
              dependency -> {
                boolean lasting = services.get(dependency.getKey()).has("healthcheck");
                assertThat(dependency.getValue().get("condition").asText())
                    .as(dependency.getKey())
                    .isEqualTo(lasting ? "service_healthy" : "service_completed_successfully");
              });
    }
    assertThat(service.get("depends_on").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("topics", "s3");
    assertThat(service.get("healthcheck").get("test").toString())
        .contains("http://127.0.0.1:" + Project.port() + "/q/health/ready");
  }

  @Test
  void pinsItsImages() {
    String kafka = "apache/kafka:" + AppInfoParser.getVersion();
    assertThat(services)
        .extracting(one -> one.get("image").asText())
        .containsExactly(
            kafka,
            kafka,
            "versity/versitygw:v1.8.0",
            "versity/versitygw:v1.8.0",
            "gpen-streams:" + Project.version());
  }

  @Test
  void runsTheServiceAsTheImageMeansIt() {
    assertThat(service.get("build").get("dockerfile").asText())
        .isEqualTo("src/main/docker/Dockerfile");
    assertThat(service.get("read_only").asBoolean()).isTrue();
    assertThat(strings(service.get("tmpfs"))).containsExactly("/tmp:exec");
    assertThat(strings(service.get("volumes"))).containsExactly("state:/var/lib/gpen");
  }

  private static List<String> strings(JsonNode array) {
    var strings = new ArrayList<String>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }

  private static Map<String, String> environment(JsonNode one) {
    var variables = new TreeMap<String, String>();
    one.path("environment")
        .properties()
        .forEach(
            variable -> {
              assertThat(variable.getValue().isTextual())
                  .as("%s is quoted, so that YAML leaves it alone", variable.getKey())
                  .isTrue();
              variables.put(variable.getKey(), variable.getValue().asText());
            });
    return variables;
  }
}
