//! Where the simulator's records go.

use async_trait::async_trait;
use coheron_core::retry::RetryClass;

/// A record for one of the ERP topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingErpRecord {
    pub topic: &'static str,
    /// `site:entity_id`.
    pub key: String,
    /// Avro in the Confluent wire format.
    pub payload: Vec<u8>,
}

/// Stores records in the broker.
#[async_trait]
pub trait RecordPublisher: Send + Sync {
    /// Returns when all of them are stored.
    async fn publish(&self, records: Vec<OutgoingErpRecord>) -> Result<(), PublishError>;
}

#[derive(Debug, thiserror::Error)]
#[error("the records could not be published")]
pub struct PublishError {
    pub retry_class: RetryClass,
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}
