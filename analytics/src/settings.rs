//! The `analytics` section of the configuration.

use std::path::PathBuf;
use std::time::Duration;

use coheron_stream::{Batching, DeadLetterLimit};
use serde::{Deserialize, Serialize};

/// Where event files lie, how they are written and what a question may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnalyticsSettings {
    /// Folder of the event files, one subfolder per site. Roles `analytics` and `web` read the same. Default
    /// `.coheron/events`.
    pub folder: PathBuf,
    /// Longest time in milliseconds that an event waits for others before a file is written. Default 1,000.
    pub flush_ms: u64,
    /// Events after which a file is written without waiting. Default 5,000.
    pub flush_events: usize,
    /// Time in milliseconds between two looks for files to merge and to remove. Default 20,000.
    pub upkeep_ms: u64,
    /// Most rows of a merged file. Merging holds that many events in memory. Default 250,000.
    pub merged_rows: i64,
    /// How long a file stays after its rows went into another one, in milliseconds; longer than any question runs.
    /// Default 600,000.
    pub keep_replaced_ms: u64,
    /// How long a file that no manifest knows stays, in milliseconds; longer than any file is written. Default
    /// 3,600,000.
    pub keep_unknown_ms: u64,
    /// Days within which an event that comes again is recognised. Longer than the broker holds an event, so that a topic
    /// read again from its beginning counts nothing twice: 30 days of retention, up to 7 until the segment that holds
    /// the event is complete and can go, and one to spare. Default 38.
    pub keep_ids_days: u32,
    /// Questions that run at the same time; further ones wait a second and are refused then. Default 2.
    pub concurrent_questions: usize,
    /// A question that runs longer is stopped, in milliseconds; shorter than `http.request_timeout_ms`, so that its
    /// caller is told. Default 9,000.
    pub deadline_ms: u64,
    /// Memory of one question in bytes. Nothing goes to disk. Default 134,217,728.
    pub memory_bytes: usize,
    /// Most rows of an answer in JSON. Default 10,000.
    pub json_rows: usize,
    /// Most rows of an answer in another format. Default 1,000,000.
    pub file_rows: usize,
    /// Most bytes of an answer. Default 67,108,864.
    pub answer_bytes: usize,
}

impl Default for AnalyticsSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from(".coheron/events"),
            flush_ms: 1_000,
            flush_events: 5_000,
            upkeep_ms: 20_000,
            merged_rows: 250_000,
            keep_replaced_ms: 600_000,
            keep_unknown_ms: 3_600_000,
            keep_ids_days: 38,
            concurrent_questions: 2,
            deadline_ms: 9_000,
            memory_bytes: 128 * 1024 * 1024,
            json_rows: 10_000,
            file_rows: 1_000_000,
            answer_bytes: 64 * 1024 * 1024,
        }
    }
}

impl AnalyticsSettings {
    /// How the stage `write_events` is fed. A batch becomes a file per site and partition, so it gathers for longer
    /// than other stages do.
    pub fn batching(&self) -> Batching {
        Batching {
            max_records: self.flush_events.max(1),
            max_wait_ms: self.flush_ms,
            idle_ms: self.flush_ms,
            dead_letters: DeadLetterLimit::default(),
            ..Batching::default()
        }
    }

    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::topics::{Cleanup, WEB_EVENT};

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    /// A broker deletes whole segments, by their newest record; unless told otherwise it fills one for this long.
    const SEGMENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    #[test]
    fn an_event_is_recognised_for_as_long_as_it_can_be_read_again() {
        let Cleanup::Delete { retention } = WEB_EVENT.cleanup else { panic!("events are kept for a time") };
        assert!(DAY * AnalyticsSettings::default().keep_ids_days > retention + SEGMENT);
    }
}
