//! The Docker provider: `docker-compose.yml`, driven by testcontainers.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use testcontainers::compose::{ComposeError, DockerCompose};
use tokio::process::Command;

use crate::{
    error::InfrastructureError,
    local::{Layout, read_or_create_password, stable_hash},
    ports::{Ports, choose_ports},
    probe::Probe,
    request::{Durability, InfrastructureRequest, Progress},
    tools::{docker_engine_version, run},
};

/// Part of the program, so that it works without a checkout.
const COMPOSE_FILE: &str = include_str!("../../../docker-compose.yml");

/// From healthy to answering through the published port, and back after a crash.
const START_PATIENCE: Duration = Duration::from_secs(90);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The containers of one data folder.
pub struct DockerServers {
    compose: DockerCompose,
    ports: Ports,
    password: String,
    logs: PathBuf,
    /// Held as long as the servers run.
    _lock: fs::File,
}

impl DockerServers {
    pub async fn start(request: &InfrastructureRequest, progress: Progress<'_>) -> Result<Self, InfrastructureError> {
        let layout = Layout::create(&request.data_dir)?;
        let lock = layout.lock()?;
        let (folder, file) = (layout.docker(), compose_file(&layout));
        fs::create_dir_all(&folder).map_err(InfrastructureError::files("create", &folder))?;
        fs::write(&file, COMPOSE_FILE).map_err(InfrastructureError::files("write", &file))?;

        remove_leftovers(&layout).await?;
        let password = read_or_create_password(&password_file(&layout))?;
        let ports = choose_ports(&layout.ports_file(), request.postgres_port, request.kafka_port)?;
        let mut compose = DockerCompose::with_local_client(&[&file])
            .with_project_name(project_name(&layout))
            .with_env("COHERON_POSTGRES_PASSWORD", &password)
            .with_env("COHERON_POSTGRES_FSYNC", fsync(request.durability))
            .with_env("COHERON_POSTGRES_PORT", ports.postgres.to_string())
            .with_env("COHERON_KAFKA_PORT", ports.kafka.to_string())
            .with_env("COHERON_REGISTRY_PORT", ports.auxiliary.to_string());
        compose.with_remove_volumes(request.durability == Durability::Disposable);
        progress("starting Postgres, Kafka and the schema registry with Docker (the first time fetches their images)");
        compose.up().await.map_err(InfrastructureError::Docker)?;

        let servers = Self { compose, ports, password, logs: layout.logs(), _lock: lock };
        servers.wait_until_ready("Postgres", &servers.postgres_probe()).await?;
        servers.wait_until_ready("Kafka", &servers.kafka_probe()).await?;
        progress("Postgres, Kafka and the schema registry are ready");
        Ok(servers)
    }

    pub fn database_url(&self) -> String {
        format!("postgres://coheron:{}@127.0.0.1:{}/coheron", self.password, self.ports.postgres)
    }

    pub fn kafka_brokers(&self) -> String {
        format!("127.0.0.1:{}", self.ports.kafka)
    }

    pub fn schema_registry_url(&self) -> String {
        format!("http://127.0.0.1:{}/apis/ccompat/v7", self.ports.auxiliary)
    }

    /// Removes the containers; the volumes stay unless they are disposable.
    pub async fn stop(self) -> Result<(), InfrastructureError> {
        self.compose.down().await.map_err(InfrastructureError::Docker)
    }

    pub async fn kill(&self, service: &'static str) -> Result<(), InfrastructureError> {
        let missing = InfrastructureError::DockerServiceMissing { service };
        let id = self.compose.service(service).ok_or(missing)?.id();
        run(Command::new("docker").args(["kill", "--signal=KILL", id]), "ending a container").await.map(drop)
    }

    pub async fn restart_kafka(&self) -> Result<(), InfrastructureError> {
        self.restart("kafka").await?;
        self.wait_until_ready("Kafka", &self.kafka_probe()).await
    }

    pub async fn restart_postgres(&self) -> Result<(), InfrastructureError> {
        self.restart("postgres").await?;
        self.wait_until_ready("Postgres", &self.postgres_probe()).await
    }

    async fn restart(&self, service: &'static str) -> Result<(), InfrastructureError> {
        let missing = InfrastructureError::DockerServiceMissing { service };
        let started = self.compose.service(service).ok_or(missing)?.start().await;
        started.map_err(|error| InfrastructureError::Docker(ComposeError::Testcontainers(error)))
    }

    fn postgres_probe(&self) -> Probe {
        Probe::Postgres(format!("127.0.0.1:{}", self.ports.postgres))
    }

    fn kafka_probe(&self) -> Probe {
        Probe::Kafka(self.kafka_brokers())
    }

    async fn wait_until_ready(&self, service: &'static str, probe: &Probe) -> Result<(), InfrastructureError> {
        let started = Instant::now();
        while !probe.is_ready().await {
            if started.elapsed() > START_PATIENCE {
                let waited = started.elapsed();
                let log_end = format!("see `docker compose logs` of {service}");
                return Err(InfrastructureError::NotReady { service, waited, log: self.logs.clone(), log_end });
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }
}

/// Removes the containers that a run of this data folder left behind when it was killed; the caller holds the lock.
/// Where no engine answers, none of its containers run.
pub async fn stop_recorded(layout: &Layout) -> Result<(), InfrastructureError> {
    if !compose_file(layout).exists() || docker_engine_version().await.is_none() {
        return Ok(());
    }
    remove_leftovers(layout).await
}

/// Containers of a run that was killed hold the ports that we want to use again. Volumes whose password is gone belong
/// to a data folder that was deleted or emptied, and nobody can log in: they go too.
async fn remove_leftovers(layout: &Layout) -> Result<(), InfrastructureError> {
    let mut command = Command::new("docker");
    command.args(["compose", "--project-name", &project_name(layout), "-f"]).arg(compose_file(layout));
    command.args(["down", "--remove-orphans"]);
    if !password_file(layout).exists() {
        command.arg("--volumes");
    }
    run(&mut command, "removing the containers of an earlier run").await.map(drop)
}

fn compose_file(layout: &Layout) -> PathBuf {
    layout.docker().join("docker-compose.yml")
}

fn password_file(layout: &Layout) -> PathBuf {
    layout.docker().join("postgres-password")
}

fn project_name(layout: &Layout) -> String {
    format!("coheron-{:016x}", stable_hash(layout.data_dir().as_os_str().as_encoded_bytes()))
}

fn fsync(durability: Durability) -> &'static str {
    match durability {
        Durability::Durable => "on",
        Durability::Disposable => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compose_file_takes_what_we_set_and_publishes_on_loopback_only() {
        for variable in ["POSTGRES_PASSWORD", "POSTGRES_FSYNC", "POSTGRES_PORT", "KAFKA_PORT", "REGISTRY_PORT"] {
            assert!(COMPOSE_FILE.contains(&format!("${{COHERON_{variable}:-")), "{variable}");
        }
        let published: Vec<&str> = COMPOSE_FILE
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("- \"") && line.contains("_PORT"))
            .collect();
        assert_eq!(published.len(), 3, "{published:?}");
        assert!(published.iter().all(|line| line.starts_with("- \"127.0.0.1:")), "{published:?}");
        let size = coheron_core::topics::MAX_BATCH_BYTES;
        assert!(COMPOSE_FILE.contains(&format!("KAFKA_MESSAGE_MAX_BYTES: {size}")));
        assert!(COMPOSE_FILE.contains(&format!("apache/kafka:{}", crate::local::KAFKA_VERSION)));
    }
}
