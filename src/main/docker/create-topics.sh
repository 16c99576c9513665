#!/bin/sh
# Creates the service's topics and leaves alone those that exist. Needs Kafka's command line tools and
#   KAFKA_BOOTSTRAP_SERVERS           where
#   PARTITIONS (16)                   the most replicas that can share the work
#   REPLICATION_FACTOR (3)            1 on a single broker
#   KAFKA_COMMAND_CONFIG (none)       a client.properties file, where the cluster wants credentials
set -eu

: "${KAFKA_BOOTSTRAP_SERVERS:?is not set: host:port of a broker}"
partitions=${PARTITIONS:-16}
replication=${REPLICATION_FACTOR:-3}
in_sync=$((replication > 1 ? replication - 1 : 1))
PATH="$PATH:/opt/kafka/bin"

create() {
  topic=$1
  count=$2
  shift 2
  kafka-topics.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" \
    ${KAFKA_COMMAND_CONFIG:+--command-config "$KAFKA_COMMAND_CONFIG"} \
    --create --if-not-exists --topic "$topic" --partitions "$count" --replication-factor "$replication" \
    --config "min.insync.replicas=$in_sync" "$@"
}

# An upload only names a photo. Its small bound keeps what carries it along, the dead letter with the event as base64,
# below Kafka's usual limit of 1 MiB a record.
create image-uploaded "$partitions" --config retention.ms=604800000 --config max.message.bytes=262144
create restored-image "$partitions" --config retention.ms=604800000 --config max.message.bytes=1048576
create image-restoration-failed 1 --config retention.ms=2592000000 --config max.message.bytes=1048576
# What gpen replay sent back. Marks that expired would have letters sent twice, hence no retention.
create image-replayed 1 --config cleanup.policy=compact --config max.message.bytes=65536
