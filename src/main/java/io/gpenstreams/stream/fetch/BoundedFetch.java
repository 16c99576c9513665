package io.gpenstreams.stream.fetch;

import java.lang.reflect.Field;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ClassicKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ConsumerNetworkClient;

/**
 * Makes a consumer read any batch in bounded memory and time. Kafka's consumer allocates what a
 * record claims, a gigabyte out of a batch of 32 KB, before anyone else sees it, and stops for good
 * at a batch that it cannot read. Here each record that is too large, or cannot be read, becomes
 * one that says so: it has a single header, which {@link io.gpenstreams.event.RecordLimits#check}
 * knows, no key, and its value only if that is within the limits. Keys are dropped.
 *
 * <p>There is no public way in between fetching and decompressing, so the consumer's network client
 * is wrapped through its private fields. Another release of Kafka may name them differently; then
 * no consumer is made, and the error says so.
 */
public final class BoundedFetch {
  private final ReadBudget budget;

  private BoundedFetch(ReadBudget budget) {
    this.budget = budget;
  }

  /**
   * Changes a consumer, before its first use.
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

  /** To be called before each poll, on its thread. */
  public void beforePoll() {
    budget.renew();
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
