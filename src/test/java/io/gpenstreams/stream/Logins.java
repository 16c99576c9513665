package io.gpenstreams.stream;

import java.util.Map;
import java.util.TreeMap;

/** How the service is told what any client of Kafka's is told. */
public final class Logins {
  private Logins() {}

  /** The keys that {@code docs/deploy.md} names, in the place of Kafka's own. */
  public static Map<String, String> ofService(Map<String, String> client) {
    Map<String, String> service = new TreeMap<>();
    client.forEach(
        (key, value) ->
            service.put(
                "quarkus.kafka-streams."
                    + key.replace("bootstrap.servers", "bootstrap-servers")
                        .replace("jaas.config", "jaas-config"),
                value));
    return service;
  }
}
