//! The system under test: servers, stores, a shop and one `coheron` process with every role.

mod api;
mod process;
mod schema_ids;
mod servers;
mod shop;
mod usage;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;
use coheron_core::money::Currency;
use coheron_infrastructure::Infrastructure;
use coheron_store::sites::Site;
use coheron_store::{Database, DatabaseSettings};
use coheron_stream::{KafkaSettings, RecordProducer, ensure_topics};
use tempfile::TempDir;
use uuid::Uuid;

pub use api::ShopApi;
pub use process::CoheronProcess;
pub use schema_ids::SchemaIds;
pub use servers::ServerArguments;
pub use usage::{Usage, report_usage};

/// On a server that is not ours, this database is made anew for every run.
const DATABASE: &str = "coheron_bench";

/// Whether the APIs keep rendered answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AnswerCache {
    /// As the product is configured by default.
    On,
    /// Every request is a search.
    Off,
}

pub struct System {
    pub site: Site,
    pub database: Database,
    pub kafka: KafkaSettings,
    pub producer: Arc<RecordProducer>,
    pub schema_ids: SchemaIds,
    pub api: ShopApi,
    pub coheron: CoheronProcess,
    infrastructure: Infrastructure,
    /// Removed last: the servers keep their data in it.
    _data: TempDir,
}

impl System {
    /// An empty shop in this currency, ready to be published to.
    pub async fn start(arguments: &ServerArguments, currency: Currency, cache: AnswerCache) -> anyhow::Result<Self> {
        let data = arguments.data_folder()?;
        let infrastructure = Infrastructure::start(arguments.request(data.path())?, &|line| progress(line)).await?;

        Database::recreate(&infrastructure.database_url, DATABASE, "template0").await?;
        let database_url = with_database(&infrastructure.database_url, DATABASE);
        Database::migrate(&database_url).await?;
        let pools = DatabaseSettings { site_connections: 1, pipeline_connections: 3, ..Default::default() };
        let database = Database::connect(&database_url, &pools)?;
        let (site, key) = shop::create(&database, currency).await?;

        let kafka = KafkaSettings {
            topic_prefix: format!("bench-{}.", Uuid::now_v7().simple()),
            ..KafkaSettings::for_brokers(&infrastructure.kafka_brokers)
        };
        ensure_topics(&kafka, coheron_core::topics::ALL).await?;

        let http = free_address()?;
        let own_registry = free_address()?;
        let mut environment = BTreeMap::from([
            ("COHERON__DATABASE__URL", database_url),
            ("COHERON__KAFKA__BROKERS", kafka.brokers.clone()),
            ("COHERON__KAFKA__TOPIC_PREFIX", kafka.topic_prefix.clone()),
            ("COHERON__HTTP__LISTEN", http.clone()),
            ("COHERON__SCHEMA_REGISTRY__LISTEN", own_registry.clone()),
            ("COHERON__RATE_LIMIT__PER_IP_PER_SECOND", "0".to_owned()),
            ("COHERON__INDEX__DIR", data.path().join("index").display().to_string()),
            ("COHERON__PAYMENT__TEST_GATEWAY_DIR", data.path().join("payments").display().to_string()),
            ("COHERON__MAIL__FOLDER", data.path().join("mail").display().to_string()),
            ("COHERON__ANALYTICS__FOLDER", data.path().join("events").display().to_string()),
        ]);
        if cache == AnswerCache::Off {
            environment.insert("COHERON__CACHE__CAPACITY_BYTES", "0".to_owned());
        }
        let registry_url = match &infrastructure.schema_registry_url {
            Some(url) => {
                environment.insert("COHERON__SCHEMA_REGISTRY__URL", url.clone());
                url.clone()
            }
            None => format!("http://{own_registry}"),
        };

        let api = ShopApi::new(http.parse()?, key)?;
        let mut coheron = CoheronProcess::new(environment, data.path().join("coheron.log"))?;
        progress("starting coheron with all roles");
        coheron.start(&api).await?;
        Ok(Self {
            site,
            database,
            producer: Arc::new(RecordProducer::new(&kafka)?),
            schema_ids: SchemaIds::register(&registry_url, &kafka).await?,
            kafka,
            api,
            coheron,
            infrastructure,
            _data: data,
        })
    }

    /// Stops everything that was started and removes its data.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        progress("stopping");
        self.coheron.stop().await?;
        self.database.close().await;
        Ok(self.infrastructure.stop().await?)
    }
}

/// One line on the error stream, so that the report alone is on the output.
pub fn progress(line: &str) {
    eprintln!("==> {line}");
}

fn with_database(url: &str, database: &str) -> String {
    match url.rsplit_once('/') {
        Some((server, _)) => format!("{server}/{database}"),
        None => url.to_owned(),
    }
}

fn free_address() -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_an_address_is_replaced() {
        let url = with_database("postgres://user:secret@127.0.0.1:5432/coheron", DATABASE);
        assert_eq!(url, "postgres://user:secret@127.0.0.1:5432/coheron_bench");
    }
}
