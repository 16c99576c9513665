package io.gpenstreams.stream.fetch;

import io.gpenstreams.cli.demo.LocalBroker;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
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

/** Sends batches byte for byte, as anyone can who may write to a topic. */
final class RawProducer {
  // The last one that has topics' names.
  private static final short VERSION = 12;

  private final String host;
  private final int port;

  RawProducer(LocalBroker broker) {
    URI address = URI.create("kafka://" + broker.bootstrapServers());
    host = address.getHost();
    port = address.getPort();
  }

  /** Appends a batch to a partition 0, and says what the broker says. */
  Errors send(String topic, byte[] batch) throws IOException {
    PartitionProduceData partition =
        new PartitionProduceData()
            .setIndex(0)
            .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(batch)));
    TopicProduceData topics =
        new TopicProduceData().setName(topic).setPartitionData(List.of(partition));
    ProduceRequestData data =
        new ProduceRequestData()
            .setAcks((short) -1)
            .setTimeoutMs(60_000)
            .setTopicData(new TopicProduceDataCollection(List.of(topics).iterator()));
    RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", 1);
    ByteBuffer request = new ProduceRequest(data, VERSION).serializeWithHeader(header);
    try (Socket socket = new Socket(host, port)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(request.remaining());
      out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] response = in.readNBytes(in.readInt());
      ProduceResponse parsed =
          (ProduceResponse) AbstractResponse.parseResponse(ByteBuffer.wrap(response), header);
      PartitionProduceResponse result =
          parsed.data().responses().iterator().next().partitionResponses().get(0);
      return Errors.forCode(result.errorCode());
    }
  }
}
