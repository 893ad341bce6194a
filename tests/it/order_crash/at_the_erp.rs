//! What lies on the topics between shop and ERP in the end: whatever was sent again, every order is one event and every
//! answer counts once.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use chrono::{DateTime, Utc};
use coheron_schemas::codec::decode;
use coheron_schemas::framing::unframe;
use coheron_schemas::records::{ContractRecord, OrderEvent, OrderStatusChange};
use coheron_schemas::writer_schema::WriterSchema;
use coheron_stream::describe_topics;
use coheron_testkit::{TestShop, TopicReader, eventually};
use serde_json::Value;

use super::PATIENCE;

pub async fn the_erp_has_each_order_once(shop: &TestShop, ordered: &BTreeMap<String, Value>) -> anyhow::Result<()> {
    eventually("a document of the ERP for every order", PATIENCE, async || {
        let select = "SELECT count(*) FROM website_orders WHERE erp_document_number = 'SO-' || number AND status = 'acknowledged'";
        let booked: i64 = sqlx::query_scalar(select).fetch_one(shop.database.pipeline()).await.ok()?;
        (usize::try_from(booked).ok()? == ordered.len()).then_some(())
    })
    .await;
    // What a relay that was killed has to send again is on the topic too then.
    eventually("an empty outbox", PATIENCE, async || {
        let select = "SELECT count(*) FROM outbox_messages";
        let waiting: i64 = sqlx::query_scalar(select).fetch_one(shop.database.pipeline()).await.ok()?;
        (waiting == 0).then_some(())
    })
    .await;
    every_order_is_one_event(shop, ordered).await?;
    every_answer_counts_once(shop).await
}

/// However often a record was sent.
async fn every_order_is_one_event(shop: &TestShop, ordered: &BTreeMap<String, Value>) -> anyhow::Result<()> {
    let mut events: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, event) in read_all::<OrderEvent>(shop).await? {
        assert_eq!((event.event_type.as_str(), &ordered_key(shop, &event.order_id)), ("placed", &key));
        events.entry(key).or_default().insert(event.event_id);
    }
    let told: BTreeSet<String> = events.keys().cloned().collect();
    let expected: BTreeSet<String> = ordered.keys().map(|id| ordered_key(shop, id)).collect();
    assert_eq!(told, expected, "every order went to the ERP, and nothing else");
    for (key, event_ids) in &events {
        assert_eq!(event_ids.len(), 1, "the order {key} is several events: {event_ids:?}");
    }
    let distinct: BTreeSet<&String> = events.values().flatten().collect();
    assert_eq!(distinct.len(), ordered.len(), "an event stands for several orders");
    Ok(())
}

/// An ERP that was killed may give an answer again that had arrived after all: under the same version, as the same event
/// and with the same document. The shop keeps what the first one said.
async fn every_answer_counts_once(shop: &TestShop) -> anyhow::Result<()> {
    let mut given: BTreeMap<(String, i64), Vec<OrderStatusChange>> = BTreeMap::new();
    for (_, answer) in read_all::<OrderStatusChange>(shop).await? {
        given.entry((answer.order_number.clone(), answer.entity_version)).or_default().push(answer);
    }
    let select = "SELECT number::text, erp_version, erp_acknowledged_at FROM website_orders";
    let rows: Vec<(String, i64, DateTime<Utc>)> = sqlx::query_as(select).fetch_all(shop.database.pipeline()).await?;
    let counted: BTreeMap<(String, i64), i64> = rows
        .into_iter()
        .map(|(number, version, acknowledged_at)| ((number, version), acknowledged_at.timestamp_millis()))
        .collect();
    let answered: BTreeSet<&(String, i64)> = given.keys().collect();
    assert_eq!(answered, counted.keys().collect::<BTreeSet<_>>(), "one step of every order, and nothing else");
    for (step, answers) in &given {
        let what_they_say: BTreeSet<(&str, &str, Option<&str>)> = answers
            .iter()
            .map(|answer| (answer.event_id.as_str(), answer.status.as_str(), answer.document_number.as_deref()))
            .collect();
        assert_eq!(what_they_say.len(), 1, "{step:?} was answered differently: {answers:?}");
        assert_eq!(answers[0].acknowledged_at, Some(counted[step]), "{step:?}: another than the first answer counts");
    }
    let event_ids: BTreeSet<&str> = given.values().flatten().map(|answer| answer.event_id.as_str()).collect();
    assert_eq!(event_ids.len(), given.len(), "an event answers several orders");
    Ok(())
}

fn ordered_key(shop: &TestShop, order_id: &str) -> String {
    format!("{}:{order_id}", shop.site.id)
}

/// Everything that lies on the topic of these records, with its key; records of one key in the order of the topic.
async fn read_all<Fact: ContractRecord>(shop: &TestShop) -> anyhow::Result<Vec<(String, Fact)>> {
    let topics = std::slice::from_ref(Fact::KIND.topic());
    let described = describe_topics(&shop.kafka, topics).await?;
    let partitions = described.iter().flat_map(|topic| &topic.partitions);
    let there: i64 = partitions.map(|partition| partition.latest_offset - partition.earliest_offset).sum();
    let reader = TopicReader::start(&shop.kafka, topics);
    let records = eventually("every record of the topic", PATIENCE, async || {
        let records = reader.records();
        (i64::try_from(records.len()).ok()? >= there).then_some(records)
    })
    .await;
    let writer = WriterSchema::parse(Fact::KIND.avsc())?;
    let mut facts = Vec::with_capacity(records.len());
    for record in records {
        let key = String::from_utf8(record.key.context("a key")?.to_vec())?;
        let framed = unframe(record.payload.as_deref().context("a payload")?)?;
        facts.push((key, decode(&writer, framed.body)?));
    }
    Ok(facts)
}
