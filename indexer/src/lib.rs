//! The search index: one tantivy index per site, written from `catalog.document.state.v1` and read by listing, search
//! and suggestions. The only crate that knows tantivy.
//!
//! Hidden contract: an index is disposable and never the truth. It carries the stream position of its content in every
//! commit, and in the file of the numbers beside it, so a restart continues where those stood; whatever cannot be read is thrown away and built again
//! from the start of the compacted topic. That is why nothing here is synced to disk with `fsync`.

mod collecting;
mod error;
mod highlight;
mod layout;
mod matching;
mod ports;
mod positions;
mod reading;
mod relaxed_directory;
mod schema;
mod service;
mod settings;
mod sites;
mod stage;
mod suggest;
mod weighted_text;
mod words;
mod writing;

pub use error::IndexerError;
pub use ports::{DocumentTopic, PartitionOffsets};
pub use service::SearchService;
pub use settings::IndexSettings;
pub use stage::{CatalogueIndex, DeadLetterSink, IndexDocuments};

#[cfg(test)]
mod tests;
