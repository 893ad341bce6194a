//! The demo shop: loaded once, then kept changing as an ERP would.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use coheron_integrations::demo_shop::DemoShop;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_integrations::erp_simulator::{OrderTiming, Pace};
use coheron_store::documents;
use coheron_store::sites::Site;

use super::Location;
use super::figures::Figures;
use crate::configuration::Configuration;
use crate::erp_work::{ErpOffice, Orders};
use crate::roles::Surroundings;

/// The demo shop's site.
pub const SITE_CODE: &str = "demo";
/// Equal seeds give equal shops.
const SEED: u64 = 20_260_101;
const PROGRESS_EVERY: Duration = Duration::from_secs(1);
/// Long enough to be watched on the order's page, short enough to be waited for.
const TIMING: OrderTiming = OrderTiming {
    accept_after: Duration::from_secs(1),
    ship_after: Duration::from_secs(60),
    deliver_after: Duration::from_secs(180),
};

/// Stands once the whole catalogue was published and found its way through.
pub fn loaded_marker(location: &Location) -> PathBuf {
    location.data_dir.join("demo_loaded")
}

/// Publishes the catalogue, unless an earlier run did, and waits until every product can be found.
pub async fn load_demo_shop(location: &Location, surroundings: &Surroundings, site: &Site) -> anyhow::Result<()> {
    let marker = loaded_marker(location);
    if !marker.exists() {
        let office = open_office(&surroundings.configuration, site, Orders::LeaveLying).await?;
        let (products, total) = {
            let simulator = office.erp.lock();
            (simulator.product_count(), simulator.record_count())
        };
        println!("==> loading the demo shop: {products} products, {total} records");
        let mut shown_at = Instant::now();
        office
            .export(|stored| {
                if shown_at.elapsed() >= PROGRESS_EVERY || stored == total {
                    shown_at = Instant::now();
                    println!("      {stored} of {total} records published");
                }
            })
            .await?;
        wait_until_found(surroundings, products as u64).await;
        fs::write(marker, "")?;
        return Ok(());
    }
    let mut transaction = surroundings.database.begin_site(site.id).await?;
    let published = documents::count(&mut transaction).await?;
    drop(transaction);
    wait_until_found(surroundings, published.unsigned_abs()).await;
    Ok(())
}

/// Books orders, and changes prices and stock where there is a rate, until the system stops.
pub async fn run_erp(surroundings: &Surroundings, site: &Site, rate: f64) -> anyhow::Result<()> {
    let office = open_office(&surroundings.configuration, site, Orders::Answer(TIMING)).await?;
    let pace = (rate > 0.0).then_some(Pace { changes_per_second: rate, most_changes: None });
    office.work(pace, &surroundings.cancel, async |_| Ok(())).await?;
    Ok(())
}

async fn open_office(configuration: &Configuration, site: &Site, orders: Orders) -> anyhow::Result<ErpOffice> {
    let catalogue = ErpCatalogue::from(DemoShop::generate(SEED));
    ErpOffice::open(configuration, site, catalogue, SEED, orders).await
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
