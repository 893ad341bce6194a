//! `coheron dev logs`

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, bail};

use super::Location;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// Lines from the past.
    #[arg(long, default_value_t = 50)]
    lines: u32,
    /// Ends after the lines from the past.
    #[arg(long)]
    no_follow: bool,
}

pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let log = arguments.location.log_file();
    if !log.is_file() {
        bail!("there is no log yet at {}; start with `./dev up`", log.display());
    }
    let mut tail = Command::new("tail");
    tail.args(["-n", &arguments.lines.to_string()]);
    if !arguments.no_follow {
        tail.arg("-F");
    }
    // Becomes `tail`; returning from here means that it could not be started.
    Err(tail.arg(log).exec()).context("cannot start tail")
}
