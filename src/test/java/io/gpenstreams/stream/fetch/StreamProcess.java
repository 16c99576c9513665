package io.gpenstreams.stream.fetch;

import io.gpenstreams.event.RecordLimits;
import io.gpenstreams.event.RefusedRecord;
import io.gpenstreams.event.Topics;
import io.gpenstreams.stream.CommitListeners;
import io.gpenstreams.stream.FetchGate;
import io.gpenstreams.stream.StreamClients;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * A stream over {@code image-uploaded} that prints a line for each record it gets: {@code =}, the
 * offset, the length of the value or −1, the number of headers, and why it was refused.
 */
final class StreamProcess {
  private StreamProcess() {}

  /**
   * Ends when it has got a number of records, or when the stream ends.
   *
   * @param arguments bootstrap servers; application id; how many records; folder for its state;
   *     {@code kafka} for Kafka's own consumer
   */
  public static void main(String[] arguments) throws InterruptedException {
    int expected = Integer.parseInt(arguments[2]);
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger count = new AtomicInteger();
    Topology topology =
        new Topology()
            .addSource(
                "uploaded",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                Topics.IMAGE_UPLOADED)
            .addProcessor(
                "printer",
                () ->
                    new Printer(
                        () -> {
                          if (count.incrementAndGet() == expected) {
                            done.countDown();
                          }
                        }),
                "uploaded");
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", "32");
    KafkaClientSupplier clients =
        arguments.length > 4
            ? new DefaultKafkaClientSupplier()
            : new StreamClients(new CommitListeners(), new FetchGate());
    KafkaStreams streams = new KafkaStreams(topology, settings, clients);
    streams.setUncaughtExceptionHandler(
        failure -> {
          Throwable cause = failure;
          while (cause.getCause() != null) {
            cause = cause.getCause();
          }
          System.out.println("ended by " + cause);
          done.countDown();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
    done.await();
    streams.close(Duration.ofSeconds(10));
    // Threads of a client that ran out of memory may be left.
    Runtime.getRuntime().halt(0);
  }

  private static final class Printer implements Processor<byte[], byte[], Void, Void> {
    private final Runnable counter;
    private ProcessorContext<Void, Void> context;

    Printer(Runnable counter) {
      this.counter = counter;
    }

    @Override
    public void init(ProcessorContext<Void, Void> processorContext) {
      context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      Optional<RefusedRecord> refused = RecordLimits.check(record.value(), record.headers());
      System.out.println(
          "= "
              + context.recordMetadata().orElseThrow().offset()
              + " "
              + (record.value() == null ? -1 : record.value().length)
              + " "
              + record.headers().toArray().length
              + refused.map(why -> " " + why.message()).orElse(""));
      counter.run();
    }
  }
}
