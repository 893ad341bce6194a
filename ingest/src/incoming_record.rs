//! A record as it came from the broker, borrowed from whoever consumed it.

use bytes::Bytes;
use chrono::{DateTime, Utc};

/// One record of an ERP topic.
#[derive(Debug, Clone, Copy)]
pub struct IncomingRecord<'a> {
    /// The topic's name by the contract, without any prefix of the installation.
    pub topic: &'a str,
    pub partition: i32,
    pub offset: i64,
    /// The broker's timestamp of the record: when it was published.
    pub timestamp: DateTime<Utc>,
    pub key: Option<&'a [u8]>,
    /// None is a tombstone.
    pub payload: Option<&'a [u8]>,
    pub headers: &'a [(String, Bytes)],
}

impl<'a> IncomingRecord<'a> {
    /// The first header of this name that is text. Names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .find_map(|(_, value)| std::str::from_utf8(value).ok())
    }
}
