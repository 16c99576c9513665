package io.gpenstreams.hostile;

import java.io.BufferedOutputStream;
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
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Sends batches to a broker that leads every partition, in Kafka's protocol and without Kafka's
 * producer. For one thread.
 */
public final class RawProducer implements AutoCloseable {
  // The last one but two; from 13 on topics are named by their ids.
  private static final short VERSION = 11;
  private static final short ALL_REPLICAS = -1;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;
  private int requests;

  /** Connects. */
  public RawProducer(String bootstrapServer) throws IOException {
    int colon = bootstrapServer.lastIndexOf(':');
    socket =
        new Socket(
            bootstrapServer.substring(0, colon),
            Integer.parseInt(bootstrapServer.substring(colon + 1)));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    in = new DataInputStream(socket.getInputStream());
  }

  /** The broker did not take a batch. */
  public static final class RefusedException extends IOException {
    private final boolean retriable;

    RefusedException(Errors error, String message) {
      super(error + ": " + message);
      this.retriable = error.exception() instanceof RetriableException;
    }

    /** Whether it may take the same batch later. */
    public boolean retriable() {
      return retriable;
    }
  }

  /**
   * Returns when the broker has the batch.
   *
   * @return the offset of its first record
   * @throws RefusedException if the broker does not take it
   */
  public long send(String topic, int partition, RawBatch batch) throws IOException {
    ProduceRequestData request =
        new ProduceRequestData()
            .setAcks(ALL_REPLICAS)
            .setTimeoutMs((int) PATIENCE.toMillis())
            .setTopicData(
                new TopicProduceDataCollection(
                    List.of(
                            new TopicProduceData()
                                .setName(topic)
                                .setPartitionData(
                                    List.of(
                                        new PartitionProduceData()
                                            .setIndex(partition)
                                            .setRecords(
                                                MemoryRecords.readableRecords(
                                                    ByteBuffer.wrap(batch.encode()))))))
                        .iterator()));
    RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", requests++);
    ByteBuffer bytes =
        RequestUtils.serialize(header.data(), header.headerVersion(), request, VERSION);
    out.writeInt(bytes.remaining());
    out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    out.flush();
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    ByteBuffer response = ByteBuffer.wrap(answer);
    ResponseHeader.parse(response, ApiKeys.PRODUCE.responseHeaderVersion(VERSION));
    PartitionProduceResponse result =
        new ProduceResponseData(new ByteBufferAccessor(response), VERSION)
            .responses()
            .iterator()
            .next()
            .partitionResponses()
            .get(0);
    if (result.errorCode() != Errors.NONE.code()) {
      throw new RefusedException(Errors.forCode(result.errorCode()), result.errorMessage());
    }
    return result.baseOffset();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
