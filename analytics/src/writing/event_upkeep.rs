//! The upkeep of the event files: merging, and removal of what nobody needs any more.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{TimeDelta, Utc};
use coheron_core::ids::SiteId;
use coheron_core::retry::RetryClass;
use coheron_store::web_event_files::{self, FileName};
use coheron_store::{Database, sites, web_event_ids};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::error::EventFileError;
use crate::settings::AnalyticsSettings;
use crate::writing::event_file::EventFolder;
use crate::writing::merge_event_files::merge_event_files;

/// Removed by one statement, so that none locks rows for long. Statements follow each other until nothing is left.
const FILES: i64 = 1_000;
const IDS: i64 = 10_000;

/// Keeps the files up until it is cancelled. What may pass is waited for; other faults are returned.
pub async fn keep_up_event_files(
    database: &Database,
    settings: &AnalyticsSettings,
    cancel: &CancellationToken,
) -> Result<(), EventFileError> {
    // Side by side, so that none waits for another: at midnight the ids of a whole day become old at once, and on a disk
    // that is full nothing can be merged before something is removed.
    let upkeep = async {
        tokio::try_join!(
            repeat(settings, "merge_event_files", || merge_event_files(database, settings)),
            repeat(settings, "remove_event_files", || remove_files(database, settings)),
            repeat(settings, "forget_event_ids", || forget_old_ids(database, settings)),
        )
    };
    // All of it may be dropped half done: what was not committed is done by the next look, and a file that it leaves is
    // one that no manifest knows.
    tokio::select! {
        () = cancel.cancelled() => Ok(()),
        outcome = upkeep => outcome.map(|_| ()),
    }
}

/// Deletes files whose rows are in another file for long enough that no reader has them open by the old manifest.
pub async fn remove_replaced_files(database: &Database, settings: &AnalyticsSettings) -> Result<usize, EventFileError> {
    let folder = EventFolder::new(&settings.folder);
    let kept = Duration::from_millis(settings.keep_replaced_ms);
    let mut removed = 0;
    loop {
        let old = web_event_files::replaced_before(database, kept, FILES).await?;
        if old.is_empty() {
            return Ok(removed);
        }
        for file in &old {
            remove(&folder.path_of(file.site_id, &file.name)).await?;
        }
        web_event_files::forget(database, &old).await?;
        removed += old.len();
    }
}

/// Deletes files that a crash left between their writing and their commit. Files of a site that the database does not know
/// stay: it is then another database than the one whose manifest names them.
pub async fn remove_unknown_files(database: &Database, settings: &AnalyticsSettings) -> Result<usize, EventFileError> {
    let folder = EventFolder::new(&settings.folder);
    let youngest = SystemTime::now() - Duration::from_millis(settings.keep_unknown_ms);
    let looking = folder.clone();
    let candidates = tokio::task::spawn_blocking(move || files_before(looking.root(), youngest)).await??;
    let mut removed = 0;
    for site in candidates.chunk_by(|one, next| one.site_id == next.site_id) {
        let Some(site_id) = site.first().map(|file| file.site_id) else { continue };
        if sites::find_by_id(database, site_id).await?.is_none() {
            tracing::debug!(%site_id, files = site.len(), "event files of a site that the database does not know are left alone");
            continue;
        }
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

/// Looks at once and then once per period. Returns only a fault that waiting cannot mend.
async fn repeat<Found, Look: Future<Output = Result<Found, EventFileError>>>(
    settings: &AnalyticsSettings,
    job: &'static str,
    look: impl Fn() -> Look,
) -> Result<(), EventFileError> {
    let mut ticks = tokio::time::interval(Duration::from_millis(settings.upkeep_ms.max(100)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match look().await {
            Ok(_) => {}
            Err(error) if error.retry_class() == RetryClass::Transient => {
                tracing::warn!(job, %error, cause = ?std::error::Error::source(&error), "event files could not be kept up, trying again later");
            }
            Err(error) => return Err(error),
        }
    }
}

/// Forgets the ids of events that no topic holds any more.
async fn forget_old_ids(database: &Database, settings: &AnalyticsSettings) -> Result<(), EventFileError> {
    let oldest = Utc::now().date_naive() - TimeDelta::days(i64::from(settings.keep_ids_days));
    loop {
        let forgotten = web_event_ids::delete_received_before(database, oldest, IDS).await?;
        metrics::counter!("coheron_analytics_forgotten_ids_total").increment(forgotten);
        if forgotten < IDS.unsigned_abs() {
            return Ok(());
        }
    }
}

async fn remove_files(database: &Database, settings: &AnalyticsSettings) -> Result<(), EventFileError> {
    remove_replaced_files(database, settings).await?;
    remove_unknown_files(database, settings).await?;
    Ok(())
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
