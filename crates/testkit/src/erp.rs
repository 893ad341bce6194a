//! A test's ERP: publishes plain JSON records, as the contract allows.

use chrono::{DateTime, Utc};
use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE, Topic};
use coheron_stream::{KafkaSettings, OutgoingRecord, RecordProducer};
use serde_json::{Value, json};

/// Publishes records of one site.
pub struct TestErp {
    pub producer: RecordProducer,
    site_code: String,
}

impl TestErp {
    pub fn new(kafka: &KafkaSettings, site_code: &str) -> anyhow::Result<Self> {
        Ok(Self { producer: RecordProducer::new(kafka)?, site_code: site_code.to_owned() })
    }

    pub async fn product(&self, sku: &str, version: i64, facts: Value) -> anyhow::Result<()> {
        self.send(self.product_record(sku, version, facts)).await
    }

    pub async fn category(&self, id: &str, version: i64, facts: Value) -> anyhow::Result<()> {
        self.send(self.record(&ERP_CATEGORY_CHANGE, "category_id", id, version, facts)).await
    }

    pub async fn price(&self, sku: &str, version: i64, amount_minor: i64) -> anyhow::Result<()> {
        self.send(self.price_record(sku, version, amount_minor)).await
    }

    pub async fn stock(&self, sku: &str, version: i64, on_hand: i64) -> anyhow::Result<()> {
        self.send(self.stock_record(sku, version, on_hand)).await
    }

    pub async fn tombstone(&self, topic: &Topic, entity_id: &str, version: Option<i64>) -> anyhow::Result<()> {
        self.send(self.tombstone_record(topic, entity_id, version)).await
    }

    pub fn product_record(&self, sku: &str, version: i64, facts: Value) -> OutgoingRecord {
        self.record(&ERP_PRODUCT_CHANGE, "sku", sku, version, facts)
    }

    pub fn price_record(&self, sku: &str, version: i64, amount_minor: i64) -> OutgoingRecord {
        let facts = json!({"currency": "EUR", "amount_minor": amount_minor});
        self.record(&ERP_PRICE_CHANGE, "sku", sku, version, facts)
    }

    pub fn tombstone_record(&self, topic: &Topic, entity_id: &str, version: Option<i64>) -> OutgoingRecord {
        let version = version.map(|version| ("entity_version".to_owned(), version.to_string().into_bytes().into()));
        let key = self.key(entity_id).into_bytes().into();
        OutgoingRecord { topic: topic.name, key, payload: None, headers: version.into_iter().collect() }
    }

    pub fn stock_record(&self, sku: &str, version: i64, on_hand: i64) -> OutgoingRecord {
        self.record(&ERP_STOCK_CHANGE, "sku", sku, version, json!({"on_hand": on_hand}))
    }

    /// Bytes as they are, for records that break the contract.
    pub async fn raw(&self, topic: &Topic, key: &str, payload: &[u8]) -> anyhow::Result<()> {
        self.producer.send(topic.name, key.as_bytes(), Some(payload), &[]).await?;
        Ok(())
    }

    pub async fn send(&self, record: OutgoingRecord) -> anyhow::Result<()> {
        self.send_all(vec![record]).await
    }

    pub async fn send_all(&self, records: Vec<OutgoingRecord>) -> anyhow::Result<()> {
        self.producer.send_all(records).await?;
        Ok(())
    }

    pub fn key(&self, entity_id: &str) -> String {
        format!("{}:{entity_id}", self.site_code)
    }

    fn record(&self, topic: &Topic, id_field: &str, id: &str, version: i64, facts: Value) -> OutgoingRecord {
        let mut body = json!({
            "site": self.site_code,
            id_field: id,
            "entity_version": version,
            "occurred_at": now().to_rfc3339(),
            "event_id": format!("{}-{id}-{version}", topic.name),
            "source": "test-erp",
        });
        if let (Some(body), Value::Object(facts)) = (body.as_object_mut(), facts) {
            body.extend(facts);
        }
        OutgoingRecord {
            topic: topic.name,
            key: self.key(id).into_bytes().into(),
            payload: Some(body.to_string().into_bytes().into()),
            headers: vec![],
        }
    }
}

fn now() -> DateTime<Utc> {
    Utc::now()
}
