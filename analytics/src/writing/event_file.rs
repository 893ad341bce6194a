//! Event files: whole or not there at all.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{max, min};
use arrow::datatypes::TimestampMillisecondType;
use chrono::{DateTime, Utc};
use coheron_core::ids::SiteId;
use coheron_store::web_event_files::{EventFile, FileOrigin};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use uuid::Uuid;

use crate::columns::WEB_EVENTS;
use crate::error::EventFileError;

/// Ends the names of files that are being written.
pub const UNFINISHED: &str = ".unfinished";

/// Rows that are skipped together where their time does not fit a question.
const ROW_GROUP_ROWS: usize = 50_000;
/// A number, or the place of a text, in memory.
const VALUE_BYTES: i64 = 8;

/// The folder of all event files.
#[derive(Debug, Clone)]
pub struct EventFolder {
    root: PathBuf,
}

impl EventFolder {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn of_site(&self, site_id: SiteId) -> PathBuf {
        self.root.join(site_id.to_string())
    }

    pub fn path_of(&self, site_id: SiteId, name: &str) -> PathBuf {
        self.of_site(site_id).join(name)
    }

    /// Writes rows of one site, which must not be empty, to a new file. It is on disk for certain when this returns,
    /// and counts once the manifest names it. Blocks.
    pub fn write(
        &self,
        site_id: SiteId,
        topic: &str,
        origin: Option<FileOrigin>,
        rows: &RecordBatch,
    ) -> Result<EventFile, EventFileError> {
        let created_at = Utc::now();
        let (min_occurred_at, max_occurred_at) = time_range(rows, created_at);
        let name = file_name(topic, origin, min_occurred_at);
        let folder = self.make_folder(site_id)?;
        let unfinished = folder.join(format!("{name}{UNFINISHED}"));
        let bytes = write_parquet(&unfinished, rows).inspect_err(|_| {
            // Its room may be what was missing. Where it cannot be removed now, upkeep does so later.
            drop(std::fs::remove_file(&unfinished));
        })?;
        std::fs::rename(&unfinished, folder.join(&name))?;
        // The names of a folder are durable when the folder itself was synchronised.
        File::open(&folder)?.sync_all()?;
        Ok(EventFile {
            site_id,
            name,
            topic: topic.to_owned(),
            origin,
            rows: count(rows.num_rows()),
            bytes,
            min_occurred_at,
            max_occurred_at,
            created_at,
        })
    }

    fn make_folder(&self, site_id: SiteId) -> Result<PathBuf, EventFileError> {
        let folder = self.of_site(site_id);
        if !folder.is_dir() {
            std::fs::create_dir_all(&folder)?;
            // Its name stands in the root, as the names of files stand in it.
            File::open(&self.root)?.sync_all()?;
        }
        Ok(folder)
    }

    /// All rows of a file. Blocks.
    pub fn read(&self, file: &EventFile) -> Result<Vec<RecordBatch>, EventFileError> {
        let source = File::open(self.path_of(file.site_id, &file.name))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(source)?.build()?;
        let batches = reader.collect::<Result<Vec<RecordBatch>, _>>()?;
        let found = batches.iter().map(|batch| count(batch.num_rows())).sum();
        if found != file.rows {
            return Err(EventFileError::RowCount { name: file.name.clone(), found, expected: file.rows });
        }
        Ok(batches)
    }

    /// Bytes that the rows of a file take when they are read, about: their texts, of which the end of the file tells the
    /// length before it was packed, and as many values as there are. Blocks.
    pub fn bytes_in_memory(&self, file: &EventFile) -> Result<i64, EventFileError> {
        let source = File::open(self.path_of(file.site_id, &file.name))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(source)?;
        let columns = reader.metadata().row_groups().iter().flat_map(|group| group.columns());
        let bytes = columns.map(|column| {
            let texts = column.unencoded_byte_array_data_bytes().unwrap_or_default();
            texts.saturating_add(column.num_values().saturating_mul(VALUE_BYTES))
        });
        Ok(bytes.fold(0, i64::saturating_add))
    }
}

/// Every attempt has a name of its own: a writer that was overtaken can never replace the file of another.
fn file_name(topic: &str, origin: Option<FileOrigin>, min_occurred_at: DateTime<Utc>) -> String {
    let attempt = Uuid::now_v7().simple();
    match origin {
        Some(FileOrigin { partition, first_offset, last_offset }) => {
            format!("{topic}-{partition}-{first_offset}-{last_offset}-{attempt}.parquet")
        }
        None => format!("{topic}-merged-{}-{attempt}.parquet", min_occurred_at.format("%Y%m%d")),
    }
}

fn write_parquet(path: &Path, rows: &RecordBatch) -> Result<i64, EventFileError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build();
    let file = File::create(path)?;
    let mut writer = ArrowWriter::try_new(file.try_clone()?, rows.schema(), Some(properties))?;
    writer.write(rows)?;
    writer.close()?;
    file.sync_all()?;
    Ok(i64::try_from(file.metadata()?.len()).unwrap_or(i64::MAX))
}

fn time_range(rows: &RecordBatch, otherwise: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let times = WEB_EVENTS
        .schema
        .index_of("occurred_at")
        .ok()
        .and_then(|position| rows.column(position).as_primitive_opt::<TimestampMillisecondType>());
    let moment = |milliseconds: Option<i64>| milliseconds.and_then(DateTime::from_timestamp_millis);
    let first = times.and_then(|times| moment(min(times)));
    let last = times.and_then(|times| moment(max(times)));
    (first.unwrap_or(otherwise), last.unwrap_or(otherwise))
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, IntervalMonthDayNanoArray};
    use arrow::datatypes::IntervalMonthDayNano;
    use coheron_core::web_event::WebEvent;
    use serde_json::json;

    use super::*;
    use crate::writing::event_rows::event_rows;

    const SITE: SiteId = SiteId(Uuid::from_u128(1));

    fn events(count: u128, title: &str) -> Vec<WebEvent> {
        let event = |id| {
            json!({"event_id": Uuid::from_u128(id), "site_id": SITE, "name": "page_view",
                "occurred_at": "2026-03-01T10:00:00.250Z", "received_at": "2026-03-01T10:00:01.000Z",
                "visitor_id": "v1", "device": "mobile", "page": {"title": title}})
        };
        (0..count).map(|id| serde_json::from_value(event(id)).expect("an event")).collect()
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = EventFolder::new(data.path());
        // A type that the format has no form for.
        let column: ArrayRef = Arc::new(IntervalMonthDayNanoArray::from(vec![IntervalMonthDayNano::new(0, 1, 0)]));
        let rows = RecordBatch::try_from_iter(["a", "b", "c"].map(|name| (name, column.clone()))).expect("rows");
        let outcome = folder.write(SITE, "web.event.v1", None, &rows);
        assert!(matches!(outcome, Err(EventFileError::Parquet(_))), "{outcome:?}");
        assert_eq!(std::fs::read_dir(folder.of_site(SITE)).expect("a folder").count(), 0);
    }

    #[test]
    fn texts_that_pack_well_are_told_at_their_full_length() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = EventFolder::new(data.path());
        let rows = event_rows(&events(2_000, &"long ".repeat(100))).expect("rows");
        let file = folder.write(SITE, "web.event.v1", None, &rows).expect("a file");
        let (texts, told) = (2_000 * 500, folder.bytes_in_memory(&file).expect("a size"));
        assert!(file.bytes < texts / 10, "{} bytes on disk", file.bytes);
        assert!((texts..2 * texts).contains(&told), "{told} bytes in memory");
    }
}
