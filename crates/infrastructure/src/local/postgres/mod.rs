//! A private Postgres cluster: created once, started as our child, with its own port, socket folder and password.

mod binaries;
mod cluster;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tokio::process::Command;

use crate::{
    error::InfrastructureError,
    local::Layout,
    probe::Probe,
    process::{ServerIdentity, ServerProcess, is_running},
    request::{Durability, Progress},
};
use cluster::Cluster;

pub use binaries::find_binaries;
pub use cluster::{read_or_create_password, system_user};

/// Recovery after a crash of a large load included.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// After SIGKILL the helpers of the old server need a moment to notice; until then a new one refuses to start.
const CRASH_AFTERMATH: Duration = Duration::from_secs(15);
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// The database server of one data folder; `process` is empty while it is stopped.
pub struct PostgresServer {
    cluster: Cluster,
    identity: ServerIdentity,
    port: u16,
    durability: Durability,
    process: Option<ServerProcess>,
}

impl PostgresServer {
    pub async fn start(
        layout: &Layout,
        port: u16,
        durability: Durability,
        progress: Progress<'_>,
    ) -> Result<Self, InfrastructureError> {
        let cluster = Cluster::open_or_create(layout, durability, progress).await?;
        let mut server = Self { cluster, identity: layout.postgres_identity(), port, durability, process: None };
        progress(&format!("starting Postgres {} on port {port}", server.cluster.binaries.major_version));
        server.start_process().await?;
        progress("Postgres is ready");
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!("postgres://coheron:{}@127.0.0.1:{}/coheron", self.cluster.password, self.port)
    }

    /// Does nothing when the server runs.
    pub async fn start_process(&mut self) -> Result<(), InfrastructureError> {
        if self.process.is_some() {
            return Ok(());
        }
        remove_foreign_pid_file(&self.cluster.folder).await?;
        let crashed = self.cluster.folder.join("postmaster.pid").exists();
        let deadline = Instant::now() + CRASH_AFTERMATH;
        let probe = Probe::Postgres(format!("127.0.0.1:{}", self.port));
        loop {
            let mut process = ServerProcess::start(self.command(), &self.identity)?;
            match process.wait_until_ready(&probe, START_PATIENCE).await {
                Ok(()) => {
                    self.process = Some(process);
                    return Ok(());
                }
                Err(InfrastructureError::EndedAtStart { .. }) if crashed && Instant::now() < deadline => {
                    process.kill().await?;
                    tokio::time::sleep(RETRY_INTERVAL).await;
                }
                Err(error) => {
                    process.kill().await?;
                    return Err(error);
                }
            }
        }
    }

    pub async fn stop(&mut self) -> Result<(), InfrastructureError> {
        match self.process.take() {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }

    pub async fn kill(&mut self) -> Result<(), InfrastructureError> {
        match self.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    fn command(&self) -> Command {
        let mut command = self.cluster.command("postgres");
        command.arg("-D").arg(&self.cluster.folder);
        for (name, value) in self.settings() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
    }

    /// For a small machine that is used by one system. On the command line, so that each start decides anew.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", self.port.to_string()),
            ("unix_socket_directories", self.cluster.socket_folder.display().to_string()),
            ("max_connections", "200".to_owned()),
            ("shared_buffers", "256MB".to_owned()),
            ("max_wal_size", "2GB".to_owned()),
            ("random_page_cost", "1.1".to_owned()),
            // Compiling a query costs more than our short statements take.
            ("jit", "off".to_owned()),
            ("timezone", "UTC".to_owned()),
            ("log_timezone", "UTC".to_owned()),
            ("log_checkpoints", "off".to_owned()),
        ];
        if self.durability == Durability::Disposable {
            // Commits are still handed to the system at once: a server that is killed by force keeps them.
            for name in ["fsync", "full_page_writes"] {
                settings.push((name, "off".to_owned()));
            }
        }
        settings
    }
}

/// Postgres refuses to start when the pid of a killed run belongs to another living process by now, as happens in
/// containers, where pids begin anew. The file of a dead process is left to Postgres, which also looks for helpers
/// that still use the data.
async fn remove_foreign_pid_file(cluster: &Path) -> Result<(), InfrastructureError> {
    let file = cluster.join("postmaster.pid");
    let Ok(text) = std::fs::read_to_string(&file) else { return Ok(()) };
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse::<i32>().ok()) else { return Ok(()) };
    let alive = is_running(pid, "").await;
    if !alive || is_running(pid, &cluster.display().to_string()).await {
        return Ok(());
    }
    std::fs::remove_file(&file).map_err(InfrastructureError::files("remove", &file))
}
