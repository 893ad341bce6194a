//! The writing half of one index generation.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use tantivy::directory::error::LockError;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, IndexSettings as EngineSettings, IndexWriter, TantivyError};

use super::incoming::Change;
use super::product_fields::product_fields;
use crate::error::IndexerError;
use crate::positions::Positions;
use crate::reading::site_reader::SiteReader;
use crate::relaxed_directory::RelaxedDirectory;
use crate::schema::{TermKind, build_schema, register_analyzers};

/// Versions of deleted products are remembered this long in numbers, so that a late older record does not revive one.
const REMEMBERED_TOMBSTONES: u64 = 50_000;

/// Writes one generation and publishes what it wrote to its reader.
///
/// Hidden contract: after any error the writer is in an unknown state and must be dropped; `open` gives a new one that
/// stands at the last commit.
pub(crate) struct GenerationWriter {
    writer: IndexWriter,
    reader: Arc<SiteReader>,
    folder: PathBuf,
    positions: Positions,
    tombstones: moka::sync::Cache<Sku, i64>,
    committed_at: Instant,
}

impl GenerationWriter {
    /// A new, empty generation whose content starts at the given positions.
    pub(crate) fn create(
        site_id: SiteId,
        folder: &Path,
        heap_bytes: usize,
        positions: Positions,
    ) -> Result<Self, IndexerError> {
        let directory = open_directory(folder)?;
        let (schema, _) = build_schema();
        // A thread per segment would cost a small commit more than the compression itself.
        let settings = EngineSettings { docstore_compress_dedicated_thread: false, ..EngineSettings::default() };
        let index = Index::create(directory, schema, settings).map_err(IndexerError::engine("creating an index"))?;
        register_analyzers(&index);
        let mut writer = new_writer(&index, folder, heap_bytes)?;
        commit(&mut writer, &positions)?;
        let reader = SiteReader::open(site_id, index)?;
        Ok(Self::assemble(writer, reader, folder, positions))
    }

