package io.gpenstreams.stream.fetch;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.LeastLoadedNode;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;

/**
 * A consumer's network client that passes each fetched batch through a {@link FetchScreen}.
 *
 * <p>Like the client that it wraps, it is used under the consumer's network lock, except for {@link
 * #wakeup} and {@link #initiateClose}.
 */
final class BoundedFetchClient implements KafkaClient {
  private final KafkaClient client;
  private final FetchScreen screen;
  // Responses name topics by their ids; a session's later requests name only what changed.
  private final Map<Uuid, String> topics = new HashMap<>();

  BoundedFetchClient(KafkaClient client, FetchScreen screen) {
    this.client = client;
    this.screen = screen;
  }

  @Override
  public void send(ClientRequest request, long now) {
    client.send(
        request.requestBuilder() instanceof FetchRequest.Builder fetch
            ? screened(request, fetch)
            : request,
        now);
  }

  private ClientRequest screened(ClientRequest request, FetchRequest.Builder fetch) {
    fetch.fetchData().forEach((partition, data) -> topics.put(data.topicId, partition.topic()));
    return client.newClientRequest(
        request.destination(),
        fetch,
        request.createdTimeMs(),
        request.expectResponse(),
        request.requestTimeoutMs(),
        response -> {
          if (response.responseBody() instanceof FetchResponse body) {
            screen(body);
          }
          request.callback().onComplete(response);
        });
  }

  private void screen(FetchResponse response) {
    for (FetchableTopicResponse topic : response.data().responses()) {
      String name =
          topic.topic().isEmpty()
              ? topics.getOrDefault(topic.topicId(), topic.topicId().toString())
              : topic.topic();
      for (PartitionData partition : topic.partitions()) {
        screen.screen(new TopicPartition(name, partition.partitionIndex()), partition);
      }
    }
  }

  @Override
  public List<ClientResponse> poll(long timeout, long now) {
    return client.poll(timeout, now);
  }

  @Override
  public boolean isReady(Node node, long now) {
    return client.isReady(node, now);
  }

  @Override
  public boolean ready(Node node, long now) {
    return client.ready(node, now);
  }

  @Override
  public long connectionDelay(Node node, long now) {
    return client.connectionDelay(node, now);
  }

  @Override
  public long pollDelayMs(Node node, long now) {
    return client.pollDelayMs(node, now);
  }

  @Override
  public boolean connectionFailed(Node node) {
    return client.connectionFailed(node);
  }

  @Override
  public AuthenticationException authenticationException(Node node) {
    return client.authenticationException(node);
  }

  @Override
  public void disconnect(String nodeId) {
    client.disconnect(nodeId);
  }

  @Override
  public void close(String nodeId) {
    client.close(nodeId);
  }

  @Override
  public LeastLoadedNode leastLoadedNode(long now) {
    return client.leastLoadedNode(now);
  }

  @Override
  public int inFlightRequestCount() {
    return client.inFlightRequestCount();
  }

  @Override
  public boolean hasInFlightRequests() {
    return client.hasInFlightRequests();
  }

  @Override
  public int inFlightRequestCount(String nodeId) {
    return client.inFlightRequestCount(nodeId);
  }

  @Override
  public boolean hasInFlightRequests(String nodeId) {
    return client.hasInFlightRequests(nodeId);
  }

  @Override
  public boolean hasReadyNodes(long now) {
    return client.hasReadyNodes(now);
  }

  @Override
  public void wakeup() {
    client.wakeup();
  }

  @Override
  public ClientRequest newClientRequest(
      String nodeId,
      AbstractRequest.Builder<?> requestBuilder,
      long createdTimeMs,
      boolean expectResponse) {
    return client.newClientRequest(nodeId, requestBuilder, createdTimeMs, expectResponse);
  }

  @Override
  public ClientRequest newClientRequest(
      String nodeId,
      AbstractRequest.Builder<?> requestBuilder,
      long createdTimeMs,
      boolean expectResponse,
      int requestTimeoutMs,
      RequestCompletionHandler callback) {
    return client.newClientRequest(
        nodeId, requestBuilder, createdTimeMs, expectResponse, requestTimeoutMs, callback);
  }

  @Override
  public void initiateClose() {
    client.initiateClose();
  }

  @Override
  public boolean active() {
    return client.active();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
