//! The engine's writer: how it is opened, checked and set up.

use std::path::Path;
use std::time::Instant;

use tantivy::directory::error::LockError;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, IndexWriter, TantivyError};

use crate::error::IndexerError;
use crate::positions::Reached;
use crate::relaxed_directory::RelaxedDirectory;
use crate::schema::{build_schema, register_analyzers};

/// Opens for reading alone, without any check of the content beyond what reading itself needs.
pub(crate) fn open_for_reading(folder: &Path) -> Result<Index, IndexerError> {
    let index = Index::open(open_directory(folder)?).map_err(IndexerError::engine("opening an index"))?;
    register_analyzers(&index);
    Ok(index)
}

/// An index as its last commit left it.
pub(super) struct Opened {
    pub(super) index: Index,
    pub(super) reached: Reached,
    pub(super) commit: u64,
}

pub(super) fn open_checked(folder: &Path) -> Option<Opened> {
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
    let (payload, commit) = match index.load_metas() {
        Ok(meta) => (meta.payload, meta.opstamp),
        Err(error) => {
            refuse(error.to_string());
            return None;
        }
    };
    let Some(reached) = Reached::from_payload(payload.as_deref()) else {
        refuse("it has another layout".to_owned());
        return None;
    };
    if index.schema() != build_schema().0 {
        refuse("it has another schema".to_owned());
        return None;
    }
    match index.validate_checksum() {
        Ok(damaged) if damaged.is_empty() => Some(Opened { index, reached, commit }),
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

pub(super) fn open_directory(folder: &Path) -> Result<RelaxedDirectory, IndexerError> {
    RelaxedDirectory::open(folder)
        .map_err(|error| IndexerError::Folder { path: folder.to_path_buf(), source: std::io::Error::other(error) })
}

pub(super) fn new_writer(index: &Index, folder: &Path, heap_bytes: usize) -> Result<IndexWriter, IndexerError> {
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

/// Gives the number of the commit; later ones have larger numbers.
pub(super) fn commit(writer: &mut IndexWriter, reached: &Reached) -> Result<u64, IndexerError> {
    let started = Instant::now();
    let failed = IndexerError::engine("committing");
    let mut prepared = writer.prepare_commit().map_err(&failed)?;
    prepared.set_payload(&reached.to_payload());
    let commit = prepared.commit().map_err(&failed)?;
    metrics::histogram!("coheron_index_commit_seconds").record(started.elapsed().as_secs_f64());
    Ok(commit)
}
