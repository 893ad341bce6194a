//! Cleaning up: servers of a run that was killed, data that is no longer wanted, clusters whose data folder is gone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;

use crate::{
    docker,
    error::InfrastructureError,
    local::layout::{Layout, OWNER_FILE, ROOT_CLUSTERS},
    process::{is_running, stop_leftover},
    request::ProviderKind,
    server_status::recorded_provider,
};

/// Stops servers that an earlier run of this data folder left behind, private ones or containers. Refused while their
/// owner is alive.
pub async fn stop_leftovers(data_dir: &Path) -> Result<(), InfrastructureError> {
    if !data_dir.exists() {
        return Ok(());
    }
    let layout = Layout::of_existing(data_dir)?;
    let _lock = layout.lock()?;
    stop_recorded(&layout).await?;
    match recorded_provider(&layout) {
        ProviderKind::Docker => docker::stop_recorded(&layout).await,
        ProviderKind::External | ProviderKind::Local => Ok(()),
    }
}

/// Removes all data of this data folder's servers, wherever it lies. Refused while it is in use. Docker may not be
/// there to be asked, so its volumes only lose their password: the next start of that provider removes them.
pub async fn remove_data(data_dir: &Path) -> Result<(), InfrastructureError> {
    if !data_dir.exists() {
        return Ok(());
    }
    let layout = Layout::of_existing(data_dir)?;
    let _lock = layout.lock()?;
    stop_recorded(&layout).await?;
    let everything = [
        layout.postgres_home(),
        layout.kafka(),
        layout.docker(),
        layout.logs(),
        layout.password_file(),
        layout.ports_file(),
        layout.servers_file(),
    ];
    everything.iter().try_for_each(|path| remove(path))
}

/// Stops private servers; the caller holds the lock.
pub async fn stop_recorded(layout: &Layout) -> Result<(), InfrastructureError> {
    let (postgres, kafka) = (layout.postgres_identity(), layout.kafka_identity());
    let (postgres_stopped, kafka_stopped) = tokio::join!(stop_leftover(&postgres), stop_leftover(&kafka));
    postgres_stopped.and(kafka_stopped)
}

/// Removes clusters of root whose data folder was deleted, such as those of tests in temporary folders. Leftovers cost
/// nothing but disk, so a failure is only logged.
pub async fn remove_orphans() {
    if !geteuid().is_root() {
        return;
    }
    for home in fs::read_dir(ROOT_CLUSTERS).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if !is_orphan(&home).await {
            continue;
        }
        if let Err(error) = remove(&home) {
            tracing::warn!(%error, "could not remove an orphaned cluster");
        }
    }
}

async fn is_orphan(home: &Path) -> bool {
    let Ok(owner) = fs::read_to_string(home.join(OWNER_FILE)) else { return false };
    if owner.is_empty() || PathBuf::from(owner).exists() {
        return false;
    }
    let cluster = home.join("cluster");
    let pid = fs::read_to_string(cluster.join("postmaster.pid"))
        .ok()
        .and_then(|text| text.lines().next().and_then(|line| line.trim().parse::<i32>().ok()));
    match pid {
        Some(pid) => !is_running(pid, &cluster.display().to_string()).await,
        None => true,
    }
}

fn remove(path: &Path) -> Result<(), InfrastructureError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(InfrastructureError::files("remove", path)(error))
        }
        _ => Ok(()),
    }
}
