//! What runs in a data folder, for `status`.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    error::InfrastructureError,
    external::{addresses_of_brokers, addresses_of_database},
    local::Layout,
    ports::read_ports,
    probe::Probe,
    process::running_pid,
    request::{InfrastructureRequest, ProviderChoice, ProviderKind},
};

/// One server of a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    pub service: &'static str,
    pub provider: ProviderKind,
    /// The process of a local server; `None` when it does not run.
    pub pid: Option<i32>,
    /// Where clients find it in this or the last run: `host:port`, without user and password.
    pub addresses: Vec<String>,
    /// Whether it answers its clients.
    pub ready: bool,
}

/// Whose servers a data folder was last used with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "lowercase")]
enum UsedServers {
    External { postgres: Vec<String>, kafka: Vec<String> },
    Docker,
    Local,
}

/// The servers of this or the last run of the data folder; those of the local provider where there was none.
pub async fn server_status(data_dir: &Path) -> Result<Vec<ServerStatus>, InfrastructureError> {
    if !data_dir.exists() {
        return Ok(Vec::new());
    }
    let layout = Layout::of_existing(data_dir)?;
    let ports = read_ports(&layout.ports_file());
    let postgres_here = on_loopback(ports.map(|ports| ports.postgres));
    let kafka_here = on_loopback(ports.map(|ports| ports.kafka));
    let (provider, postgres, kafka) = match read_used_servers(&layout.servers_file()) {
        UsedServers::External { postgres, kafka } => (ProviderKind::External, postgres, kafka),
        UsedServers::Docker => (ProviderKind::Docker, postgres_here, kafka_here),
        UsedServers::Local => (ProviderKind::Local, postgres_here, kafka_here),
    };
    let mut servers = Vec::new();
    for (identity, addresses, probe) in [
        (layout.postgres_identity(), postgres, Probe::Postgres as fn(String) -> Probe),
        (layout.kafka_identity(), kafka, Probe::Kafka),
    ] {
        let pid = running_pid(&identity.record).await.map(|pid| pid.as_raw());
        // The port of a local server that does not run may be somebody else's by now.
        let may_answer = provider != ProviderKind::Local || pid.is_some();
        let ready = may_answer && any_is_ready(&addresses, probe).await;
        servers.push(ServerStatus { service: identity.service, provider, pid, addresses, ready });
    }
    Ok(servers)
}

/// Remembers whose servers the data folder uses from now on: only local ones leave a trace of their own.
pub fn record_provider(request: &InfrastructureRequest, provider: ProviderKind) -> Result<(), InfrastructureError> {
    let used = match (&request.provider, provider) {
        (ProviderChoice::External { database_url, kafka_brokers }, _) => UsedServers::External {
            postgres: addresses_of_database(database_url),
            kafka: addresses_of_brokers(kafka_brokers),
        },
        (_, ProviderKind::Docker) => UsedServers::Docker,
        (_, _) => UsedServers::Local,
    };
    fs::create_dir_all(&request.data_dir).map_err(InfrastructureError::files("create", &request.data_dir))?;
    let file = Layout::of_existing(&request.data_dir)?.servers_file();
    fs::write(&file, serde_json::json!(used).to_string()).map_err(InfrastructureError::files("write", &file))
}

/// Whose servers this or the last run of the data folder uses.
pub fn recorded_provider(layout: &Layout) -> ProviderKind {
    match read_used_servers(&layout.servers_file()) {
        UsedServers::External { .. } => ProviderKind::External,
        UsedServers::Docker => ProviderKind::Docker,
        UsedServers::Local => ProviderKind::Local,
    }
}

/// Without a record, or with one that cannot be read, there may still be local servers.
fn read_used_servers(file: &Path) -> UsedServers {
    let used = fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    used.unwrap_or(UsedServers::Local)
}

fn on_loopback(port: Option<u16>) -> Vec<String> {
    port.map(|port| format!("127.0.0.1:{port}")).into_iter().collect()
}

async fn any_is_ready(addresses: &[String], probe: fn(String) -> Probe) -> bool {
    for address in addresses {
        if probe(address.clone()).is_ready().await {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::stop_leftovers;

    #[tokio::test]
    async fn the_servers_of_others_are_remembered_without_the_password() {
        let folder = tempfile::tempdir().expect("a folder");
        let servers = ProviderChoice::External {
            database_url: "postgres://me:secret@127.0.0.1:1/shop".to_owned(),
            kafka_brokers: "127.0.0.1:1,127.0.0.1:2".to_owned(),
        };
        let (data_dir, cache_dir) = (folder.path().join("data"), folder.path().join("cache"));
        let mut request = InfrastructureRequest::disposable(data_dir, cache_dir, servers);
        assert!(server_status(&request.data_dir).await.expect("a status").is_empty());

        record_provider(&request, ProviderKind::External).expect("recorded");
        let servers = server_status(&request.data_dir).await.expect("a status");
        assert_eq!(servers[0].addresses, ["127.0.0.1:1"]);
        assert_eq!(servers[1].addresses, ["127.0.0.1:1", "127.0.0.1:2"]);
        assert!(servers.iter().all(|server| server.provider == ProviderKind::External && !server.ready), "{servers:?}");

        request.provider = ProviderChoice::Automatic;
        record_provider(&request, ProviderKind::Docker).expect("recorded");
        let servers = server_status(&request.data_dir).await.expect("a status");
        assert!(servers.iter().all(|server| server.provider == ProviderKind::Docker), "{servers:?}");
        stop_leftovers(&request.data_dir).await.expect("containers that were never made need no engine");
    }
}
