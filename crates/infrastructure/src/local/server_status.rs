//! What runs in a data folder, for `status`.

use std::path::Path;

use crate::{error::InfrastructureError, local::Layout, ports::read_ports, probe::Probe, process::running_pid};

/// One server of a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    pub service: &'static str,
    /// `None` when it does not run.
    pub pid: Option<i32>,
    /// The port of this or the last run.
    pub port: Option<u16>,
    /// Whether it answers its clients.
    pub ready: bool,
}

/// The servers of the local provider in this data folder.
pub async fn server_status(data_dir: &Path) -> Result<Vec<ServerStatus>, InfrastructureError> {
    if !data_dir.exists() {
        return Ok(Vec::new());
    }
    let layout = Layout::of_existing(data_dir)?;
    let ports = read_ports(&layout.ports_file());
    let mut servers = Vec::new();
    for (identity, port, probe) in [
        (layout.postgres_identity(), ports.map(|ports| ports.postgres), Probe::Postgres as fn(String) -> Probe),
        (layout.kafka_identity(), ports.map(|ports| ports.kafka), Probe::Kafka),
    ] {
        let pid = running_pid(&identity.record).await.map(|pid| pid.as_raw());
        let ready = match (pid, port) {
            (Some(_), Some(port)) => probe(format!("127.0.0.1:{port}")).is_ready().await,
            _ => false,
        };
        servers.push(ServerStatus { service: identity.service, pid, port, ready });
    }
    Ok(servers)
}
