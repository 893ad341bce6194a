//! The demo shop: loaded once, then kept changing as an ERP would.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::Utc;
use coheron_integrations::demo_shop::DemoShop;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_integrations::erp_simulator::{self, ErpSimulator, Pace};
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_store::documents;
use coheron_store::sites::Site;
use coheron_stream::RecordProducer;

use super::Location;
use super::figures::Figures;
use crate::configuration::Configuration;
use crate::erp_publisher::KafkaPublisher;
use crate::roles::Surroundings;

/// The demo shop's site.
pub const SITE_CODE: &str = "demo";
/// Equal seeds give equal shops.
const SEED: u64 = 20_260_101;
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// Stands once the whole catalogue was published and found its way through.
pub fn loaded_marker(location: &Location) -> PathBuf {
    location.data_dir.join("demo_loaded")
}

/// Publishes the catalogue, unless an earlier run did, and waits until every product can be found.
pub async fn load_demo_shop(location: &Location, surroundings: &Surroundings, site: &Site) -> anyhow::Result<()> {
    let marker = loaded_marker(location);
    if !marker.exists() {
        let (mut simulator, publisher) = start_simulator(&surroundings.configuration, site).await?;
        let total = simulator.record_count();
        println!("==> loading the demo shop: {} products, {total} records", simulator.product_count());
        let mut shown_at = Instant::now();
        erp_simulator::publish_catalogue(&mut simulator, &publisher, |stored| {
            if shown_at.elapsed() >= PROGRESS_EVERY || stored == total {
                shown_at = Instant::now();
                println!("      {stored} of {total} records published");
            }
        })
        .await?;
        wait_until_found(surroundings, simulator.product_count() as u64).await;
        fs::write(marker, "")?;
        return Ok(());
    }
    let mut transaction = surroundings.database.begin_site(site.id).await?;
    let published = documents::count(&mut transaction).await?;
    drop(transaction);
    wait_until_found(surroundings, published.unsigned_abs()).await;
    Ok(())
}

/// Changes prices and stock until the system stops; without a rate it only waits for that.
pub async fn keep_changing(surroundings: &Surroundings, site: &Site, rate: f64) -> anyhow::Result<()> {
    if rate <= 0.0 {
        surroundings.cancel.cancelled().await;
        return Ok(());
    }
    let (mut simulator, publisher) = start_simulator(&surroundings.configuration, site).await?;
    let pace = Pace { changes_per_second: rate, most_changes: None };
    erp_simulator::keep_changing(&mut simulator, &publisher, pace, &surroundings.cancel).await?;
    Ok(())
}

async fn start_simulator(configuration: &Configuration, site: &Site) -> anyhow::Result<(ErpSimulator, KafkaPublisher)> {
    let kafka = configuration.kafka()?;
    let registry = SchemaRegistryClient::new(&configuration.schema_registry_url())?;
    let ids = erp_simulator::register_schemas(&registry, &kafka.topic_prefix).await?;
    let catalogue = ErpCatalogue::from(DemoShop::generate(SEED));
    let simulator = ErpSimulator::new(&site.code, catalogue, ids, SEED, Utc::now);
    Ok((simulator, KafkaPublisher { producer: RecordProducer::new(kafka)? }))
}

async fn wait_until_found(surroundings: &Surroundings, products: u64) {
    let mut shown_at = Instant::now();
    loop {
        let found = Figures::read(&surroundings.metrics.render()).documents;
        if found >= products || surroundings.cancel.is_cancelled() {
            return;
        }
        if shown_at.elapsed() >= PROGRESS_EVERY {
            shown_at = Instant::now();
            println!("      {found} of {products} products can be found");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
