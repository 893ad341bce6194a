//! Holds the newest snapshot of one generation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tantivy::index::SegmentId;
use tantivy::{Index, IndexReader, ReloadPolicy};

use super::newer_numbers::NewerNumbers;
use super::segment_columns::SegmentColumns;
use super::snapshot::Snapshot;
use crate::error::IndexerError;
use crate::schema::{Fields, build_schema};

pub(crate) struct SiteReader {
    reader: IndexReader,
    fields: Fields,
    newer: Arc<NewerNumbers>,
    /// Also serialises reloads.
    columns: Mutex<HashMap<SegmentId, Arc<SegmentColumns>>>,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl SiteReader {
    /// Shows the last commit, with what is newer than that.
    pub(crate) fn open(index: Index, newer: NewerNumbers) -> Result<Self, IndexerError> {
        let (_, fields) = build_schema();
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(IndexerError::engine("opening a reader"))?;
        let newer = Arc::new(newer);
        let mut columns = HashMap::new();
        let snapshot = load_snapshot(&reader, &fields, &newer, &mut columns)?;
        let (columns, snapshot) = (Mutex::new(columns), RwLock::new(Arc::new(snapshot)));
        Ok(Self { reader, fields, newer, columns, snapshot })
    }

    /// Makes the last commit searchable.
    pub(crate) fn reload(&self) -> Result<(), IndexerError> {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        self.reader.reload().map_err(IndexerError::engine("reading a commit"))?;
        let snapshot = load_snapshot(&self.reader, &self.fields, &self.newer, &mut columns)?;
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(())
    }

    /// Shows the numbers that a writer in another process keeps beside its entries.
    pub(crate) fn take_numbers(&self, numbers: NewerNumbers) {
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        self.newer.replace_all(numbers);
        for segment in columns.values() {
            segment.bring_up_to_date(&self.newer);
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn newer(&self) -> &NewerNumbers {
        &self.newer
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }
}

fn load_snapshot(
    reader: &IndexReader,
    fields: &Fields,
    newer: &Arc<NewerNumbers>,
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
                columns.bring_up_to_date(newer);
                Arc::new(columns)
            }
        };
        kept.insert(segment.segment_id(), Arc::clone(&columns));
        segments.push(columns);
    }
    *held = kept;
    Ok(Snapshot::new(searcher, *fields, segments, Arc::clone(newer)))
}
