//! `coheron erp-sim publish|run|set-price`

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use coheron_core::change::PriceFacts;
use coheron_core::sku::Sku;
use coheron_integrations::demo_shop::DemoShop;
use coheron_integrations::erp_catalogue::{CatalogueProduct, ErpCatalogue};
use coheron_integrations::erp_simulator::{self, ErpSimulator, OrderTiming, Pace, STARTING_PATIENCE, patiently};
use coheron_integrations::product_feed;
use coheron_integrations::schema_registry_client::SchemaRegistryClient;
use coheron_platform::{shutdown, telemetry};
use coheron_store::{StoreError, sites};
use coheron_stream::RecordProducer;

use super::connect;
use crate::configuration::Configuration;
use crate::erp_publisher::KafkaPublisher;
use crate::erp_work::{ErpOffice, Orders};

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Publishes a catalogue with categories, products, prices and stock, then ends.
    Publish(Catalogue),
    /// Publishes a catalogue, then books orders and changes prices and stock until it is interrupted.
    Run {
        #[command(flatten)]
        catalogue: Catalogue,
        /// Changes per second; 0 for none.
        #[arg(long, default_value_t = 10.0)]
        rate: f64,
        /// Ends after so many changes.
        #[arg(long)]
        changes: Option<u64>,
        /// Does not publish the catalogue first.
        #[arg(long)]
        no_export: bool,
        /// Leaves orders lying, as an ERP that is down would.
        #[arg(long)]
        no_orders: bool,
        #[command(flatten)]
        timing: Timing,
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

/// When the ERP answers an order.
#[derive(clap::Args)]
pub struct Timing {
    /// Seconds from an order to its document number.
    #[arg(long, default_value = "0", value_parser = seconds)]
    accept_after: Duration,
    /// Seconds from the document number to the parcel.
    #[arg(long, default_value = "30", value_parser = seconds)]
    ship_after: Duration,
    /// Seconds from the document number to the delivery.
    #[arg(long, default_value = "90", value_parser = seconds)]
    deliver_after: Duration,
}

#[derive(clap::Args)]
pub struct Catalogue {
    /// Code of the site.
    #[arg(long, default_value = "demo")]
    site: String,
    /// Product feed, JSONL or CSV, plain or `.zst`. Without one the catalogue of the demo shop is used.
    ///
    /// Required are `sku` and `name`; a price is `price_minor` with `currency`, a category a path like `Home > Mugs`.
    /// All columns, with examples: docs/erp-contract.md, "Product feed files".
    #[arg(long)]
    feed: Option<PathBuf>,
    /// Seed of the demo shop and of the changes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub async fn run(arguments: Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    match arguments {
        Arguments::Publish(catalogue) => {
            let office = office(configuration, &catalogue, catalogue.read()?, Orders::LeaveLying).await?;
            publish(&office).await
        }
        Arguments::Run { catalogue, rate, changes, no_export, no_orders, timing } => {
            telemetry::init_logs(&configuration.log)?;
            let orders = if no_orders { Orders::LeaveLying } else { Orders::Answer(timing.into()) };
            let pace = (rate > 0.0).then_some(Pace { changes_per_second: rate, most_changes: changes });
            let held = if no_export && pace.is_none() { ErpCatalogue::default() } else { catalogue.read()? };
            let office = office(configuration, &catalogue, held, orders).await?;
            let cancel = shutdown::on_signal()?;
            let once_informed = async |office: &ErpOffice| {
                if !no_export {
                    publish(office).await?;
                }
                println!("the ERP is at work, {rate} changes per second");
                Ok(())
            };
            let published = office.work(pace, &cancel, once_informed).await?;
            println!("{published} changes published");
            Ok(())
        }
        Arguments::SetPrice { site, sku, amount_minor } => set_price(configuration, &site, &sku, amount_minor).await,
    }
}

async fn publish(office: &ErpOffice) -> anyhow::Result<()> {
    let (products, total) = {
        let simulator = office.erp.lock();
        (simulator.product_count(), simulator.record_count())
    };
    println!("publishing {products} products, {total} records");
    office.export(|_| {}).await?;
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

async fn office(
    configuration: &Configuration,
    arguments: &Catalogue,
    held: ErpCatalogue,
    orders: Orders,
) -> anyhow::Result<ErpOffice> {
    let database = connect::database(configuration)?;
    let find = || sites::find_by_code(&database, &arguments.site);
    let site = patiently(STARTING_PATIENCE, StoreError::retry_class, find).await?;
    let site = site.with_context(|| connect::no_site(&arguments.site))?;
    ErpOffice::open(configuration, &site, held, arguments.seed, orders).await
}

impl Catalogue {
    fn read(&self) -> anyhow::Result<ErpCatalogue> {
        match &self.feed {
            Some(path) => read_feed(path),
            None => Ok(ErpCatalogue::from(DemoShop::generate(self.seed))),
        }
    }
}

async fn schema_ids(configuration: &Configuration) -> anyhow::Result<erp_simulator::SchemaIds> {
    let registry = SchemaRegistryClient::new(&configuration.schema_registry_url())?;
    Ok(erp_simulator::register_schemas(&registry, &configuration.kafka()?.topic_prefix).await?)
}

impl From<Timing> for OrderTiming {
    fn from(timing: Timing) -> Self {
        let Timing { accept_after, ship_after, deliver_after } = timing;
        Self { accept_after, ship_after, deliver_after }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "must be a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "must be a number of seconds from 0 on".to_owned())
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
