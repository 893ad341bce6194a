"""Reads orders of a shop with a stock Kafka client, as the connector of a foreign ERP would.

    pip install 'confluent-kafka[avro,schemaregistry]'
    python read_orders.py <brokers> <schema registry URL> [--count N]

It knows nothing of the shop but the two addresses: every record names its schema. Prints one JSON object per order event.
"""

import argparse
import json
import sys
import time

from confluent_kafka import DeserializingConsumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import StringDeserializer

TOPIC = "commerce.order.event.v1"
PATIENCE_SECONDS = 30


def main():
    arguments = read_arguments()
    consumer = DeserializingConsumer({
        "bootstrap.servers": arguments.brokers,
        "group.id": arguments.topic_prefix + "python-erp",
        "auto.offset.reset": "earliest",
        # An order is booked before it is committed: after a crash it comes again, and its event_id is known.
        "enable.auto.commit": False,
        "key.deserializer": StringDeserializer("utf_8"),
        "value.deserializer": AvroDeserializer(SchemaRegistryClient({"url": arguments.registry})),
    })
    consumer.subscribe([arguments.topic_prefix + TOPIC])
    deadline = time.monotonic() + PATIENCE_SECONDS
    booked = set()
    while len(booked) < arguments.count:
        if time.monotonic() > deadline:
            sys.exit(f"{len(booked)} of {arguments.count} order events came within {PATIENCE_SECONDS} s")
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            sys.exit(str(message.error()))
        order = message.value()
        if order["event_id"] not in booked:
            booked.add(order["event_id"])
            print(json.dumps({"key": message.key(), **order}, default=str))
        consumer.commit(message, asynchronous=False)
    consumer.close()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("brokers")
    parser.add_argument("registry", help="base address of the schema registry; it may have a path")
    parser.add_argument("--count", type=int, default=1, help="ends after so many events")
    parser.add_argument("--topic-prefix", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
