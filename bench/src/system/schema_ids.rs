//! The ids under which the registry knows the schemas of the ERP's records.

use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_schemas::record_kind::RecordKind;
use coheron_stream::KafkaSettings;

#[derive(Debug, Clone, Copy)]
pub struct SchemaIds {
    pub product: i32,
    pub category: i32,
    pub price: i32,
    pub stock: i32,
}

impl SchemaIds {
    /// Registers the schemas as an ERP's serializer would.
    pub async fn register(registry_url: &str, kafka: &KafkaSettings) -> anyhow::Result<Self> {
        let registry = SchemaRegistryClient::new(registry_url)?;
        let register = async |kind: RecordKind| {
            let subject = kind.subject(&kafka.topic_name(kind.topic().name));
            registry.register(&subject, kind.avsc()).await
        };
        Ok(Self {
            product: register(RecordKind::Product).await?,
            category: register(RecordKind::Category).await?,
            price: register(RecordKind::Price).await?,
            stock: register(RecordKind::Stock).await?,
        })
    }
}
