//! The job `merge_event_files`: many small files become one, in one transaction of the manifest.

use arrow::array::RecordBatch;
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use chrono::Utc;
use coheron_core::ids::SiteId;
use coheron_core::topics::WEB_EVENT;
use coheron_store::web_event_files::{self, EventFile};
use coheron_store::{Database, StoreError};

use crate::columns::WEB_EVENTS;
use crate::error::EventFileError;
use crate::settings::AnalyticsSettings;
use crate::writing::event_file::EventFolder;
use crate::writing::merge_plan::{choose_merges, parts_within};

/// Files looked at in one go; what is left waits for the next look.
const LOOK_AT: i64 = 5_000;
/// Memory of the rows that are merged at a time, and needed once more while they are sorted. Their number alone is no
/// bound: visitors choose how long their events are, up to a hundred times the usual.
const MOST_BYTES: i64 = 192 * 1024 * 1024;

/// Merges what is worth it and gives how many files were replaced. A reader sees either the files or the one that
/// replaced them; the replaced ones stay on disk for a while. Files that cannot be merged are told in the log and stay as
/// they are.
pub async fn merge_event_files(database: &Database, settings: &AnalyticsSettings) -> Result<usize, EventFileError> {
    let folder = EventFolder::new(&settings.folder);
    // A file of half the bound and more stays as it is.
    let small = web_event_files::small(database, settings.merged_rows / 2, LOOK_AT).await?;
    let mut replaced = 0;
    for group in choose_merges(small, Utc::now(), settings.merged_rows) {
        let Some(first) = group.first() else { continue };
        let (site_id, day) = (first.site_id, first.min_occurred_at.date_naive());
        match merge_group(database, &folder, group).await {
            Ok(files) => replaced += files,
            Err(error @ EventFileError::Manifest(_)) => return Err(error),
            // A file that is missing or broken is the fault of its group alone: all other days and sites are merged.
            Err(error) => {
                metrics::counter!("coheron_analytics_failed_merges_total").increment(1);
                tracing::error!(%site_id, %day, %error, cause = ?std::error::Error::source(&error), "event files of a day could not be merged");
            }
        }
    }
    metrics::counter!("coheron_analytics_merged_files_total").increment(replaced as u64);
    Ok(replaced)
}

async fn merge_group(
    database: &Database,
    folder: &EventFolder,
    group: Vec<EventFile>,
) -> Result<usize, EventFileError> {
    let blocking_folder = folder.clone();
    let sized = tokio::task::spawn_blocking(move || with_bytes(&blocking_folder, group)).await?;
    let mut replaced = 0;
    for part in parts_within(sized, MOST_BYTES) {
        replaced += merge(database, folder, part).await?;
    }
    Ok(replaced)
}

/// Without files that are missing or broken: a day to which more and more files come must not wait for one of them.
fn with_bytes(folder: &EventFolder, group: Vec<EventFile>) -> Vec<(i64, EventFile)> {
    let mut sized = Vec::with_capacity(group.len());
    for file in group {
        match folder.bytes_in_memory(&file) {
            Ok(bytes) => sized.push((bytes, file)),
            Err(error) => {
                metrics::counter!("coheron_analytics_failed_merges_total").increment(1);
                tracing::error!(site_id = %file.site_id, file = file.name, %error, cause = ?std::error::Error::source(&error), "an event file cannot be read");
            }
        }
    }
    sized
}

async fn merge(database: &Database, folder: &EventFolder, group: Vec<EventFile>) -> Result<usize, EventFileError> {
    let Some(site_id) = group.first().map(|file| file.site_id) else { return Ok(0) };
    let blocking_folder = folder.clone();
    let (group, merged) = tokio::task::spawn_blocking(move || {
        let merged = write_merged(&blocking_folder, site_id, &group)?;
        Ok::<_, EventFileError>((group, merged))
    })
    .await??;
    let names: Vec<&str> = group.iter().map(|file| file.name.as_str()).collect();
    let mut transaction = database.begin_pipeline().await?;
    let taken = web_event_files::replace(&mut transaction, site_id, &names).await?;
    if taken != names.len() as u64 {
        // Another process merged one of them meanwhile: its result stands, and our file is one that no manifest knows.
        return Ok(0);
    }
    web_event_files::insert(&mut transaction, &merged).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    tracing::debug!(%site_id, files = names.len(), rows = merged.rows, "event files were merged");
    Ok(names.len())
}

fn write_merged(folder: &EventFolder, site_id: SiteId, group: &[EventFile]) -> Result<EventFile, EventFileError> {
    let mut batches: Vec<RecordBatch> = Vec::new();
    for file in group {
        batches.extend(folder.read(file)?);
    }
    let rows = concat_batches(&WEB_EVENTS.schema, &batches)?;
    drop(batches);
    let times = rows.column(WEB_EVENTS.schema.index_of("occurred_at")?);
    let sorted = take_record_batch(&rows, &sort_to_indices(times, None, None)?)?;
    folder.write(site_id, WEB_EVENT.name, None, &sorted)
}
