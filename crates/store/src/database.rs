//! Connections: the two pools, the migrations, and transactions that know their site.

use std::str::FromStr;
use std::time::Duration;

use coheron_core::ids::SiteId;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, Transaction};

use crate::error::StoreError;

/// Section `database`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Connections for requests of shoppers and clients. Default 16.
    pub site_connections: u32,
    /// Connections for stages, jobs and the command line. Default 8.
    pub pipeline_connections: u32,
    /// How long a caller waits for a free connection, in milliseconds. Default 5,000.
    pub acquire_timeout_ms: u64,
    /// A statement of a request is cancelled after this many milliseconds. Default 5,000.
    pub site_statement_timeout_ms: u64,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            site_connections: 16,
            pipeline_connections: 8,
            acquire_timeout_ms: 5_000,
            site_statement_timeout_ms: 5_000,
        }
    }
}

/// The database of the shop; cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pipeline: PgPool,
    site: PgPool,
    /// One connection for each listener, which keeps it for good; taken from `pipeline`, they would starve it.
    listeners: PgPool,
}

/// Far more than there are channels to listen to in one process.
const MOST_LISTENERS: u32 = 16;

/// A transaction that sees one site only.
#[derive(Debug)]
pub struct SiteTransaction {
    transaction: Transaction<'static, Postgres>,
    site_id: SiteId,
}

/// A transaction over all sites, for stages and jobs.
pub type PipelineTransaction = Transaction<'static, Postgres>;

const QUOTE_NAMES: &str = "SELECT quote_ident($1), quote_ident($2)";

/// Those of the own role: nobody drops what belongs to others.
const SELECT_OWN_NAMES: &str = "SELECT datname::text, quote_ident(datname) FROM pg_database
    WHERE starts_with(datname, $1) AND pg_get_userbyid(datdba) = current_user ORDER BY datname";

pub(crate) const STATEMENTS: &[&str] = &[QUOTE_NAMES, SELECT_OWN_NAMES];

/// SQLSTATE of a database that others are connected to.
const OBJECT_IN_USE: &str = "55006";

impl Database {
    /// Opens both pools lazily: no connection is made until the first statement.
    pub fn connect(url: &str, settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(StoreError::Address)?.application_name("coheron");
        let acquire_timeout = Duration::from_millis(settings.acquire_timeout_ms);
        let statement_timeout = settings.site_statement_timeout_ms.to_string();
        let pipeline = PgPoolOptions::new()
            .max_connections(settings.pipeline_connections)
            .acquire_timeout(acquire_timeout)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute("SET ROLE coheron_pipeline").await.map(drop) })
            })
            .connect_lazy_with(options.clone());
        let listeners = PgPoolOptions::new()
            .max_connections(MOST_LISTENERS)
            .acquire_timeout(acquire_timeout)
            .connect_lazy_with(options.clone());
        let site = PgPoolOptions::new()
            .max_connections(settings.site_connections)
            .acquire_timeout(acquire_timeout)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute("SET ROLE coheron_site").await.map(drop) })
            })
            .connect_lazy_with(options.options([("statement_timeout", statement_timeout)]));
        Ok(Self { pipeline, site, listeners })
    }

    /// Brings the schema up to date, as the role of the address itself.
    pub async fn migrate(url: &str) -> Result<(), StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(StoreError::Address)?;
        let mut connection = PgConnection::connect_with(&options).await?;
        sqlx::migrate!().run(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Makes a database of this name anew, as a copy of another on the server of the address, for tests.
    pub async fn recreate(server_url: &str, name: &str, template: &str) -> Result<(), StoreError> {
        let options = PgConnectOptions::from_str(server_url).map_err(StoreError::Address)?;
        let mut connection = PgConnection::connect_with(&options).await?;
        // Statements about databases take no parameters, so the names are quoted by Postgres itself.
        let (name, template): (String, String) =
            sqlx::query_as(QUOTE_NAMES).bind(name).bind(template).fetch_one(&mut connection).await?;
        connection.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await?;
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        connection.execute(sqlx::AssertSqlSafe(create)).await?;
        connection.close().await?;
        Ok(())
    }

    /// Drops the databases on the server of the address whose names begin with `prefix` and satisfy the condition, for
    /// tests. Those that are in use stay. Gives how many went.
    pub async fn drop_where(
        server_url: &str,
        prefix: &str,
        is_unwanted: impl Fn(&str) -> bool,
    ) -> Result<usize, StoreError> {
        let options = PgConnectOptions::from_str(server_url).map_err(StoreError::Address)?;
        let mut connection = PgConnection::connect_with(&options).await?;
        let names: Vec<(String, String)> =
            sqlx::query_as(SELECT_OWN_NAMES).bind(prefix).fetch_all(&mut connection).await?;
        let unwanted = names.into_iter().filter(|(name, _)| is_unwanted(name));
        let unwanted: Vec<String> = unwanted.map(|(_, quoted)| quoted).collect();
        let mut dropped = 0;
        for quoted in unwanted {
            let drop = format!("DROP DATABASE IF EXISTS {quoted}");
            match connection.execute(sqlx::AssertSqlSafe(drop)).await {
                Ok(_) => dropped += 1,
                Err(error) if is_in_use(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        connection.close().await?;
        Ok(dropped)
    }

    pub fn pipeline(&self) -> &PgPool {
        &self.pipeline
    }

    pub(crate) fn listeners(&self) -> &PgPool {
        &self.listeners
    }

    pub async fn begin_pipeline(&self) -> Result<PipelineTransaction, StoreError> {
        Ok(self.pipeline.begin().await?)
    }

    pub async fn begin_site(&self, site_id: SiteId) -> Result<SiteTransaction, StoreError> {
        self.begin_site_with("BEGIN", site_id).await
    }

    /// For reading: all statements see the state of the first, whatever others commit meanwhile.
    pub async fn begin_site_snapshot(&self, site_id: SiteId) -> Result<SiteTransaction, StoreError> {
        self.begin_site_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", site_id).await
    }

    async fn begin_site_with(&self, begin: &'static str, site_id: SiteId) -> Result<SiteTransaction, StoreError> {
        // One round trip for both; settings take no parameters, and the text of a UUID needs no quoting.
        let begin = format!("{begin}; SET LOCAL coheron.site_id = '{}'", site_id.0.hyphenated());
        let transaction = self.site.begin_with(sqlx::AssertSqlSafe(begin)).await?;
        Ok(SiteTransaction { transaction, site_id })
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        self.pipeline.acquire().await?.ping().await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.site.close().await;
        self.pipeline.close().await;
        self.listeners.close().await;
    }
}

fn is_in_use(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == OBJECT_IN_USE)
}

impl SiteTransaction {
    pub fn site_id(&self) -> SiteId {
        self.site_id
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}
