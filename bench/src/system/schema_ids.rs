//! The ids under which the registry knows the schemas of the ERP's records.

use coheron_schemas::RecordKind;
use coheron_stream::KafkaSettings;
use serde::Deserialize;

#[derive(Debug, Clone, Copy)]
pub struct SchemaIds {
    pub product: i32,
    pub category: i32,
    pub price: i32,
    pub stock: i32,
}

#[derive(Deserialize)]
struct Registered {
    id: i32,
}

impl SchemaIds {
    /// Registers the schemas as an ERP's serializer would.
    pub async fn register(registry_url: &str, kafka: &KafkaSettings) -> anyhow::Result<Self> {
        let client = reqwest::Client::new();
        let register = async |kind: RecordKind| -> anyhow::Result<i32> {
            let subject = kind.subject(&kafka.topic_name(kind.topic().name));
            let url = format!("{}/subjects/{subject}/versions", registry_url.trim_end_matches('/'));
            let body = serde_json::json!({"schema": kind.avsc()});
            let answer = client.post(url).json(&body).send().await?.error_for_status()?;
            Ok(answer.json::<Registered>().await?.id)
        };
        Ok(Self {
            product: register(RecordKind::Product).await?,
            category: register(RecordKind::Category).await?,
            price: register(RecordKind::Price).await?,
            stock: register(RecordKind::Stock).await?,
        })
    }
}
