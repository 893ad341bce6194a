//! `bench shop`: shoppers who look, fill carts and buy.

mod books;
mod checkouts;
mod goods;
mod mix;
mod open_loop;
mod shopper;
mod tally;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use crate::catalogue::{CatalogueArguments, ErpRecords, currency_of};
use crate::load::load;
use crate::report::{Parameter, Report, Section};
use crate::system::{AnswerCache, ServerArguments, System, progress, report_usage};
use books::Books;
use goods::Goods;
use mix::Mix;
use shopper::Shopper;
use tally::Tally;

/// Requests before the first measurement.
const WARM_UP: Duration = Duration::from_secs(5);
const WARM_UP_RATE: f64 = 50.0;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    catalogue: CatalogueArguments,
    #[command(flatten)]
    servers: ServerArguments,
    /// Requests per second of the mixed load, one measurement for each number.
    #[arg(long, value_delimiter = ',', default_value = "50,100,200")]
    rates: Vec<f64>,
    /// Checkouts per second of the phases with checkouts alone, one measurement for each number.
    #[arg(long, value_delimiter = ',', default_value = "10,25,50,75")]
    checkout_rates: Vec<f64>,
    /// Length of each measurement.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Whether answers may come from memory, as they do by default.
    #[arg(long, value_enum, default_value = "on")]
    answer_cache: AnswerCache,
    /// Decides who looks at what.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes the figures to this file too.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let catalogue = arguments.catalogue.read()?;
    let currency = currency_of(&catalogue).context("the catalogue has no prices")?;
    let mut parameters = arguments.catalogue.parameters(&catalogue);
    let list = |rates: &[f64]| rates.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    parameters.extend([
        Parameter { name: "mix", value: mix::MIX.to_owned() },
        Parameter { name: "mixed load", value: format!("{} requests per second", list(&arguments.rates)) },
        Parameter { name: "checkouts", value: format!("{} per second", list(&arguments.checkout_rates)) },
        Parameter { name: "seconds each", value: arguments.seconds.to_string() },
        Parameter { name: "answer cache", value: format!("{:?}", arguments.answer_cache).to_lowercase() },
        Parameter { name: "seed", value: arguments.seed.to_string() },
    ]);
    let mut report = Report::new("shop", parameters);

    let system = System::start(&arguments.servers, currency, arguments.answer_cache).await?;
    let export = ErpRecords::new(&system.site.code, system.schema_ids).full_export(&catalogue)?;
    report.sections.push(load(&system, &catalogue, export).await?);
    drop(catalogue);
    let goods = Arc::new(Goods::learn(&system.api).await?);
    let shopper = Arc::new(Shopper::new(system.api.clone(), Arc::clone(&goods)).await?);

    let duration = Duration::from_secs(arguments.seconds);
    let mut mix = Mix::new(Arc::clone(&shopper), arguments.seed);
    open_loop::run(WARM_UP_RATE, WARM_UP, || mix.next()).await?;
    for &rate in &arguments.rates {
        let title = format!("Mixed load, open loop, {rate} requests per second");
        let tally = open_loop::run(rate, duration, || mix.next());
        report.sections.push(measure(&system, title, tally).await?);
    }
    for &rate in &arguments.checkout_rates {
        let carts = checkouts::fill_carts(&shopper, rate, duration, arguments.seed).await?;
        let title = format!("Checkouts, open loop, {rate} per second");
        report.sections.push(measure(&system, title, checkouts::buy(&shopper, carts, rate, duration)).await?);
    }
    let carts = checkouts::fill_scarce_carts(&shopper).await?;
    let title = "Checkouts of the last pieces, as many at once as come".to_owned();
    report.sections.push(measure(&system, title, checkouts::buy_at_once(&shopper, carts)).await?);
    report.sections.push(Books::read(&system).await?.compare(&goods));
    report.publish(arguments.json.as_deref())?;
    system.stop().await
}

async fn measure(
    system: &System,
    title: String,
    requests: impl Future<Output = anyhow::Result<Tally>>,
) -> anyhow::Result<Section> {
    progress(&title);
    let before = system.coheron.usage()?;
    let began = std::time::Instant::now();
    let tally = requests.await?;
    let elapsed = began.elapsed().as_secs_f64();
    let after = system.coheron.usage()?;
    let mut section = Section::new(title);
    tally.report(&mut section, elapsed);
    report_usage(&mut section, before, after, elapsed);
    Ok(section)
}
