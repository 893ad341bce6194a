//! What counting visitors needs from engines: a place where events are kept for certain, and SQL over them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ids::SiteId;
use crate::retry::RetryClass;

/// Takes events that were checked. Implemented over the broker.
#[async_trait]
pub trait EventSink: Send + Sync {
    /// Returns when every message is stored for certain, or fails as a whole: then some may be stored, and sending
    /// all of them again is right, since events carry ids.
    async fn store(&self, events: Vec<EventMessage>) -> Result<(), EventSinkError>;
}

/// One event on its way to `web.event.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventMessage {
    pub key: Vec<u8>,
    /// JSON.
    pub payload: Vec<u8>,
    /// W3C trace context of the request that reported it.
    pub traceparent: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("events cannot be stored at the moment")]
pub struct EventSinkError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Read-only SQL over the events and orders of one site.
#[async_trait]
pub trait AnalyticsQuery: Send + Sync {
    async fn query(&self, site_id: SiteId, question: &SqlQuestion) -> Result<SqlAnswer, AnalyticsError>;
}

/// A statement with its parameters, `$1` being the first.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlQuestion {
    pub sql: String,
    pub parameters: Vec<SqlParameter>,
    pub format: AnswerFormat,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SqlParameter {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFormat {
    Json,
    Csv,
    ArrowStream,
    Parquet,
}

/// An answer in the wanted format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlAnswer {
    /// For JSON an object with `columns`, `rows`, `row_count`, `truncated` and `took_ms`.
    pub body: Vec<u8>,
    pub row_count: u64,
    /// More rows were there than an answer may hold.
    pub truncated: bool,
    pub took_ms: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    /// The statement is wrong or not allowed; the message may be shown to its author.
    #[error("{message}")]
    Refused { code: &'static str, message: String },
    #[error("the statement took longer than {limit_ms} ms")]
    DeadlineExceeded { limit_ms: u64 },
    #[error("the statement needs more memory than it may have")]
    OutOfMemory,
    #[error("too many statements run at the moment")]
    Busy,
    #[error("the events cannot be read at the moment")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AnalyticsError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Refused { .. } | Self::DeadlineExceeded { .. } | Self::OutOfMemory => RetryClass::Poison,
            Self::Busy | Self::Unavailable(_) => RetryClass::Transient,
        }
    }
}
