//! `coheron dev`: the whole system on one machine.

mod addresses;
mod demo_file;
mod down;
mod figures;
mod logs;
mod pid_file;
mod seed;
mod status;
mod up;

use std::path::PathBuf;

use anyhow::Context;
use coheron_infrastructure::{Durability, InfrastructureRequest, ProviderChoice, default_cache_dir};

use crate::configuration::{Configuration, Provider};

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Starts everything, loads a demo shop and shows a live status line; Ctrl-C stops what it started.
    Up(up::Arguments),
    /// Stops a running `dev up`.
    Down(Location),
    /// What runs, and where.
    Status(Location),
    /// Prints the logs and follows them.
    Logs(logs::Arguments),
}

/// Where data and downloads lie.
#[derive(Debug, Clone, clap::Args)]
pub struct Location {
    /// Data, logs and chosen ports.
    #[arg(long, default_value = ".coheron")]
    pub data_dir: PathBuf,
}

impl Location {
    /// Held by a running `dev up`.
    fn pid_file(&self) -> PathBuf {
        self.data_dir.join("coheron.pid")
    }

    fn log_file(&self) -> PathBuf {
        self.data_dir.join("logs").join("coheron.log")
    }

    fn demo_file(&self) -> PathBuf {
        self.data_dir.join("demo.json")
    }
}

pub async fn run(arguments: Arguments, configuration: Configuration) -> anyhow::Result<()> {
    match arguments {
        Arguments::Up(arguments) => up::run(arguments, configuration).await,
        Arguments::Down(location) => down::run(&location).await,
        Arguments::Status(location) => status::run(&location).await,
        Arguments::Logs(arguments) => logs::run(&arguments).await,
    }
}

/// What to ask of the infrastructure for this configuration.
pub fn infrastructure_request(
    location: &Location,
    configuration: &Configuration,
) -> anyhow::Result<InfrastructureRequest> {
    let section = &configuration.infrastructure;
    let provider = match section.provider {
        Provider::Automatic => ProviderChoice::from_addresses(
            configuration.database_url().ok().map(str::to_owned),
            configuration.kafka().ok().map(|kafka| kafka.brokers.clone()),
        )?,
        Provider::External => ProviderChoice::External {
            database_url: configuration.database_url()?.to_owned(),
            kafka_brokers: configuration.kafka()?.brokers.clone(),
        },
        Provider::Docker => ProviderChoice::Docker,
        Provider::Local => ProviderChoice::Local,
    };
    Ok(InfrastructureRequest {
        data_dir: location.data_dir.clone(),
        cache_dir: default_cache_dir().context("neither XDG_CACHE_HOME nor HOME is set")?,
        durability: Durability::Durable,
        provider,
        postgres_port: section.postgres_port,
        kafka_port: section.kafka_port,
    })
}
