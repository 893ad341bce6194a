//! `coheron`: the one binary, and the only place where all parts meet.

mod commands;
mod configuration;
mod erp_desk;
mod erp_publisher;
mod erp_work;
mod event_sink;
mod roles;
mod schema_source;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// Gives memory back that the usual allocator keeps in the arenas of threads that are gone.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    end_quietly_when_nobody_reads();
    let arguments = Arguments::parse();
    match commands::run(arguments.command, arguments.config.as_deref()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coheron: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `coheron topics --describe | head` closes the pipe early; to `println!` that is a panic, to people it is not.
fn end_quietly_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") && message.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}
