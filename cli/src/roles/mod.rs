//! The roles of the system: what a process runs. All of them in one process, or each in its own.

mod adapters;
mod analytics;
mod demo_pictures;
mod dev_pages;
mod indexer;
mod schema_registry;
mod search;
mod storefront;
mod transforms;
mod web;
mod worker;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Context;
use coheron_platform::health::{self, HealthChecks};
use coheron_platform::listener::listen;
use coheron_platform::shutdown;
use coheron_platform::telemetry::MetricsHandle;
use coheron_store::Database;
use coheron_stream::{Assignment, Batching, KafkaSettings, Stage, StreamError, run_stage};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::configuration::Configuration;
pub use web::openapi_document;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Role {
    /// Website and APIs.
    Web,
    /// What the ERP says into Postgres: the stages `project_catalogue` and `project_orders`.
    Transforms,
    /// Product documents into the search index: the stage `index_documents`.
    Indexer,
    /// Jobs: the outbox relay, mail, upkeep.
    Worker,
    /// Web events into files: the stage `write_events`.
    Analytics,
    /// The built-in schema registry.
    SchemaRegistry,
}

/// What every role is given.
#[derive(Clone)]
pub struct Surroundings {
    pub configuration: Configuration,
    pub database: Database,
    pub metrics: MetricsHandle,
    pub cancel: CancellationToken,
}

type Tasks = JoinSet<anyhow::Result<()>>;

/// Started roles.
pub struct RunningRoles {
    tasks: Tasks,
    cancel: CancellationToken,
}

/// Starts the roles. What can fail at once (a taken port, a wrong setting) fails here.
pub async fn start(roles: &BTreeSet<Role>, surroundings: &Surroundings) -> anyhow::Result<RunningRoles> {
    let mut tasks = Tasks::new();
    let cancel = &surroundings.cancel;
    if roles.contains(&Role::SchemaRegistry) && surroundings.configuration.schema_registry.url.is_none() {
        schema_registry::start(surroundings, &mut tasks).await?;
    }
    let mut checks = health_checks(&surroundings.database);
    if roles.contains(&Role::Web) || roles.contains(&Role::Indexer) {
        let search = search::open(roles, surroundings).await?;
        checks = search.add_health_check(checks);
        if roles.contains(&Role::Web) {
            web::start(surroundings, &search, &mut tasks).await?;
        }
        if let Some(stage) = search.index_documents {
            indexer::start(surroundings, stage, &mut tasks)?;
        }
    }
    if roles.contains(&Role::Transforms) {
        transforms::start(surroundings, &mut tasks)?;
    }
    if roles.contains(&Role::Worker) {
        worker::start(surroundings, &mut tasks)?;
    }
    if roles.contains(&Role::Analytics) {
        analytics::start(surroundings, &mut tasks)?;
    }
    if let Some(address) = surroundings.configuration.operations.listen {
        let listener = bind(address, "operations.listen")?;
        let router = health::router(checks, surroundings.metrics.clone());
        serve(&mut tasks, surroundings, listener, router);
    }
    let upkeep = surroundings.metrics.clone().keep_up(cancel.clone());
    tasks.spawn(async move {
        upkeep.await;
        Ok(())
    });
    Ok(RunningRoles { tasks, cancel: cancel.clone() })
}

impl RunningRoles {
    /// Returns when all roles have ended: after a cancellation, or because one of them could not go on.
    pub async fn wait(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        while let Some(ended) = self.tasks.join_next().await {
            let result = ended.context("a role panicked").and_then(|result| result);
            if let Err(error) = result {
                tracing::error!(error = format!("{error:#}"), "a role cannot go on, all stop");
                outcome = outcome.and(Err(error));
            }
            // A role ends only when it was cancelled or failed; either way the others end too.
            self.cancel.cancel();
        }
        outcome
    }
}

/// Runs a stage until it is cancelled. A stage that stopped because too many records failed stands by, loudly, so that
/// the shop stays open: what it wrote is still right, only no longer fresh. Starting the process again resumes it.
async fn run_stage_or_stand_by(
    kafka: &KafkaSettings,
    assignment: Assignment,
    stage: Arc<dyn Stage>,
    cancel: CancellationToken,
) -> anyhow::Result<()> {
    run_batched_stage_or_stand_by(kafka, assignment, stage, Batching::default(), cancel).await
}

async fn run_batched_stage_or_stand_by(
    kafka: &KafkaSettings,
    assignment: Assignment,
    stage: Arc<dyn Stage>,
    batching: Batching,
    cancel: CancellationToken,
) -> anyhow::Result<()> {
    let name = stage.name();
    match run_stage(kafka, assignment, stage, batching, cancel.clone()).await {
        Err(error @ StreamError::TooManyDeadLetters { .. }) => {
            tracing::error!(stage = name, %error, "the stage stands by until the process is started again");
            metrics::gauge!("coheron_stream_stopped_stages", "stage" => name).set(1.0);
            cancel.cancelled().await;
            Ok(())
        }
        ended => Ok(ended?),
    }
}

fn health_checks(database: &Database) -> HealthChecks {
    let database = database.clone();
    HealthChecks::new().with("database", move || {
        let database = database.clone();
        async move { database.ping().await }
    })
}

fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    listen(address)
        .with_context(|| format!("cannot listen on {address} ({setting}); choose another address or stop what uses it"))
}

fn serve(tasks: &mut Tasks, surroundings: &Surroundings, listener: TcpListener, router: axum::Router) {
    let cancel = surroundings.cancel.clone();
    let grace = std::time::Duration::from_millis(surroundings.configuration.http.shutdown_grace_ms);
    tasks.spawn(async move { Ok(shutdown::serve(listener, router, cancel, grace).await?) });
}