    /// A generation that was written before; None where it is damaged or of another layout.
    pub(crate) fn open(site_id: SiteId, folder: &Path, heap_bytes: usize) -> Result<Option<Self>, IndexerError> {
        let Some((index, positions)) = open_checked(folder) else { return Ok(None) };
        let reader = match SiteReader::open(site_id, index.clone()) {
            Ok(reader) => reader,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "an index cannot be read and is built again");
                return Ok(None);
            }
        };
        let writer = new_writer(&index, folder, heap_bytes)?;
        Ok(Some(Self::assemble(writer, reader, folder, positions)))
    }

    fn assemble(writer: IndexWriter, reader: SiteReader, folder: &Path, positions: Positions) -> Self {
        Self {
            writer,
            reader: Arc::new(reader),
            folder: folder.to_path_buf(),
            positions,
            tombstones: moka::sync::Cache::new(REMEMBERED_TOMBSTONES),
            committed_at: Instant::now(),
        }
    }

    pub(crate) fn reader(&self) -> &Arc<SiteReader> {
        &self.reader
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn positions(&self) -> &Positions {
        &self.positions
    }

    /// Applies what is new to this generation, commits together with the positions and makes it searchable.
    /// Returns the products that changed.
    pub(crate) fn apply(
        &mut self,
        changes: &[Change],
        moved: &Positions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Sku>, IndexerError> {
        let fields = *self.reader.fields();
        let mut changed = Vec::new();
        for change in changes {
            if change.offset < self.positions.of(change.partition) || !self.is_news(change)? {
                continue;
            }
            self.writer.delete_term(TermKind::Sku.term(&fields, change.sku.as_str()));
            if let Some(product) = &change.product {
                let document = product_fields(&fields, &product.document, &product.json, change.version, now);
                self.writer.add_document(document).map_err(IndexerError::engine("adding a document"))?;
            }
            changed.push(change.sku.clone());
        }
        self.positions.advance_all(moved);
        if changed.is_empty() {
            return Ok(changed);
        }
        self.commit()?;
        self.reader.reload()?;
        for change in changes {
            match change.product {
                Some(_) => self.tombstones.invalidate(&change.sku),
                None => self.tombstones.insert(change.sku.clone(), change.version),
            }
        }
        Ok(changed)
    }

    /// Stores the position of a generation that saw no change for a while, so that a restart need not read so far back.
    pub(crate) fn commit_if_idle(&mut self, for_at_least: Duration) -> Result<(), IndexerError> {
        if self.committed_at.elapsed() < for_at_least {
            return Ok(());
        }
        self.commit()
    }

    fn commit(&mut self) -> Result<(), IndexerError> {
        let started = Instant::now();
        commit(&mut self.writer, &self.positions)?;
        self.committed_at = Instant::now();
        metrics::histogram!("coheron_index_commit_seconds").record(started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Whether the change is newer than what is stored. An equal version is the same record once more.
    fn is_news(&self, change: &Change) -> Result<bool, IndexerError> {
        if self.tombstones.get(&change.sku).is_some_and(|version| version >= change.version) {
            return Ok(false);
        }
        match self.reader.snapshot().version_of(change.sku.as_str())? {
            Some(stored) => Ok(stored < change.version),
            None => Ok(change.product.is_some()),
        }
    }
}

/// Opens for reading alone, without any check of the content beyond what reading itself needs.
pub(crate) fn open_for_reading(folder: &Path) -> Result<Index, IndexerError> {
    let index = Index::open(open_directory(folder)?).map_err(IndexerError::engine("opening an index"))?;
    register_analyzers(&index);
    Ok(index)
}

fn open_checked(folder: &Path) -> Option<(Index, Positions)> {
    let refuse = |reason: String| tracing::warn!(folder = %folder.display(), reason, "an index is built again");
    let index = match open_for_reading(folder) {
        Ok(index) => index,
        Err(error) => {
            refuse(format!(
                "{error}: {}",
                std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default()
            ));
            return None;
        }
    };
    let payload = match index.load_metas() {
        Ok(meta) => meta.payload,
        Err(error) => {
            refuse(error.to_string());
            return None;
        }
    };
    let Some(positions) = Positions::from_payload(payload.as_deref()) else {
        refuse("it has another layout".to_owned());
        return None;
    };
    if index.schema() != build_schema().0 {
        refuse("it has another schema".to_owned());
        return None;
    }
    match index.validate_checksum() {
        Ok(damaged) if damaged.is_empty() => Some((index, positions)),
        Ok(damaged) => {
            refuse(format!("damaged files: {damaged:?}"));
            None
        }
        Err(error) => {
            refuse(error.to_string());
            None
        }
    }
}

fn open_directory(folder: &Path) -> Result<RelaxedDirectory, IndexerError> {
    RelaxedDirectory::open(folder)
        .map_err(|error| IndexerError::Folder { path: folder.to_path_buf(), source: std::io::Error::other(error) })
}

fn new_writer(index: &Index, folder: &Path, heap_bytes: usize) -> Result<IndexWriter, IndexerError> {
    let options = IndexWriterOptions::builder()
        .memory_budget_per_thread(heap_bytes)
        .num_worker_threads(1)
        .num_merge_threads(1)
        .build();
    let writer = index.writer_with_options(options).map_err(|error| match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => IndexerError::WriterTaken { path: folder.to_path_buf() },
        source => IndexerError::Engine { doing: "opening a writer", source },
    })?;
    writer.set_merge_policy(Box::new(merge_policy()));
    Ok(writer)
}

/// Every commit opens every segment twice (to apply deletions, then to read) and writes a file of deletions for each
/// one it touched, so few segments matter more than cheap merges: three levels (up to 128 products, 16 times as many,
/// all) of at most five segments each.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(5);
    policy.set_min_layer_size(128);
    policy.set_level_log_size(4.0);
    policy.set_del_docs_ratio_before_merge(0.4);
    policy
}

fn commit(writer: &mut IndexWriter, positions: &Positions) -> Result<(), IndexerError> {
    let failed = IndexerError::engine("committing");
    let mut prepared = writer.prepare_commit().map_err(&failed)?;
    prepared.set_payload(&positions.to_payload());
    prepared.commit().map_err(&failed)?;
    Ok(())
}
