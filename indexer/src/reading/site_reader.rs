//! Holds the newest snapshot of one generation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use coheron_core::ids::SiteId;
use tantivy::index::SegmentId;
use tantivy::{Index, IndexReader, ReloadPolicy};

use super::segment_columns::SegmentColumns;
use super::snapshot::Snapshot;
use crate::error::IndexerError;
use crate::schema::{Fields, build_schema};

pub(crate) struct SiteReader {
    site_id: SiteId,
    reader: IndexReader,
    fields: Fields,
    /// Also serialises reloads.
    columns: Mutex<HashMap<SegmentId, Arc<SegmentColumns>>>,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl SiteReader {
    pub(crate) fn open(site_id: SiteId, index: Index) -> Result<Self, IndexerError> {
        let (_, fields) = build_schema();
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(IndexerError::engine("opening a reader"))?;
        let mut columns = HashMap::new();
        let snapshot = load_snapshot(&reader, &fields, &mut columns)?;
        record_size(site_id, &snapshot);
        Ok(Self { site_id, reader, fields, columns: Mutex::new(columns), snapshot: RwLock::new(Arc::new(snapshot)) })
    }

    /// Makes the last commit searchable.
    pub(crate) fn reload(&self) -> Result<(), IndexerError> {
        self.reload_with(|_| Ok(()))
    }

    /// As `reload`, after the new snapshot was brought up to date.
    pub(crate) fn reload_with(
        &self,
        prepare: impl FnOnce(&Snapshot) -> Result<(), IndexerError>,
    ) -> Result<(), IndexerError> {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        self.reader.reload().map_err(IndexerError::engine("reading a commit"))?;
        let snapshot = Arc::new(load_snapshot(&self.reader, &self.fields, &mut columns)?);
        prepare(&snapshot)?;
        record_size(self.site_id, &snapshot);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }
}

fn record_size(site_id: SiteId, snapshot: &Snapshot) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    let documents = snapshot.searcher.num_docs() as f64;
    metrics::gauge!("coheron_index_size_documents", "site" => site_id.to_string()).set(documents);
}

fn load_snapshot(
    reader: &IndexReader,
    fields: &Fields,
    held: &mut HashMap<SegmentId, Arc<SegmentColumns>>,
) -> Result<Snapshot, IndexerError> {
    let searcher = reader.searcher();
    let mut segments = Vec::with_capacity(searcher.segment_readers().len());
    let mut kept = HashMap::with_capacity(segments.capacity());
    for segment in searcher.segment_readers() {
        let columns = match held.get(&segment.segment_id()) {
            Some(columns) => Arc::clone(columns),
            None => {
                let columns = SegmentColumns::load(segment, fields).map_err(IndexerError::engine("loading columns"))?;
                Arc::new(columns)
            }
        };
        kept.insert(segment.segment_id(), Arc::clone(&columns));
        segments.push(columns);
    }
    *held = kept;
    Ok(Snapshot::new(searcher, *fields, segments))
}
