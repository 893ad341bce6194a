//! `coheron`: the one binary, and the only place where all parts meet.

mod commands;
mod configuration;
mod erp_publisher;
mod roles;
mod schema_source;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// The website, content and e-commerce module of an ERP, fed by streams.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file; by default `coheron.toml` where it exists. Variables `COHERON__SECTION__KEY` win over it.
    #[arg(long, global = true, env = "COHERON_CONFIG")]
    config: Option<std::path::PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(arguments.command, arguments.config.as_deref()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coheron: {error:#}");
            ExitCode::FAILURE
        }
    }
}
