package io.gpenstreams.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.kustomize.v1beta1.Kustomization;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What one {@code kubectl apply} brings: each kind exactly once. */
record Release(
    ServiceAccount serviceAccount,
    Service service,
    ConfigMap configMap,
    StatefulSet statefulSet,
    PodDisruptionBudget disruptionBudget,
    ScaledObject scaledObject) {

  /** The pod that the tests look at. */
  static final String POD = "gpen-streams-0";

  /** Rendering takes a second each time. */
  private static final Map<Source, Release> LOADED = new ConcurrentHashMap<>();

  /** How a release comes about. */
  enum Source {
    /** The base's files as they are: what can be checked without kubectl. */
    FILES("base"),
    BASE("base"),
    CPU("overlays/cpu"),
    GPU("overlays/gpu");

    private final String folder;

    Source(String folder) {
      this.folder = "k8s/" + folder;
    }

    Release load() throws IOException, InterruptedException {
      Release loaded = LOADED.get(this);
      if (loaded == null) {
        loaded = this == FILES ? files(folder) : rendered(folder);
        LOADED.put(this, loaded);
      }
      return loaded;
    }
  }

  private static Release rendered(String folder) throws IOException, InterruptedException {
    Tool.assumeInstalled("kubectl");
    var result = Tool.run(Map.of(), List.of("kubectl", "kustomize", folder));
    assertThat(result.status()).as(result.errors()).isZero();
    // The spellings that old kubectls need are deprecated in new ones, which say so and accept
    // them.
    assertThat(result.errors().lines().filter(line -> !line.contains("is deprecated")))
        .as(result.errors())
        .isEmpty();
    return of(Yaml.objects(result.output()));
  }

  private static Release files(String folder) {
    var kustomization =
        only(Yaml.objects(Project.text(folder + "/kustomization.yaml")), Kustomization.class);
    var objects = new ArrayList<Object>();
    for (String resource : kustomization.getResources()) {
      objects.addAll(Yaml.objects(Project.text(folder + "/" + resource)));
    }
    for (var generated : kustomization.getConfigMapGenerator()) {
      var data = new TreeMap<String, String>();
      for (String literal : generated.getLiterals()) {
        int equals = literal.indexOf('=');
        data.put(literal.substring(0, equals), literal.substring(equals + 1));
      }
      var configMap = new ConfigMap();
      configMap.setMetadata(new ObjectMeta());
      configMap.getMetadata().setName(generated.getName());
      configMap.setData(data);
      objects.add(configMap);
    }
    return of(objects);
  }

  private static Release of(List<Object> objects) {
    assertThat(objects).hasSize(6);
    return new Release(
        only(objects, ServiceAccount.class),
        only(objects, Service.class),
        only(objects, ConfigMap.class),
        only(objects, StatefulSet.class),
        only(objects, PodDisruptionBudget.class),
        only(objects, ScaledObject.class));
  }

  private static <T> T only(List<Object> objects, Class<T> type) {
    List<T> found = objects.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).as(type.getSimpleName()).hasSize(1);
    return found.get(0);
  }

  PodSpec pod() {
    return statefulSet.getSpec().getTemplate().getSpec();
  }

  Container container() {
    assertThat(pod().getContainers()).hasSize(1);
    return pod().getContainers().get(0);
  }

  /** As in the first pod; a secret's value is the secret's name. */
  Environment environment() {
    var variables = new TreeMap<String, String>();
    for (var from : container().getEnvFrom()) {
      if (from.getConfigMapRef() != null) {
        assertThat(from.getConfigMapRef().getName()).isEqualTo(configMap.getMetadata().getName());
        variables.putAll(configMap.getData());
      }
    }
    for (var variable : container().getEnv()) {
      var from = variable.getValueFrom();
      if (from == null) {
        variables.put(variable.getName(), variable.getValue());
      } else if (from.getFieldRef() != null) {
        assertThat(from.getFieldRef().getFieldPath()).isEqualTo("metadata.name");
        variables.put(variable.getName(), POD);
      } else {
        variables.put(variable.getName(), from.getSecretKeyRef().getName());
      }
    }
    return new Environment(variables);
  }
}
