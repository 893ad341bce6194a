//! `coheron dev`: the whole system on one machine.

mod demo_file;
mod down;
mod figures;
mod logs;
mod seed;
mod status;
mod up;

use std::path::{Path, PathBuf};

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
    /// The process id of a running `dev up`.
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
    let both_are_named = configuration.database.url.is_some() && configuration.kafka.is_some();
    let provider = match section.provider {
        Provider::Automatic if !both_are_named => ProviderChoice::Automatic,
        Provider::Automatic | Provider::External => ProviderChoice::External {
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

/// The process that the pid file names, if it is alive and one of ours.
fn running_process(pid_file: &Path) -> Option<i32> {
    let pid: i32 = std::fs::read_to_string(pid_file).ok()?.trim().parse().ok()?;
    let command_line = std::process::Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output().ok()?;
    String::from_utf8_lossy(&command_line.stdout).contains("coheron").then_some(pid)
}
