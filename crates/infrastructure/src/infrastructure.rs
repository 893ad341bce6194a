//! The running servers, whoever provides them.

use crate::{
    docker::DockerServers,
    error::InfrastructureError,
    external,
    local::LocalServers,
    request::{InfrastructureRequest, Progress, ProviderChoice, ProviderKind},
    server_status::record_provider,
    tools,
};

/// Postgres and Kafka, ready for use. Servers of the local provider end with this value or with the process that holds
/// it, however that process ends; their data stays.
pub struct Infrastructure {
    pub provider: ProviderKind,
    /// The owner of the database `coheron`, with password.
    pub database_url: String,
    /// `host:port`, separated by commas.
    pub kafka_brokers: String,
    /// Where the provider brings its own schema registry.
    pub schema_registry_url: Option<String>,
    servers: Servers,
}

enum Servers {
    External,
    Docker(Box<DockerServers>),
    Local(Box<LocalServers>),
}

impl Infrastructure {
    /// Returns when both servers answer. The database `coheron` exists then, empty or as it was left.
    pub async fn start(request: InfrastructureRequest, progress: Progress<'_>) -> Result<Self, InfrastructureError> {
        let provider = decide_provider(&request.provider).await;
        record_provider(&request, provider)?;
        match provider {
            ProviderKind::External => start_external(request.provider, progress).await,
            ProviderKind::Docker => start_docker(request, progress).await,
            ProviderKind::Local => start_local(request, progress).await,
        }
    }

    /// Stops what `start` started, cleanly, and keeps the data.
    pub async fn stop(self) -> Result<(), InfrastructureError> {
        match self.servers {
            Servers::External => Ok(()),
            Servers::Docker(servers) => servers.stop().await,
            Servers::Local(servers) => servers.stop().await,
        }
    }

    /// Ends the broker by force, as a crash would.
    pub async fn kill_kafka(&self) -> Result<(), InfrastructureError> {
        match &self.servers {
            Servers::External => Err(unsupported("killing Kafka")),
            Servers::Docker(servers) => servers.kill("kafka").await,
            Servers::Local(servers) => servers.kill_kafka().await,
        }
    }

    /// Starts the broker again on its port and data; returns when it answers. A running broker is left alone.
    pub async fn restart_kafka(&self) -> Result<(), InfrastructureError> {
        match &self.servers {
            Servers::External => Err(unsupported("restarting Kafka")),
            Servers::Docker(servers) => servers.restart_kafka().await,
            Servers::Local(servers) => servers.restart_kafka().await,
        }
    }

    /// Ends the database by force, as a crash would.
    pub async fn kill_postgres(&self) -> Result<(), InfrastructureError> {
        match &self.servers {
            Servers::External => Err(unsupported("killing Postgres")),
            Servers::Docker(servers) => servers.kill("postgres").await,
            Servers::Local(servers) => servers.kill_postgres().await,
        }
    }

    /// Starts the database again on its port and data; returns when it answers. A running database is left alone.
    pub async fn restart_postgres(&self) -> Result<(), InfrastructureError> {
        match &self.servers {
            Servers::External => Err(unsupported("restarting Postgres")),
            Servers::Docker(servers) => servers.restart_postgres().await,
            Servers::Local(servers) => servers.restart_postgres().await,
        }
    }
}

pub(crate) async fn decide_provider(choice: &ProviderChoice) -> ProviderKind {
    match choice {
        ProviderChoice::External { .. } => ProviderKind::External,
        ProviderChoice::Docker => ProviderKind::Docker,
        ProviderChoice::Local => ProviderKind::Local,
        ProviderChoice::Automatic if tools::docker_engine_version().await.is_some() => ProviderKind::Docker,
        ProviderChoice::Automatic => ProviderKind::Local,
    }
}

async fn start_external(choice: ProviderChoice, progress: Progress<'_>) -> Result<Infrastructure, InfrastructureError> {
    let ProviderChoice::External { database_url, kafka_brokers } = choice else {
        return Err(unsupported("starting servers"));
    };
    progress("checking the given Postgres and Kafka");
    external::check(&database_url, &kafka_brokers).await?;
    Ok(Infrastructure {
        provider: ProviderKind::External,
        database_url,
        kafka_brokers,
        schema_registry_url: None,
        servers: Servers::External,
    })
}

async fn start_docker(
    request: InfrastructureRequest,
    progress: Progress<'_>,
) -> Result<Infrastructure, InfrastructureError> {
    let servers = DockerServers::start(&request, progress).await?;
    Ok(Infrastructure {
        provider: ProviderKind::Docker,
        database_url: servers.database_url(),
        kafka_brokers: servers.kafka_brokers(),
        schema_registry_url: Some(servers.schema_registry_url()),
        servers: Servers::Docker(Box::new(servers)),
    })
}

