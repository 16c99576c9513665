package io.gpenstreams.cli.replay;

import io.gpenstreams.event.RestorationFailed;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A dead letter to send back, and the record to send for it. */
record Selected(LetterId id, RestorationFailed letter, ProducerRecord<byte[], byte[]> upload) {
  int bytes() {
    return upload.value().length;
  }
}
