package io.gpenstreams.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpenstreams.event.EventJson;
import io.gpenstreams.event.ImageUploaded;
import io.gpenstreams.event.ImageUploaded.Options;
import io.gpenstreams.event.RestoredImage;
import io.gpenstreams.event.Topics;
import io.gpenstreams.servers.LocalBroker;
import io.gpenstreams.servers.LocalS3;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The photo platform that uses the service, and others that can write to its topics. */
final class Platform implements AutoCloseable {
  private final S3Client s3;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventJson json = new EventJson();

  Platform(LocalBroker broker, LocalS3 s3) {
    this.s3 = s3.newClient();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Uploads a photo and sends its event. */
  void upload(String imageId, byte[] photo) throws ExecutionException, InterruptedException {
    String key = imageId + ".jpg";
    put("photos", key, photo);
    send(
        Topics.IMAGE_UPLOADED,
        json.write(
            new ImageUploaded(
                imageId,
                new ImageUploaded.Source("photos", key, null, null),
                null,
                null,
                null,
                Options.NONE)));
  }

  void put(String bucket, String key, byte[] bytes) {
    s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
  }

  byte[] get(String bucket, String key) {
    return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray();
  }

  /** Writes a result as if it were the service. */
  void forge(RestoredImage image) throws ExecutionException, InterruptedException {
    send(Topics.RESTORED_IMAGE, json.write(image));
  }

  /** Writes something that is no event. */
  void litter(String topic) throws ExecutionException, InterruptedException {
    send(topic, "no event".getBytes(UTF_8));
    send(topic, null);
  }

  private void send(String topic, byte[] value) throws ExecutionException, InterruptedException {
    producer.send(new ProducerRecord<>(topic, value)).get();
  }

  @Override
  public void close() {
    producer.close();
    s3.close();
  }
}
