"""Publishes one product, its price and its stock with a stock Kafka client, as a foreign ERP would.

    pip install 'confluent-kafka[avro,schemaregistry]'
    python publish_product.py <brokers> <schema registry URL> <site code or id> [--sku SKU] [--name NAME]

It knows nothing of the shop but the two addresses and the schemas in schemas/avro. Prints one JSON object that says
what was sent and where it lies.
"""

import argparse
import json
import pathlib
import sys
import time
import uuid
from datetime import datetime, timezone

from confluent_kafka import SerializingProducer
from confluent_kafka.schema_registry import SchemaRegistryClient, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import StringSerializer

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "avro"
DELIVERY_TIMEOUT_SECONDS = 30


def main():
    arguments = read_arguments()
    registry = SchemaRegistryClient({"url": arguments.registry})
    sent = []
    for record_name, topic, record in records_of(arguments):
        producer = SerializingProducer({
            "bootstrap.servers": arguments.brokers,
            "enable.idempotence": True,
            "key.serializer": StringSerializer("utf_8"),
            "value.serializer": serializer(registry, record_name),
        })
        sent.append(publish(producer, arguments.topic_prefix + topic, record))
    print(json.dumps({"site": arguments.site, "sku": arguments.sku, "name": arguments.name,
                      "amount_minor": arguments.amount_minor, "on_hand": arguments.on_hand, "records": sent}))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("brokers")
    parser.add_argument("registry", help="base address of the schema registry; it may have a path")
    parser.add_argument("site", help="code or id of the shop")
    parser.add_argument("--sku", default="PY-MUG-1")
    parser.add_argument("--name", default="Enamel mug from Python")
    parser.add_argument("--amount-minor", type=int, default=1490)
    parser.add_argument("--on-hand", type=int, default=25)
    parser.add_argument("--topic-prefix", default="")
    return parser.parse_args()


def serializer(registry, record_name):
    """Registers the schema under <topic>-<full record name> on first use."""
    schema = (SCHEMAS / f"{record_name}.avsc").read_text(encoding="utf-8")
    return AvroSerializer(registry, schema, conf={
        "auto.register.schemas": True,
        "subject.name.strategy": topic_record_subject_name_strategy,
    })


def records_of(arguments):
    now = datetime.now(timezone.utc)
    # The clock in milliseconds is a version that grows; an ERP would take its own.
    stamp = {"site": arguments.site, "sku": arguments.sku, "entity_version": int(time.time() * 1000),
             "occurred_at": now, "source": "python-example"}
    product = {
        "name": arguments.name,
        "description": "A mug with a steel core that survives being dropped.",
        "brand": "Pip & Sons",
        "category_ids": [],
        "attributes": [
            {"name": "material", "value": "Enamelled steel"},
            {"name": "volume_ml", "value": 350.0},
            {"name": "dishwasher_safe", "value": True},
            {"name": "care", "value": ["hand wash", "no microwave"]},
        ],
        "images": [{"url": "https://pictures.example/mug.svg", "alt": "A mug"}],
        "variants": [],
        "gtins": ["4006381333931"],
        "mpn": None,
        "popularity": 1.0,
        "released_at": now,
    }
    price = {"currency": "EUR", "amount_minor": arguments.amount_minor, "list_amount_minor": None}
    stock = {"on_hand": arguments.on_hand, "last_order_number": None}
    for record_name, topic, facts in [
        ("ProductChange", "erp.product.change.v1", product),
        ("PriceChange", "erp.price.change.v1", price),
        ("StockChange", "erp.stock.change.v1", stock),
    ]:
        yield record_name, topic, {**stamp, "event_id": str(uuid.uuid4()), **facts}


def publish(producer, topic, record):
    outcome = {}

    def delivered(error, message):
        if error is not None:
            outcome["error"] = str(error)
            return
        outcome.update(topic=message.topic(), partition=message.partition(), offset=message.offset())

    key = f"{record['site']}:{record['sku']}"
    producer.produce(topic, key=key, value=record, on_delivery=delivered)
    undelivered = producer.flush(DELIVERY_TIMEOUT_SECONDS)
    if undelivered or "error" in outcome:
        sys.exit(f"{topic}: not delivered: {outcome.get('error', 'timed out')}")
    return {**outcome, "key": key, "entity_version": record["entity_version"]}


if __name__ == "__main__":
    main()
