//! `coheron serve`

use std::collections::BTreeSet;

use clap::ValueEnum;
use coheron_platform::shutdown;
use coheron_platform::telemetry::{self, MetricsHandle};

use super::connect;
use crate::configuration::Configuration;
use crate::roles::{self, Role, Surroundings};

#[derive(clap::Args)]
pub struct Arguments {
    /// Roles of this process, separated by commas; all of them by default.
    #[arg(long = "role", value_enum, value_delimiter = ',')]
    roles: Vec<Role>,
}

pub async fn run(arguments: Arguments, configuration: Configuration) -> anyhow::Result<()> {
    telemetry::init_logs(&configuration.log)?;
    let roles: BTreeSet<Role> = if arguments.roles.is_empty() {
        Role::value_variants().iter().copied().collect()
    } else {
        arguments.roles.into_iter().collect()
    };
    let surroundings = Surroundings {
        database: connect::database(&configuration)?,
        metrics: MetricsHandle::install()?,
        cancel: shutdown::on_signal()?,
        configuration,
    };
    let running = roles::start(&roles, &surroundings).await?;
    tracing::info!(?roles, http = %surroundings.configuration.http.listen, "started");
    running.wait().await
}
