package io.gpenstreams.stream.fetch;

import java.lang.reflect.Field;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ClassicKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ConsumerNetworkClient;

/**
 * Makes a consumer read any batch in bounded memory and time. Kafka's consumer allocates whatever
 * size a record claims, up to a gigabyte for a batch of 32 KB, and stops for good at a batch that
 * it cannot read. Here each record that is too large or unreadable is replaced by a refused record.
 * It has one header, which {@link io.gpenstreams.event.RecordLimits#check} recognises, no key and
 * no value. The keys of all records are dropped.
 *
 * <p>Kafka has no public extension point between fetching and decompressing. So the consumer's
 * network client is wrapped through private fields. If a release of Kafka renames them, the
 * consumer is not created, and the error names the reason.
 */
public final class BoundedFetch {
  private final ReadBudget budget;

  private BoundedFetch(ReadBudget budget) {
    this.budget = budget;
  }

  /**
   * Wraps the network client of a consumer, before its first use.
   *
   * @param consumer of the group protocol {@code classic}
   * @throws IllegalStateException if it is not built as expected
   */
  public static BoundedFetch in(KafkaConsumer<?, ?> consumer) {
    ReadBudget budget = new ReadBudget();
    try {
      Object classic = field(KafkaConsumer.class, "delegate").get(consumer);
      Object network = field(ClassicKafkaConsumer.class, "client").get(classic);
      Field client = field(ConsumerNetworkClient.class, "client");
      client.set(
          network,
          new BoundedFetchClient((KafkaClient) client.get(network), new FetchScreen(budget)));
    } catch (ReflectiveOperationException | IllegalArgumentException | ClassCastException e) {
      throw new IllegalStateException("The consumer's network client cannot be wrapped", e);
    }
    return new BoundedFetch(budget);
  }

  /** Must be called before each poll, on the polling thread. */
  public void beforePoll() {
    budget.renew();
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
