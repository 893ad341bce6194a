//! The upkeep of the event files: merging, and removal of what nobody needs any more.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{TimeDelta, Utc};
use coheron_core::ids::SiteId;
use coheron_core::retry::RetryClass;
use coheron_store::web_event_files::{self, FileName};
use coheron_store::{Database, web_event_ids};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::error::EventFileError;
use crate::settings::AnalyticsSettings;
use crate::writing::event_file::EventFolder;
use crate::writing::merge_event_files::merge_event_files;

/// Removed in one go; what is left waits for the next look.
const FILES: i64 = 1_000;
const IDS: i64 = 50_000;

/// Keeps the files up until it is cancelled. What may pass is waited for; other faults are returned.
pub async fn keep_up_event_files(
    database: &Database,
    settings: &AnalyticsSettings,
    cancel: &CancellationToken,
) -> Result<(), EventFileError> {
    let mut ticks = tokio::time::interval(Duration::from_millis(settings.upkeep_ms.max(100)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = cancel.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        match look_once(database, settings).await {
            Ok(()) => {}
            Err(error) if error.retry_class() == RetryClass::Transient => {
                tracing::warn!(%error, cause = ?std::error::Error::source(&error), "event files could not be kept up, trying again later");
            }
            Err(error) => return Err(error),
        }
    }
}

async fn look_once(database: &Database, settings: &AnalyticsSettings) -> Result<(), EventFileError> {
    merge_event_files(database, settings).await?;
    remove_replaced_files(database, settings).await?;
    remove_unknown_files(database, settings).await?;
    let oldest = Utc::now().date_naive() - TimeDelta::days(i64::from(settings.keep_ids_days));
    let forgotten = web_event_ids::delete_received_before(database, oldest, IDS).await?;
    metrics::counter!("coheron_analytics_forgotten_ids_total").increment(forgotten);
    Ok(())
}

/// Deletes files whose rows are in another file for long enough that no reader has them open by the old manifest.
pub async fn remove_replaced_files(database: &Database, settings: &AnalyticsSettings) -> Result<usize, EventFileError> {
    let folder = EventFolder::new(&settings.folder);
    let kept = TimeDelta::milliseconds(i64::try_from(settings.keep_replaced_ms).unwrap_or(i64::MAX / 2));
    let old = web_event_files::replaced_before(database, Utc::now() - kept, FILES).await?;
    for file in &old {
        remove(&folder.path_of(file.site_id, &file.name)).await?;
        web_event_files::forget(database, file).await?;
    }
    Ok(old.len())
}

/// Deletes files that a crash left between their writing and their commit.
pub async fn remove_unknown_files(database: &Database, settings: &AnalyticsSettings) -> Result<usize, EventFileError> {
    let folder = EventFolder::new(&settings.folder);
    let youngest = SystemTime::now() - Duration::from_millis(settings.keep_unknown_ms);
    let looking = folder.clone();
    let candidates = tokio::task::spawn_blocking(move || files_before(looking.root(), youngest)).await??;
    let mut removed = 0;
    for site in candidates.chunk_by(|one, next| one.site_id == next.site_id) {
        let Some(site_id) = site.first().map(|file| file.site_id) else { continue };
        let names: Vec<String> = site.iter().map(|file| file.name.clone()).collect();
        let known: HashSet<String> = web_event_files::known(database, site_id, &names).await?.into_iter().collect();
        for name in names.iter().filter(|name| !known.contains(*name)) {
            tracing::info!(%site_id, name, "an event file that no manifest knows is removed");
            remove(&folder.path_of(site_id, name)).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

async fn remove(path: &Path) -> Result<(), EventFileError> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Files of all sites that were last changed before this moment, by site.
fn files_before(root: &Path, youngest: SystemTime) -> Result<Vec<FileName>, EventFileError> {
    let mut found = Vec::new();
    if !root.is_dir() {
        return Ok(found);
    }
    for folder in std::fs::read_dir(root)? {
        let folder = folder?;
        let Some(site_id) = folder.file_name().to_str().and_then(|name| name.parse::<SiteId>().ok()) else { continue };
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            // A file that vanishes meanwhile needs no removal.
            let Ok(metadata) = file.metadata() else { continue };
            let is_old = metadata.is_file() && metadata.modified().is_ok_and(|changed| changed < youngest);
            if let (true, Ok(name)) = (is_old, file.file_name().into_string()) {
                found.push(FileName { site_id, name });
            }
        }
    }
    Ok(found)
}
