//! Client of a Confluent-compatible schema registry: the two calls that producers and consumers need.

use std::time::Duration;

use async_trait::async_trait;
use coheron_core::ports::{SchemaSource, SchemaSourceError};
use coheron_core::retry::RetryClass;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Cheap to clone. User name and password of the address are sent as basic authentication.
#[derive(Debug, Clone)]
pub struct SchemaRegistryClient {
    base: Url,
    client: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("{address} is not the http(s) address of a schema registry")]
    Address { address: String },
    #[error("the schema registry does not answer")]
    Unavailable(#[source] reqwest::Error),
    #[error("the schema registry refuses with status {status}: {message}")]
    Refused { status: u16, message: String },
}

impl RegistryError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Address { .. } => RetryClass::Fatal,
            Self::Unavailable(_) => RetryClass::Transient,
            Self::Refused { status, .. } if *status >= 500 || *status == 429 => RetryClass::Transient,
            Self::Refused { .. } => RetryClass::Poison,
        }
    }
}

impl SchemaRegistryClient {
    /// The address may have a path.
    pub fn new(address: &str) -> Result<Self, RegistryError> {
        let invalid = || RegistryError::Address { address: address.to_owned() };
        let mut base = Url::parse(address).map_err(|_| invalid())?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(invalid());
        }
        base.path_segments_mut().map_err(|()| invalid())?.pop_if_empty();
        let client = Client::builder().timeout(TIMEOUT).build().map_err(RegistryError::Unavailable)?;
        Ok(Self { base, client })
    }

    /// Registers the schema as a version of the subject, where it is none yet, and gives its id.
    pub async fn register(&self, subject: &str, schema: &str) -> Result<i32, RegistryError> {
        #[derive(Deserialize)]
        struct Registered {
            id: i32,
        }
        let request = self.client.post(self.address(&["subjects", subject, "versions"]));
        let registered: Registered = answer(request.json(&serde_json::json!({ "schema": schema }))).await?;
        Ok(registered.id)
    }

    /// The schema's text; none where the registry does not know the id.
    pub async fn schema(&self, id: i32) -> Result<Option<String>, RegistryError> {
        #[derive(Deserialize)]
        struct Stored {
            schema: String,
        }
        let request = self.client.get(self.address(&["schemas", "ids", &id.to_string()]));
        match answer::<Stored>(request).await {
            Ok(stored) => Ok(Some(stored.schema)),
            Err(RegistryError::Refused { status, .. }) if status == StatusCode::NOT_FOUND.as_u16() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.extend(segments);
        }
        address
    }
}

#[async_trait]
impl SchemaSource for SchemaRegistryClient {
    async fn schema_by_id(&self, schema_id: i32) -> Result<Option<String>, SchemaSourceError> {
        self.schema(schema_id).await.map_err(|error| SchemaSourceError(Box::new(error)))
    }
}

async fn answer<T: serde::de::DeserializeOwned>(request: RequestBuilder) -> Result<T, RegistryError> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let response = request.send().await.map_err(RegistryError::Unavailable)?;
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(RegistryError::Unavailable);
    }
    let message = match response.json::<Refusal>().await {
        Ok(refusal) => refusal.message,
        Err(_) => status.canonical_reason().unwrap_or("no reason given").to_owned(),
    };
    Err(RegistryError::Refused { status: status.as_u16(), message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_have_a_path_and_subjects_any_character() {
        let client = SchemaRegistryClient::new("http://registry:8081/api/").expect("a client");
        let address = client.address(&["subjects", "a/b c", "versions"]);
        assert_eq!(address.as_str(), "http://registry:8081/api/subjects/a%2Fb%20c/versions");
        let error = SchemaRegistryClient::new("registry:8081").expect_err("an error");
        assert_eq!(error.retry_class(), RetryClass::Fatal);
    }

    #[tokio::test]
    async fn a_registry_that_is_away_is_worth_another_try() {
        // Port 9 (discard) is not served on any test machine.
        let client = SchemaRegistryClient::new("http://127.0.0.1:9").expect("a client");
        let error = client.schema(1).await.expect_err("an error");
        assert_eq!(error.retry_class(), RetryClass::Transient);
    }
}
