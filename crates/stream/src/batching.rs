//! How records are gathered into batches and how much failure a stage tolerates.

use std::time::Duration;

use serde::Deserialize;

/// A batch is handed over when it is full, when no record arrived for a moment, or when its first record has waited
/// long enough; while the stage works, the next batch gathers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Batching {
    /// Records of a full batch, 1000 by default.
    pub max_records: usize,
    /// Payload and key bytes of a full batch, 8 MiB by default.
    pub max_bytes: usize,
    /// The longest time in milliseconds that the first record of a batch waits for others, 5 by default.
    pub max_wait_ms: u64,
    /// The time in milliseconds without a new record after which a batch is not held back any longer, 1 by default.
    pub idle_ms: u64,
    /// Attempts at one batch before the session starts again from the stored positions, 6 by default.
    pub attempts: u32,
    pub dead_letters: DeadLetterLimit,
}

/// When so many records fail, the fault lies with the stage or the feed, not with single records.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeadLetterLimit {
    /// Dead letters within one minute that stop the stage when they are exceeded, 1000 by default.
    pub per_minute: u32,
}

impl Batching {
    pub(crate) fn max_wait(&self) -> Duration {
        Duration::from_millis(self.max_wait_ms)
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
}

impl Default for Batching {
    fn default() -> Self {
        Self {
            max_records: 1000,
            max_bytes: 8 * 1024 * 1024,
            max_wait_ms: 5,
            idle_ms: 1,
            attempts: 6,
            dead_letters: DeadLetterLimit::default(),
        }
    }
}

impl Default for DeadLetterLimit {
    fn default() -> Self {
        Self { per_minute: 1000 }
    }
}
