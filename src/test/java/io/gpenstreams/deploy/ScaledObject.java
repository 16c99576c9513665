package io.gpenstreams.deploy;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;

/** KEDA's resource, as far as we use it. */
record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
  record Spec(
      Target scaleTargetRef,
      int pollingInterval,
      int minReplicaCount,
      int maxReplicaCount,
      Fallback fallback,
      Advanced advanced,
      List<Trigger> triggers) {}

  record Target(String apiVersion, String kind, String name) {}

  record Fallback(int failureThreshold, int replicas, String behavior) {}

  record Advanced(HorizontalPodAutoscalerConfig horizontalPodAutoscalerConfig) {}

  record HorizontalPodAutoscalerConfig(HorizontalPodAutoscalerBehavior behavior) {}

  record Trigger(String type, KafkaLag metadata) {}

  /** All values are strings to KEDA. */
  record KafkaLag(
      String bootstrapServersFromEnv,
      String consumerGroup,
      String topic,
      String lagThreshold,
      String offsetResetPolicy) {}
}
