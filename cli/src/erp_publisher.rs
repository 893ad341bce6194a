//! The broker as the ERP simulator's publisher.

use async_trait::async_trait;
use bytes::Bytes;
use coheron_integrations::erp_simulator::{OutgoingErpRecord, PublishError, RecordPublisher};
use coheron_stream::{OutgoingRecord, RecordProducer};

pub struct KafkaPublisher {
    pub producer: RecordProducer,
}

#[async_trait]
impl RecordPublisher for KafkaPublisher {
    async fn publish(&self, records: Vec<OutgoingErpRecord>) -> Result<(), PublishError> {
        let records = records
            .into_iter()
            .map(|record| OutgoingRecord {
                topic: record.topic,
                key: Bytes::from(record.key),
                payload: Some(Bytes::from(record.payload)),
                headers: headers(record.headers),
            })
            .collect();
        let sent = self.producer.send_all(records).await;
        sent.map(drop).map_err(|error| PublishError { retry_class: error.retry_class(), source: Box::new(error) })
    }
}

fn headers(headers: Vec<(&'static str, String)>) -> Vec<(String, Bytes)> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), Bytes::from(value))).collect()
}
