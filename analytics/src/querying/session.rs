//! A session for one question: one catalogue with the tables of one site, and nothing to reach anything else with.

use std::path::Path;
use std::sync::Arc;

use coheron_core::ids::SiteId;
use coheron_store::Database;
use coheron_store::web_event_files::EventFile;
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry, ObjectStoreUrl};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SessionState, SessionStateBuilder, SessionStateDefaults};
use datafusion::functions::core::planner::CoreFunctionPlanner;
use datafusion::functions::datetime::planner::DatetimeFunctionPlanner;
use datafusion::functions::unicode::planner::UnicodeFunctionPlanner;
use datafusion::functions_aggregate::planner::AggregateFunctionPlanner;
use datafusion::functions_nested::planner::FieldAccessPlanner;
use datafusion::functions_window::planner::WindowFunctionPlanner;
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::Handle;

use super::event_table::EventTable;
use super::functions::{JoinTextsPlanner, aggregate_functions, scalar_functions, window_functions};
use super::information_schema::{self, information_schema};
use super::order_table::order_table;
use super::pauses::PauseInEveryOperator;
use crate::columns::{ORDERS, WEB_EVENTS};

pub const CATALOGUE: &str = "coheron";
pub const SCHEMA: &str = "public";

const THREADS_PER_QUESTION: usize = 2;
/// Rows worked on at a time. Smaller than the engine's own default, so that wide rows stay within the memory: a hundred
/// columns of the longest texts that functions make come to 1.6 GiB.
const BATCH_ROWS: usize = 1_024;
const EVENT_STORE: &str = "events://site";

/// What a question may see.
pub struct SiteTables {
    pub site_id: SiteId,
    pub files: Vec<EventFile>,
    pub database: Database,
    /// The runtime that the database's connections belong to.
    pub connections: Handle,
}

/// `folder` holds the files of the site.
pub fn open_session(tables: SiteTables, folder: &Path, memory_bytes: usize) -> Result<SessionState> {
    let files = ObjectStoreUrl::parse(EVENT_STORE)?;
    let runtime = runtime(&tables, folder, &files, memory_bytes)?;
    let state = SessionStateBuilder::new()
        .with_config(config())
        .with_runtime_env(Arc::new(runtime))
        .with_expr_planners(expr_planners())
        .with_scalar_functions(scalar_functions())
        .with_aggregate_functions(aggregate_functions())
        .with_window_functions(window_functions())
        .with_physical_optimizer_rule(Arc::new(PauseInEveryOperator))
        .with_table_function_list(SessionStateDefaults::default_table_functions())
        .build();

    let public = MemorySchemaProvider::new();
    let orders = order_table(tables.database, tables.site_id, tables.connections)?;
    public.register_table(WEB_EVENTS.name.to_owned(), Arc::new(EventTable::new(tables.files, files)))?;
    public.register_table(ORDERS.name.to_owned(), Arc::new(orders))?;
    let catalogue = MemoryCatalogProvider::new();
    catalogue.register_schema(SCHEMA, Arc::new(public))?;
    catalogue.register_schema(information_schema::NAME, Arc::new(information_schema()?))?;
    let context = SessionContext::new_with_state(state);
    context.register_catalog(CATALOGUE, Arc::new(catalogue));
    Ok(context.state())
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOGUE, SCHEMA)
        // Ours has comments and shows nothing of the engine.
        .with_information_schema(false)
        .with_target_partitions(THREADS_PER_QUESTION)
        .with_batch_size(BATCH_ROWS);
    let options = config.options_mut();
    options.execution.enable_recursive_ctes = false;
    options.execution.parquet.pushdown_filters = true;
    config
}

/// Memory with an end, no disk to spill to, and no files but those of the site.
fn runtime(tables: &SiteTables, folder: &Path, files: &ObjectStoreUrl, memory_bytes: usize) -> Result<RuntimeEnv> {
    let stores = DefaultObjectStoreRegistry::new();
    stores.deregister_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    if !tables.files.is_empty() {
        let store =
            LocalFileSystem::new_with_prefix(folder).map_err(|error| DataFusionError::ObjectStore(Box::new(error)))?;
        stores.register_store(files.as_ref(), Arc::new(store));
    }
    RuntimeEnvBuilder::new()
        .with_object_store_registry(Arc::new(stores))
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(memory_bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build()
}

/// The engine's own without lists, maps and structs as literals, which can grow without limit.
fn expr_planners() -> Vec<Arc<dyn ExprPlanner>> {
    vec![
        Arc::new(JoinTextsPlanner),
        Arc::new(CoreFunctionPlanner::default()),
        Arc::new(FieldAccessPlanner),
        Arc::new(DatetimeFunctionPlanner),
        Arc::new(UnicodeFunctionPlanner),
        Arc::new(AggregateFunctionPlanner),
        Arc::new(WindowFunctionPlanner),
    ]
}
