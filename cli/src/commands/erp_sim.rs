//! `coheron erp-sim publish|run|set-price`

use std::path::PathBuf;

use chrono::Utc;
use coheron_core::change::PriceFacts;
use coheron_core::sku::Sku;
use coheron_integrations::demo_shop::DemoShop;
use coheron_integrations::erp_catalogue::{CatalogueProduct, ErpCatalogue};
use coheron_integrations::erp_simulator::{self, ErpSimulator, Pace};
use coheron_integrations::product_feed;
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_platform::shutdown;
use coheron_stream::RecordProducer;

use super::connect;
use crate::configuration::Configuration;
use crate::erp_publisher::KafkaPublisher;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Publishes a catalogue with categories, products, prices and stock, then ends.
    Publish(Catalogue),
    /// Publishes a catalogue and goes on changing prices and stock until it is interrupted.
    Run {
        #[command(flatten)]
        catalogue: Catalogue,
        /// Changes per second.
        #[arg(long, default_value_t = 10.0)]
        rate: f64,
        /// Ends after so many changes.
        #[arg(long)]
        changes: Option<u64>,
        /// Does not publish the catalogue first.
        #[arg(long)]
        no_export: bool,
    },
    /// Publishes one new price.
    SetPrice {
        /// Code of the site.
        #[arg(long, default_value = "demo")]
        site: String,
        #[arg(long)]
        sku: String,
        /// In minor units (cents) of the site's currency.
        #[arg(long)]
        amount_minor: i64,
    },
}

#[derive(clap::Args)]
pub struct Catalogue {
    /// Code of the site.
    #[arg(long, default_value = "demo")]
    site: String,
    /// Product feed, JSONL or CSV, plain or `.zst`. Without one the catalogue of the demo shop is used.
    #[arg(long)]
    feed: Option<PathBuf>,
    /// Seed of the demo shop and of the changes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub async fn run(arguments: Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    match arguments {
        Arguments::Publish(catalogue) => {
            let mut simulator = simulator(configuration, &catalogue).await?;
            publish(&mut simulator, &publisher(configuration)?).await
        }
        Arguments::Run { catalogue, rate, changes, no_export } => {
            let mut simulator = simulator(configuration, &catalogue).await?;
            let publisher = publisher(configuration)?;
            if !no_export {
                publish(&mut simulator, &publisher).await?;
            }
            println!("changing prices and stock, {rate} per second");
            let pace = Pace { changes_per_second: rate, most_changes: changes };
            let cancel = shutdown::on_signal()?;
            let published = erp_simulator::keep_changing(&mut simulator, &publisher, pace, &cancel).await?;
            println!("{published} changes published");
            Ok(())
        }
        Arguments::SetPrice { site, sku, amount_minor } => set_price(configuration, &site, &sku, amount_minor).await,
    }
}

async fn publish(simulator: &mut ErpSimulator, publisher: &KafkaPublisher) -> anyhow::Result<()> {
    let total = simulator.record_count();
    println!("publishing {} products, {total} records", simulator.product_count());
    erp_simulator::publish_catalogue(simulator, publisher, |_| {}).await?;
    println!("{total} records published");
    Ok(())
}

async fn set_price(configuration: &Configuration, site: &str, sku: &str, amount_minor: i64) -> anyhow::Result<()> {
    let site = connect::site(&connect::database(configuration)?, site).await?;
    let facts = PriceFacts { currency: site.currency, amount_minor, list_amount_minor: None };
    let priced = CatalogueProduct::with_price(Sku::parse(sku)?, facts);
    let catalogue = ErpCatalogue { categories: vec![], products: vec![priced] };
    let ids = schema_ids(configuration).await?;
    let mut simulator = ErpSimulator::new(&site.code, catalogue, ids, 0, Utc::now);
    let record = simulator.set_price(sku, amount_minor)?;
    erp_simulator::RecordPublisher::publish(&publisher(configuration)?, vec![record]).await?;
    println!("published the price {amount_minor} of {sku}");
    Ok(())
}

async fn simulator(configuration: &Configuration, arguments: &Catalogue) -> anyhow::Result<ErpSimulator> {
    let site = connect::site(&connect::database(configuration)?, &arguments.site).await?;
    let catalogue = match &arguments.feed {
        Some(path) => read_feed(path)?,
        None => ErpCatalogue::from(DemoShop::generate(arguments.seed)),
    };
    let ids = schema_ids(configuration).await?;
    Ok(ErpSimulator::new(&site.code, catalogue, ids, arguments.seed, Utc::now))
}

async fn schema_ids(configuration: &Configuration) -> anyhow::Result<erp_simulator::SchemaIds> {
    let registry = SchemaRegistryClient::new(&configuration.schema_registry_url())?;
    Ok(erp_simulator::register_schemas(&registry, &configuration.kafka()?.topic_prefix).await?)
}

fn publisher(configuration: &Configuration) -> anyhow::Result<KafkaPublisher> {
    Ok(KafkaPublisher { producer: RecordProducer::new(configuration.kafka()?)? })
}

/// Lines that cannot be used are named and left out.
fn read_feed(path: &std::path::Path) -> anyhow::Result<ErpCatalogue> {
    let (catalogue, problems) = product_feed::read_catalogue(path)?;
    for problem in &problems {
        eprintln!("{}: {problem}", path.display());
    }
    if !problems.is_empty() {
        eprintln!("{} lines of the feed were left out", problems.len());
    }
    Ok(catalogue)
}
