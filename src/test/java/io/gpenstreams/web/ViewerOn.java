package io.gpenstreams.web;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The service as an operator runs it who wants to look at results. */
public final class ViewerOn implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("gpen.viewer.enabled", "true");
  }
}
