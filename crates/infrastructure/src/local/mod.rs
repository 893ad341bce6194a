//! The local provider: a private Postgres cluster and an Apache Kafka broker, from what is installed here.

mod kafka;
mod layout;
mod postgres;
mod stop_leftovers;

use std::fs::File;

use tokio::sync::Mutex;

use crate::{
    error::InfrastructureError,
    ports::choose_ports,
    request::{InfrastructureRequest, Progress},
};
use kafka::KafkaServer;
use postgres::PostgresServer;

pub use kafka::{KAFKA_VERSION, artefacts_folder, artefacts_present};
pub use layout::{Layout, stable_hash};
pub use postgres::{find_binaries, read_or_create_password, system_user};
pub use stop_leftovers::{remove_data, stop_leftovers};

/// Both servers and the lock of their data folder.
pub struct LocalServers {
    postgres: Mutex<PostgresServer>,
    kafka: Mutex<KafkaServer>,
    database_url: String,
    kafka_brokers: String,
    /// Held as long as the servers run.
    _lock: File,
}

impl LocalServers {
    pub async fn start(request: &InfrastructureRequest, progress: Progress<'_>) -> Result<Self, InfrastructureError> {
        let layout = Layout::create(&request.data_dir)?;
        let lock = layout.lock()?;
        stop_leftovers::stop_recorded(&layout).await?;
        stop_leftovers::remove_orphans().await;
        let ports = choose_ports(&layout.ports_file(), request.postgres_port, request.kafka_port)?;
        let (postgres, kafka) = tokio::try_join!(
            PostgresServer::start(&layout, ports.postgres, request.durability, progress),
            KafkaServer::start(&layout, &request.cache_dir, &ports, progress),
        )?;
        Ok(Self {
            database_url: postgres.url(),
            kafka_brokers: format!("127.0.0.1:{}", ports.kafka),
            postgres: Mutex::new(postgres),
            kafka: Mutex::new(kafka),
            _lock: lock,
        })
    }

    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    pub fn kafka_brokers(&self) -> &str {
        &self.kafka_brokers
    }

    /// Both are stopped even when one of them fails to.
    pub async fn stop(self) -> Result<(), InfrastructureError> {
        let mut postgres = self.postgres.into_inner();
        let mut kafka = self.kafka.into_inner();
        let (postgres_stopped, kafka_stopped) = tokio::join!(postgres.stop(), kafka.stop());
        postgres_stopped.and(kafka_stopped)
    }

    pub async fn kill_kafka(&self) -> Result<(), InfrastructureError> {
        self.kafka.lock().await.kill().await
    }

    pub async fn restart_kafka(&self) -> Result<(), InfrastructureError> {
        self.kafka.lock().await.start_process().await
    }

    pub async fn kill_postgres(&self) -> Result<(), InfrastructureError> {
        self.postgres.lock().await.kill().await
    }

    pub async fn restart_postgres(&self) -> Result<(), InfrastructureError> {
        self.postgres.lock().await.start_process().await
    }
}
