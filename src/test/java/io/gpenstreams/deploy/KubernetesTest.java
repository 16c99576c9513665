package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KubernetesTest {
  private static final String GPU = "nvidia.com/gpu";

  private final Dockerfile dockerfile = Dockerfile.read("src/main/docker/Dockerfile");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("k8s"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  // JSON patches are no objects of their own; the overlays' rendering shows what they do.
  static List<Path> manifests() throws IOException {
    return files().stream().filter(file -> file.toString().endsWith(".yaml")).toList();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyFileIsWellFormedToTheLastField(Path file) {
    assertThat(Yaml.objects(Project.text(file.toString()))).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileIsUsed(Path file) throws IOException {
    if (!file.endsWith("kustomization.yaml")) {
      assertThat(file.resolveSibling("kustomization.yaml"))
          .content()
          .containsPattern("(- |path: )" + file.getFileName() + "\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "apps/v1, kind: StatefulSet, spec: {replcas: 1}} # replcas",
        "apps/v1, kind: StatefulSet, spec: {template: {spec: {containers: [{imag: a}]}}}} # imag",
        "v1, kind: Service, spec: {ports: [{port: 1, targetport: 2}]}} # targetport",
        "v1, kind: Service, kind: Service} # kind",
        "keda.sh/v1alpha1, kind: ScaledObject, spec: {minReplicas: 1}} # minReplicas",
        "keda.sh/v1alpha1, kind: ScaledObject, spec: {advanced: {horizontalPodAutoscalerConfig:"
            + " {behavior: {scaledown: {}}}}}} # scaledown",
        "kustomize.config.k8s.io/v1beta1, kind: Kustomization, resource: [a]} # resource",
        "apps/v1beta1, kind: StatefulSet} # apps/v1beta1 StatefulSet",
      })
  void aFaultyFileWouldBeNoticed(String faulty, String fault) {
    assertThatThrownBy(() -> Yaml.objects("{apiVersion: " + faulty)).hasMessageContaining(fault);
  }

  @ParameterizedTest
  @EnumSource
  void setsOnlyVariablesThatSomethingReads(Release.Source source) throws Exception {
    assertThat(Environment.unknown(source.load().environment().variables().keySet())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void configuresTheService(Release.Source source) throws Exception {
    var config = source.load().environment().gpen();
    assertThat(config.storage().sourceBuckets()).containsExactly("photos");
    assertThat(config.storage().restoredBucket()).isEqualTo("restored");
    assertThat(config.viewer().enabled()).as("the viewer asks nobody who they are").isFalse();
    assertThat(config.device())
        .isEqualTo(
            switch (source) {
              case FILES, BASE -> "auto";
              case CPU -> "cpu";
              case GPU -> "cuda:0";
            });
  }

  @ParameterizedTest
  @EnumSource
  void aPodIsTheSameMemberOfTheGroupWhenItComesBack(Release.Source source) throws Exception {
    Map<String, Object> consumer =
        source.load().environment().streams().getMainConsumerConfigs("group", "client", 1);
    assertThat(consumer).containsEntry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, Release.POD + "-1");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenGoesToVolumes(Release.Source source) throws Exception {
    Release release = source.load();
    List<String> mounts =
        release.container().getVolumeMounts().stream().map(VolumeMount::getMountPath).toList();
    assertThat(mounts).containsExactly("/tmp", "/var/lib/gpen");
    assertThat(release.pod().getVolumes())
        .hasSize(2)
        .allSatisfy(volume -> assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
    String state =
        release
            .environment()
            .with(dockerfile.environment())
            .streams()
            .getString(StreamsConfig.STATE_DIR_CONFIG);
    assertThat(state).startsWith("/var/lib/gpen/");
  }

  @ParameterizedTest
  @EnumSource
  void everyPortIsTheOneThatQuarkusOpens(Release.Source source) throws Exception {
    Release release = source.load();
    assertThat(release.container().getPorts()).hasSize(1);
    var port = release.container().getPorts().get(0);
    assertThat(port.getContainerPort()).isEqualTo(Project.port());
    assertThat(release.service().getSpec().getPorts()).hasSize(1);
    var service = release.service().getSpec().getPorts().get(0);
    assertThat(service.getPort()).isEqualTo(Project.port());
    assertThat(service.getTargetPort().getStrVal()).isEqualTo(port.getName());
    assertThat(release.statefulSet().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("prometheus.io/port", String.valueOf(Project.port()));
    Map<String, Probe> probes =
        Map.of(
            "/q/health/started", release.container().getStartupProbe(),
            "/q/health/live", release.container().getLivenessProbe(),
            "/q/health/ready", release.container().getReadinessProbe());
    probes.forEach(
        (path, probe) -> {
          assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
          assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo(port.getName());
        });
  }

  @ParameterizedTest
  @EnumSource
  void everythingRefersToTheSamePods(Release.Source source) throws Exception {
    Release release = source.load();
    var spec = release.statefulSet().getSpec();
    Map<String, String> labels = spec.getTemplate().getMetadata().getLabels();
    assertThat(labels).isNotEmpty();
    assertThat(spec.getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(release.service().getSpec().getSelector()).isEqualTo(labels);
    assertThat(release.disruptionBudget().getSpec().getSelector().getMatchLabels())
        .isEqualTo(labels);
    assertThat(spec.getServiceName()).isEqualTo(release.service().getMetadata().getName());
    assertThat(release.service().getSpec().getClusterIP()).isEqualTo("None");
    assertThat(release.pod().getServiceAccountName())
        .isEqualTo(release.serviceAccount().getMetadata().getName());
  }

  @ParameterizedTest
  @EnumSource
  void scalesOnTheLagOfTheServicesOwnGroup(Release.Source source) throws Exception {
    Release release = source.load();
    var spec = release.scaledObject().spec();
    assertThat(spec.scaleTargetRef())
        .isEqualTo(
            new ScaledObject.Target(
                release.statefulSet().getApiVersion(),
                release.statefulSet().getKind(),
                release.statefulSet().getMetadata().getName()));
    assertThat(release.statefulSet().getSpec().getReplicas()).as("only KEDA's to set").isNull();
    assertThat(spec.triggers()).hasSize(1);
    assertThat(spec.triggers().get(0).type()).isEqualTo("kafka");
    var lag = spec.triggers().get(0).metadata();
    assertThat(lag.topic()).isEqualTo(Project.TOPICS.get(0));
    assertThat(lag.consumerGroup()).isEqualTo(Project.applicationId());
    assertThat(release.environment().variables()).containsKey(lag.bootstrapServersFromEnv());
    assertThat(lag.offsetResetPolicy())
        .isEqualTo(
            release
                .environment()
                .streams()
                .getMainConsumerConfigs("group", "client", 1)
                .get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
    assertThat(Integer.parseInt(lag.lagThreshold()))
        .isEqualTo(
            switch (source) {
              case FILES, BASE -> 20;
              case CPU -> 5;
              case GPU -> 50;
            });
  }

  @Test
  void neverScalesToNothingNorPastThePartitions(@TempDir Path scratch) throws Exception {
    var topics = TopicScript.topics(scratch, Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092"));
    var spec = Release.Source.FILES.load().scaledObject().spec();
    assertThat(spec.minReplicaCount()).isPositive();
    assertThat(spec.maxReplicaCount())
        .isBetween(spec.minReplicaCount(), topics.get(0).partitions());
    assertThat(spec.fallback().replicas())
        .isBetween(spec.minReplicaCount(), spec.maxReplicaCount());
  }

  @ParameterizedTest
  @EnumSource
  void runsUnderTheRestrictedPodSecurityStandard(Release.Source source) throws Exception {
    Release release = source.load();
    var pod = release.pod().getSecurityContext();
    assertThat(pod.getRunAsNonRoot()).isTrue();
    assertThat(pod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(dockerfile.only("USER").arguments())
        .isEqualTo(pod.getRunAsUser() + ":" + pod.getRunAsGroup());
    assertThat(pod.getFsGroup()).isEqualTo(pod.getRunAsGroup());
    var container = release.container().getSecurityContext();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCapabilities().getAdd()).isEmpty();
    assertThat(release.pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(release.pod().getEnableServiceLinks()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FILES")
  void runsTheImageOfThisVersion(Release.Source source) throws Exception {
    String tag = Project.version() + (source == Release.Source.GPU ? "-cuda" : "");
    assertThat(source.load().container().getImage()).isEqualTo("gpen-streams:" + tag);
  }

  @ParameterizedTest
  @EnumSource
  void takesOneGpuAPodWhereItTakesAny(Release.Source source) throws Exception {
    Release release = source.load();
    var resources = release.container().getResources();
    assertThat(resources.getLimits().get("memory"))
        .as("memory that is there when it is needed")
        .isNotNull()
        .isEqualTo(resources.getRequests().get("memory"));
    if (source == Release.Source.GPU) {
      assertThat(resources.getLimits()).containsEntry(GPU, new Quantity("1"));
      assertThat(release.pod().getTolerations())
          .anySatisfy(toleration -> assertThat(toleration.getKey()).isEqualTo(GPU));
      assertThat(release.pod().getNodeSelector()).containsEntry(GPU + ".present", "true");
    } else {
      assertThat(resources.getLimits()).doesNotContainKey(GPU);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shipsNoCredentials(Release.Source source) throws Exception {
    assertThat(source.load().container().getEnv())
        .filteredOn(variable -> variable.getName().startsWith("AWS_"))
        .hasSize(2)
        .allSatisfy(
            variable ->
                assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                    .isEqualTo("gpen-streams-s3"));
  }
}
