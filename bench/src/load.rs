//! The first load: a whole catalogue from publish to searchable.

use std::time::Duration;

use anyhow::bail;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_stream::OutgoingRecord;
use tokio::time::{Instant, sleep};

use crate::idle::until_idle;
use crate::report::Section;
use crate::system::{System, progress, report_usage};

const LOOK_EVERY: Duration = Duration::from_millis(25);
const PATIENCE: Duration = Duration::from_secs(900);

/// Publishes the records as fast as the broker takes them, and waits until every product can be found with its price.
/// Returns when the rest (stock figures, files) is done too, so that what is measured next is not measured beside it.
pub async fn load(system: &System, catalogue: &ErpCatalogue, records: Vec<OutgoingRecord>) -> anyhow::Result<Section> {
    let products = count(catalogue.products.len());
    let priced = count(catalogue.products.iter().filter(|product| !product.prices.is_empty()).count());
    let record_count = count(records.len());
    progress(&format!("publishing {products} products in {record_count} records"));

    let before = system.coheron.usage()?;
    let began = Instant::now();
    let publish = async {
        system.producer.send_all(records).await?;
        anyhow::Ok(began.elapsed())
    };
    let (published, found, with_price) = tokio::try_join!(
        publish,
        until_found(system, "searchable products", &[], products, began),
        until_found(system, "searchable products with a price", &[("price_min", "0")], priced, began),
    )?;
    let elapsed = began.elapsed();
    let after = system.coheron.usage()?;

    let all = found.max(with_price);
    let mut section = Section::new("First load: from the first record published");
    section.count("products", products, "");
    section.count("records", record_count, "");
    section.figure("all records acknowledged by the broker", published.as_secs_f64(), "s");
    section.figure("all products searchable", found.as_secs_f64(), "s");
    section.figure("all products searchable with their price", all.as_secs_f64(), "s");
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    section.figure("records per second", record_count as f64 / all.as_secs_f64(), "1/s");
    report_usage(&mut section, before, after, elapsed.as_secs_f64());
    until_idle(system).await?;
    Ok(section)
}

async fn until_found(
    system: &System,
    what: &str,
    parameters: &[(&str, &str)],
    expected: u64,
    began: Instant,
) -> anyhow::Result<Duration> {
    loop {
        let total = system.api.total(parameters).await?;
        if total >= expected {
            return Ok(began.elapsed());
        }
        if began.elapsed() > PATIENCE {
            bail!("{total} of {expected} {what} after {} s", PATIENCE.as_secs());
        }
        sleep(LOOK_EVERY).await;
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
