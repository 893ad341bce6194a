//! A commit that is made while searches and further changes go on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use coheron_core::sku::Sku;
use tantivy::IndexWriter;

use super::engine;
use super::incoming::Change;
use super::product_fields::product_fields;
use crate::error::IndexerError;
use crate::positions::Positions;
use crate::schema::{Fields, TermKind};

/// Changes by product, the newest of each.
pub(super) type Changes = HashMap<Sku, Change>;

pub(super) struct BackgroundCommit {
    thread: JoinHandle<Result<(), IndexerError>>,
}

impl BackgroundCommit {
    pub(super) fn start(
        writer: &Arc<Mutex<IndexWriter>>,
        fields: Fields,
        changes: Changes,
        positions: Positions,
        now: DateTime<Utc>,
    ) -> std::io::Result<Self> {
        let writer = Arc::clone(writer);
        let work = move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            write(&mut writer, &fields, &changes, &positions, now)
        };
        Ok(Self { thread: std::thread::Builder::new().name("index-commit".to_owned()).spawn(work)? })
    }

    pub(super) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the end.
    pub(super) fn finish(self) -> Result<(), IndexerError> {
        self.thread.join().map_err(|_| IndexerError::Closed)?
    }
}

/// Writes the changes and commits them with the positions that they lead to.
pub(super) fn write(
    writer: &mut IndexWriter,
    fields: &Fields,
    changes: &Changes,
    positions: &Positions,
    now: DateTime<Utc>,
) -> Result<(), IndexerError> {
    let started = std::time::Instant::now();
    for change in changes.values() {
        writer.delete_term(TermKind::Sku.term(fields, change.sku.as_str()));
        if let Some(product) = &change.product {
            let document = product_fields(fields, product, now);
            writer.add_document(document).map_err(IndexerError::engine("adding a document"))?;
        }
    }
    engine::commit(writer, positions)?;
    metrics::histogram!("coheron_index_commit_seconds").record(started.elapsed().as_secs_f64());
    Ok(())
}
