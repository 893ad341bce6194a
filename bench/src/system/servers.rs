//! Where Postgres and Kafka come from.

use std::path::{Path, PathBuf};

use anyhow::Context;
use coheron_infrastructure::{Durability, InfrastructureRequest, ProviderChoice, default_cache_dir};
use tempfile::TempDir;

#[derive(Debug, clap::Args)]
pub struct ServerArguments {
    /// A Postgres that runs already, used together with --kafka-brokers. Its database `coheron_bench` is replaced.
    #[arg(long, env = "DATABASE_URL", requires = "kafka_brokers", hide_env_values = true)]
    database_url: Option<String>,
    /// Kafka brokers that run already, used together with --database-url. Topics with a prefix of their own are left.
    #[arg(long, env = "KAFKA_BROKERS", requires = "database_url")]
    kafka_brokers: Option<String>,
    /// Data of servers, index and logs go into a new folder in this one, removed at the end; the system's folder for
    /// temporary files by default. It should lie on the disk that is to be measured, and is made where it is missing.
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

impl ServerArguments {
    pub fn data_folder(&self) -> anyhow::Result<TempDir> {
        let folder = match &self.data_dir {
            Some(parent) => std::fs::create_dir_all(parent).and_then(|()| tempfile::tempdir_in(parent)),
            None => tempfile::tempdir(),
        };
        folder.context("cannot make a data folder")
    }

    /// Servers as in production: committed data survives a power cut.
    pub fn request(&self, data_dir: &Path) -> anyhow::Result<InfrastructureRequest> {
        let provider = match (&self.database_url, &self.kafka_brokers) {
            (Some(database_url), Some(kafka_brokers)) => {
                ProviderChoice::External { database_url: database_url.clone(), kafka_brokers: kafka_brokers.clone() }
            }
            _ => ProviderChoice::Automatic,
        };
        Ok(InfrastructureRequest {
            data_dir: data_dir.to_owned(),
            cache_dir: default_cache_dir().context("neither XDG_CACHE_HOME nor HOME is set")?,
            durability: Durability::Durable,
            provider,
            postgres_port: None,
            kafka_port: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_that_does_not_exist_is_made() {
        let scratch = tempfile::tempdir().expect("a folder");
        let parent = scratch.path().join("disk/data");
        let arguments = ServerArguments { database_url: None, kafka_brokers: None, data_dir: Some(parent.clone()) };
        let folder = arguments.data_folder().expect("a data folder");
        assert_eq!(folder.path().parent(), Some(parent.as_path()));
    }
}
