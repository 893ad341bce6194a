//! A record as it came from the broker.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use coheron_core::topics::TRACEPARENT;

/// One consumed record. Topic names are the contract's own, without any configured prefix.
#[derive(Debug, Clone)]
pub struct Record {
    pub topic: &'static str,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Bytes>,
    /// None is a tombstone.
    pub payload: Option<Bytes>,
    pub headers: Vec<(String, Bytes)>,
    pub timestamp: DateTime<Utc>,
}

/// A partition of a topic of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    pub topic: &'static str,
    pub partition: i32,
}

impl Record {
    pub fn topic_partition(&self) -> TopicPartition {
        TopicPartition { topic: self.topic, partition: self.partition }
    }

    /// The first header of this name, as text where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header == name)?;
        std::str::from_utf8(value).ok()
    }

    /// The trace id of a W3C `traceparent` header (version, trace id, span id, flags, joined by hyphens).
    pub fn trace_id(&self) -> Option<&str> {
        self.header(TRACEPARENT)?.split('-').nth(1)
    }
}
