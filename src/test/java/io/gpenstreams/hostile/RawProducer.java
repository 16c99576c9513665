package io.gpenstreams.hostile;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.awaitility.Awaitility;

/**
 * Sends batches to a broker that leads every partition, in Kafka's protocol and without Kafka's
 * producer. Each goes over a connection of its own, since brokers come and go. For one thread.
 */
public final class RawProducer {
  // The last one that names topics by their names.
  private static final short VERSION = 12;
  private static final short ALL_REPLICAS = -1;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final String host;
  private final int port;

  /** Connects to nothing yet. */
  public RawProducer(String bootstrapServer) {
    int colon = bootstrapServer.lastIndexOf(':');
    host = bootstrapServer.substring(0, colon);
    port = Integer.parseInt(bootstrapServer.substring(colon + 1));
  }

  /** The broker does not take a batch. */
  public static final class RefusedException extends IOException {
    RefusedException(Errors error, String message) {
      super(error + ": " + message);
    }
  }

  /**
   * Returns when the broker has the batch.
   *
   * @return the offset of its first record
   * @throws RefusedException if the broker does not take it, and never will
   */
  public long send(String topic, int partition, RawBatch batch) throws IOException {
    return send(topic, partition, batch.encode());
  }

  /** {@link #send(String, int, RawBatch)} of bytes that need not be a batch. */
  public long send(String topic, int partition, byte[] batch) throws IOException {
    // One that has just begun does not lead its partitions yet.
    PartitionProduceResponse answer =
        Awaitility.await()
            .pollInSameThread()
            .pollDelay(Duration.ZERO)
            .pollInterval(PAUSE)
            .atMost(PATIENCE)
            .until(
                () -> ask(request(topic, partition, batch)),
                last -> !(error(last).exception() instanceof RetriableException));
    if (error(answer) != Errors.NONE) {
      throw new RefusedException(error(answer), answer.errorMessage());
    }
    return answer.baseOffset();
  }

  private static Errors error(PartitionProduceResponse answer) {
    return Errors.forCode(answer.errorCode());
  }

  private static ProduceRequestData request(String topic, int partition, byte[] batch) {
    PartitionProduceData records =
        new PartitionProduceData()
            .setIndex(partition)
            .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(batch)));
    TopicProduceData topics =
        new TopicProduceData().setName(topic).setPartitionData(List.of(records));
    return new ProduceRequestData()
        .setAcks(ALL_REPLICAS)
        .setTimeoutMs((int) PATIENCE.toMillis())
        .setTopicData(new TopicProduceDataCollection(List.of(topics).iterator()));
  }

  private PartitionProduceResponse ask(ProduceRequestData data) throws IOException {
    RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", 1);
    ByteBuffer request = new ProduceRequest(data, VERSION).serializeWithHeader(header);
    try (Socket socket = new Socket(host, port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(request.remaining());
      out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readInt()];
      in.readFully(answer);
      ProduceResponse response =
          (ProduceResponse) AbstractResponse.parseResponse(ByteBuffer.wrap(answer), header);
      return response.data().responses().iterator().next().partitionResponses().get(0);
    }
  }
}
