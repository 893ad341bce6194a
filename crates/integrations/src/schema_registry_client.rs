//! A client of schema registries that speak the Confluent HTTP interface.

use std::time::Duration;

use async_trait::async_trait;
use coheron_core::ports::{SchemaRegistrar, SchemaRegistrarError, SchemaSource, SchemaSourceError};
use coheron_core::retry::RetryClass;
use reqwest::{Client, RequestBuilder, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// Registers schemas and looks them up by id. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SchemaRegistryClient {
    base_url: Url,
    credentials: Option<Credentials>,
    http: Client,
}

#[derive(Clone)]
struct Credentials {
    user: String,
    password: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum SchemaRegistryError {
    #[error("the address of the schema registry is not an http or https address")]
    InvalidAddress,
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
    #[error("the schema registry does not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the schema registry answers {status}: {message}")]
    Refused { status: u16, message: String },
    #[error("the schema registry's answer cannot be understood")]
    UnreadableAnswer(#[source] reqwest::Error),
}

impl SchemaRegistryError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Unreachable(_) => RetryClass::Transient,
            Self::Refused { status, .. } if *status >= 500 || matches!(status, 408 | 429) => RetryClass::Transient,
            Self::InvalidAddress | Self::Client(_) | Self::Refused { .. } | Self::UnreadableAnswer(_) => {
                RetryClass::Fatal
            }
        }
    }
}

#[derive(Deserialize)]
struct Registered {
    id: i32,
}

#[derive(Deserialize)]
struct FoundSchema {
    schema: String,
}

/// What registries say when they refuse.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl SchemaRegistryClient {
    /// The address may have a path and, for basic authentication, a user and a password.
    pub fn new(address: &str) -> Result<Self, SchemaRegistryError> {
        let mut base_url = Url::parse(address).map_err(|_| SchemaRegistryError::InvalidAddress)?;
        if !matches!(base_url.scheme(), "http" | "https") || base_url.cannot_be_a_base() {
            return Err(SchemaRegistryError::InvalidAddress);
        }
        let credentials = take_credentials(&mut base_url)?;
        base_url.set_query(None);
        base_url.set_fragment(None);
        let mut builder = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(REQUEST_TIMEOUT);
        if is_loopback(&base_url) {
            // A proxy in the environment cannot reach a registry on this machine.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(SchemaRegistryError::Client)?;
        Ok(Self { base_url, credentials, http })
    }

    /// Registers a schema under a subject and gives its id. A known schema keeps its id.
    pub async fn register(&self, subject: &str, schema_text: &str) -> Result<i32, SchemaRegistryError> {
        let body = serde_json::json!({"schema": schema_text, "schemaType": "AVRO"}).to_string();
        let request = self
            .http
            .post(self.address(&["subjects", subject, "versions"]))
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(body);
        let registered: Registered = self.call(request).await?;
        Ok(registered.id)
    }

    /// The text of a schema, or none where the registry has no such id.
    pub async fn find_schema(&self, schema_id: i32) -> Result<Option<String>, SchemaRegistryError> {
        let request = self.http.get(self.address(&["schemas", "ids", &schema_id.to_string()]));
        match self.call::<FoundSchema>(request).await {
            Ok(found) => Ok(Some(found.schema)),
            Err(SchemaRegistryError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut address = self.base_url.clone();
        // Fails only for addresses that cannot be a base, which the constructor refuses.
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        address
    }

    async fn call<Answer: DeserializeOwned>(&self, request: RequestBuilder) -> Result<Answer, SchemaRegistryError> {
        let mut request = request.header(header::ACCEPT, format!("{MEDIA_TYPE}, application/json"));
        if let Some(credentials) = &self.credentials {
            request = request.basic_auth(&credentials.user, credentials.password.as_ref());
        }
        // The address may stand in logs; without_url keeps it out of the error all the same.
        let unreachable = |error: reqwest::Error| SchemaRegistryError::Unreachable(error.without_url());
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            let text = response.text().await.map_err(unreachable)?;
            return Err(SchemaRegistryError::Refused { status: status.as_u16(), message: message_of(status, &text) });
        }
        response.json().await.map_err(|error| {
            if error.is_decode() {
                SchemaRegistryError::UnreadableAnswer(error.without_url())
            } else {
                unreachable(error)
            }
        })
    }
}

#[async_trait]
impl SchemaRegistrar for SchemaRegistryClient {
    async fn register_schema(&self, subject: &str, schema: &str) -> Result<i32, SchemaRegistrarError> {
        let registered = self.register(subject, schema).await;
        registered.map_err(|error| SchemaRegistrarError { retry_class: error.retry_class(), source: Box::new(error) })
    }
}

#[async_trait]
impl SchemaSource for SchemaRegistryClient {
    async fn schema_by_id(&self, schema_id: i32) -> Result<Option<String>, SchemaSourceError> {
        self.find_schema(schema_id).await.map_err(|error| SchemaSourceError(Box::new(error)))
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(..)")
    }
}

fn take_credentials(url: &mut Url) -> Result<Option<Credentials>, SchemaRegistryError> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let decoded = |text: &str| percent_decoded(text).ok_or(SchemaRegistryError::InvalidAddress);
    let credentials =
        Credentials { user: decoded(url.username())?, password: url.password().map(decoded).transpose()? };
    let cleared = url.set_username("").and_then(|()| url.set_password(None));
    cleared.map_err(|()| SchemaRegistryError::InvalidAddress)?;
    Ok(Some(credentials))
}

/// User and password stand percent-encoded in an address.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn message_of(status: StatusCode, body: &str) -> String {
    match serde_json::from_str::<Refusal>(body) {
        Ok(refusal) => refusal.message.chars().take(400).collect(),
        Err(_) => status.canonical_reason().unwrap_or("no reason given").to_owned(),
    }
}

#[cfg(test)]
mod tests;
