package io.gpenstreams.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.kustomize.v1beta1.Kustomization;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads YAML and lets no misspelt, misplaced or repeated field pass. */
final class Yaml {
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1 ConfigMap", ConfigMap.class,
          "v1 Service", Service.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "apps/v1 StatefulSet", StatefulSet.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
          "keda.sh/v1alpha1 ScaledObject", ScaledObject.class,
          "kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class);

  private static final ObjectMapper MAPPER =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NoAnySetters())
          .build();

  private Yaml() {}

  /** The Kubernetes objects in a stream of documents. */
  static List<Object> objects(String text) {
    var objects = new ArrayList<Object>();
    for (JsonNode document : documents(text)) {
      String kind =
          document.path("apiVersion").asText("?") + " " + document.path("kind").asText("?");
      Class<?> type = KINDS.get(kind);
      if (type == null) {
        throw new IllegalArgumentException("a kind that no test knows: " + kind);
      }
      objects.add(read(document, type));
    }
    return objects;
  }

  static JsonNode tree(String text) {
    List<JsonNode> documents = documents(text);
    if (documents.size() != 1) {
      throw new IllegalArgumentException(documents.size() + " documents");
    }
    return documents.get(0);
  }

  private static List<JsonNode> documents(String text) {
    try (JsonParser parser = MAPPER.getFactory().createParser(text)) {
      var documents = new ArrayList<JsonNode>();
      while (parser.nextToken() != null) {
        documents.add(MAPPER.readTree(parser));
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object read(JsonNode document, Class<?> type) {
    try {
      return MAPPER.treeToValue(document, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Kubernetes models would collect unknown fields; without their setters Jackson refuses. */
  private static final class NoAnySetters extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return Boolean.FALSE;
    }
  }
}
