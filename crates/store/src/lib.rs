//! Postgres: one module per aggregate. Statements take the caller's open transaction where they must join the work of
//! others; what is not found is an `Option`.
//!
//! Two roles, two pools. `coheron_site` sees the rows of the one site that its transaction names (row-level security);
//! `coheron_pipeline` moves data of all sites. Handlers of requests get site transactions only.

pub mod analytics_orders;
pub mod api_keys;
pub mod carts;
pub mod catalogue_facts;
pub mod categories;
pub mod checkouts;
pub mod checkpoints;
pub mod database;
pub mod dead_letters;
pub mod documents;
pub mod error;
pub mod idempotency_keys;
pub mod job_queue;
pub mod notifications;
pub mod orders;
pub mod outbox;
pub mod schema_registry;
pub mod sites;
pub mod stock_ledger;
pub mod web_event_files;
pub mod web_event_ids;

pub use database::{Database, DatabaseSettings, PipelineTransaction, SiteTransaction};
pub use error::StoreError;

/// Every statement of this crate, so that a test can have the migrated database check each of them.
pub fn statements() -> Vec<&'static str> {
    [
        analytics_orders::STATEMENTS,
        api_keys::STATEMENTS,
        carts::STATEMENTS,
        &catalogue_facts::statements(),
        categories::STATEMENTS,
        checkouts::STATEMENTS,
        checkpoints::STATEMENTS,
        dead_letters::STATEMENTS,
        documents::STATEMENTS,
        idempotency_keys::STATEMENTS,
        job_queue::STATEMENTS,
        notifications::STATEMENTS,
        &orders::statements(),
        outbox::STATEMENTS,
        schema_registry::STATEMENTS,
        sites::STATEMENTS,
        stock_ledger::STATEMENTS,
        web_event_files::STATEMENTS,
        web_event_ids::STATEMENTS,
        database::STATEMENTS,
    ]
    .concat()
}