async fn start_local(
    request: InfrastructureRequest,
    progress: Progress<'_>,
) -> Result<Infrastructure, InfrastructureError> {
    let servers = LocalServers::start(&request, progress).await?;
    Ok(Infrastructure {
        provider: ProviderKind::Local,
        database_url: servers.database_url().to_owned(),
        kafka_brokers: servers.kafka_brokers().to_owned(),
        schema_registry_url: None,
        servers: Servers::Local(Box::new(servers)),
    })
}

fn unsupported(action: &'static str) -> InfrastructureError {
    InfrastructureError::Unsupported { action, provider: ProviderKind::External }
}

#[cfg(test)]
mod tests {
    use std::{
        path::{Path, PathBuf},
        time::Instant,
    };

    use super::*;
    use crate::{
        local::{remove_data, stop_leftovers},
        ports::is_free,
        probe::Probe,
        server_status::{ServerStatus, server_status},
    };

    /// The cache is shared with other runs on purpose: fetching Kafka is not what is tested here.
    fn request(data_dir: &Path) -> InfrastructureRequest {
        InfrastructureRequest::disposable(data_dir.to_path_buf(), shared_cache(), ProviderChoice::Local)
    }

    fn shared_cache() -> PathBuf {
        let home = std::env::home_dir().expect("a home folder");
        home.join(".cache/coheron")
    }

    async fn both_answer(infrastructure: &Infrastructure) {
        let postgres = infrastructure.database_url.split(['@', '/']).nth(3).expect("an address").to_owned();
        Probe::Postgres(postgres).ask().await.expect("Postgres answers");
        Probe::Kafka(infrastructure.kafka_brokers.clone()).ask().await.expect("Kafka answers");
    }

    fn port(server: &ServerStatus) -> Option<u16> {
        server.addresses.first()?.rsplit_once(':')?.1.parse().ok()
    }

    /// One test for the whole life, since each start takes seconds.
    #[tokio::test(flavor = "multi_thread")]
    async fn local_servers_start_survive_a_kill_stop_and_leave_nothing_running() {
        let folder = tempfile::tempdir().expect("a folder");
        let data_dir = folder.path().join("data");
        let began = Instant::now();
        let told = |line: &str| println!("{:>6} ms  {line}", began.elapsed().as_millis());
        let infrastructure = Infrastructure::start(request(&data_dir), &told).await.expect("servers");
        assert_eq!(infrastructure.provider, ProviderKind::Local);
        both_answer(&infrastructure).await;
        let servers = server_status(&data_dir).await.expect("a status");
        assert!(servers.len() == 2 && servers.iter().all(|server| server.ready), "{servers:?}");

        let second = Infrastructure::start(request(&data_dir), &told).await.err().expect("the folder is in use");
        assert!(matches!(second, InfrastructureError::DataFolderInUse { .. }), "{second}");
        assert!(stop_leftovers(&data_dir).await.is_err(), "servers of a living owner must not be stopped");

        infrastructure.kill_kafka().await.expect("killed");
        infrastructure.kill_postgres().await.expect("killed");
        let servers = server_status(&data_dir).await.expect("a status");
        assert!(servers.iter().all(|server| server.pid.is_none()), "{servers:?}");
        infrastructure.restart_postgres().await.expect("restarted");
        told("restarting Kafka");
        infrastructure.restart_kafka().await.expect("restarted");
        told("stopping");
        both_answer(&infrastructure).await;

        let url = infrastructure.database_url.clone();
        infrastructure.stop().await.expect("stopped");
        told("stopped");
        let ports: Vec<u16> = servers.iter().filter_map(port).collect();
        assert!(ports.len() == 2 && ports.iter().all(|port| is_free(*port)), "{ports:?}");

        // Again with Kafka's old port taken by somebody else: another port, the same data.
        let _other = std::net::TcpListener::bind(("127.0.0.1", ports[1])).expect("a listener");
        let infrastructure = Infrastructure::start(request(&data_dir), &told).await.expect("servers");
        assert_eq!(infrastructure.database_url, url);
        assert!(!infrastructure.kafka_brokers.ends_with(&format!(":{}", ports[1])));
        both_answer(&infrastructure).await;

        // Dropped without a stop: the watchdogs end the servers, `remove_data` waits for those that linger.
        drop(infrastructure);
        remove_data(&data_dir).await.expect("removed");
        let servers = server_status(&data_dir).await.expect("a status");
        assert!(servers.iter().all(|server| server.pid.is_none()), "{servers:?}");
        assert!(!data_dir.join("kafka").exists());
    }
}
