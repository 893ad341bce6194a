//! One file per command.

mod config;
mod connect;
mod dead_letters;
mod dev;
mod doctor;
mod erp_sim;
mod keys;
mod migrate;
mod openapi;
mod serve;
mod sites;
mod topics;

use std::path::Path;

use clap::Subcommand;

use crate::configuration::Configuration;

#[derive(Subcommand)]
pub enum Command {
    /// Runs roles of the system until it is interrupted.
    Serve(serve::Arguments),
    /// Brings the database schema up to date.
    Migrate,
    /// Creates missing topics, or describes all of them.
    Topics(topics::Arguments),
    /// Lists, creates and changes sites.
    #[command(subcommand)]
    Sites(sites::Arguments),
    /// Lists, creates and revokes API keys.
    #[command(subcommand)]
    Keys(keys::Arguments),
    /// Looks at records that could not be applied.
    #[command(subcommand)]
    DeadLetters(dead_letters::Arguments),
    /// Plays an ERP: publishes a catalogue and keeps changing it.
    #[command(subcommand)]
    ErpSim(erp_sim::Arguments),
    /// Says what is there, what is missing and which infrastructure would be used.
    Doctor(doctor::Arguments),
    /// Prints the effective configuration, secrets redacted.
    Config,
    /// Prints the OpenAPI document.
    Openapi,
    /// Runs everything on this machine, for development. `./dev` is its front door.
    #[command(subcommand)]
    Dev(dev::Arguments),
}

pub async fn run(command: Command, config_file: Option<&Path>) -> anyhow::Result<()> {
    let configuration = Configuration::load(config_file)?;
    match command {
        Command::Serve(arguments) => serve::run(arguments, configuration).await,
        Command::Migrate => migrate::run(&configuration).await,
        Command::Topics(arguments) => topics::run(&arguments, &configuration).await,
        Command::Sites(arguments) => sites::run(arguments, &configuration).await,
        Command::Keys(arguments) => keys::run(arguments, &configuration).await,
        Command::DeadLetters(arguments) => dead_letters::run(arguments, &configuration).await,
        Command::ErpSim(arguments) => erp_sim::run(arguments, &configuration).await,
        Command::Doctor(arguments) => doctor::run(&arguments, &configuration).await,
        Command::Config => config::run(&configuration),
        Command::Openapi => openapi::run(),
        Command::Dev(arguments) => dev::run(arguments, configuration).await,
    }
}
