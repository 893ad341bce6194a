//! The `index` section of the configuration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where the indexes lie and what they may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexSettings {
    /// Folder of all indexes, one subfolder per site. Its content can be deleted at any time the writer is stopped.
    pub dir: PathBuf,
    /// Memory in bytes that the writer of one site may fill before it starts a new segment; 15 MB at least. Default 20 MB.
    pub writer_heap_bytes: usize,
    /// How long changed prices and stock figures, which are searchable at once in this process, stay in memory alone, in
    /// milliseconds; what a crash loses is read again from the stream. Searches in other processes see them when they are
    /// stored, which is looked after once a second. 0 writes every change into the product's entry at once. Default 10,000.
    pub hold_back_ms: u64,
    /// Products of one site whose changed prices and stock figures may be kept beside their entries, about 1 KB of memory
    /// each, and 150 bytes for each variant; when there are more, all are written into their entries, which costs as much as indexing them. Default 50,000.
    pub most_held_back: usize,
    /// Longest time in milliseconds that an idle site's stored position may lag behind the stream. Default 30,000.
    pub idle_commit_ms: u64,
    /// Time in milliseconds between two looks for commits of a writer in another process. Default 25.
    pub reader_poll_ms: u64,
    /// Searches that run at the same time; further ones wait for their turn. Default 4.
    pub concurrent_searches: usize,
}

impl Default for IndexSettings {
    fn default() -> Self {
        Self {
            dir: PathBuf::from(".coheron/index"),
            writer_heap_bytes: 20_000_000,
            hold_back_ms: 10_000,
            most_held_back: 50_000,
            idle_commit_ms: 30_000,
            reader_poll_ms: 25,
            concurrent_searches: 4,
        }
    }
}
