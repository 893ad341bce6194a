//! `bench pipeline`

mod backlog;
mod freshness;
mod postgres_watch;
mod search_probe;
mod steady;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use crate::catalogue::{CatalogueArguments, ErpRecords, PriceBook, currency_of};
use crate::load::load;
use crate::report::{Parameter, Report};
use crate::system::{AnswerCache, ServerArguments, System};
use steady::SteadyPlan;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    catalogue: CatalogueArguments,
    #[command(flatten)]
    servers: ServerArguments,
    /// Price changes per second of the steady stream.
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
    /// Length of the steady stream; 0 leaves it out.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Changes per second of the steady stream that are looked for over HTTP until a search shows them.
    #[arg(long, default_value_t = 8.0)]
    probes: f64,
    /// Price changes that wait in the broker when coheron starts; 0 leaves the part out.
    #[arg(long, default_value_t = 50_000)]
    backlog: u64,
    /// Decides in which order products change.
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
    parameters.extend([
        Parameter { name: "rate", value: format!("{} changes/s for {} s", arguments.rate, arguments.seconds) },
        Parameter { name: "probes", value: format!("{} per second", arguments.probes) },
        Parameter { name: "backlog", value: format!("{} changes", arguments.backlog) },
        Parameter { name: "seed", value: arguments.seed.to_string() },
    ]);
    let mut report = Report::new("pipeline", parameters);

    let mut system = System::start(&arguments.servers, currency, AnswerCache::On).await?;
    let mut records = ErpRecords::new(&system.site.code, system.schema_ids);
    // Encoded beforehand: that work is the ERP's, on a machine of its own.
    let export = records.full_export(&catalogue)?;
    report.sections.push(load(&system, &catalogue, export).await?);

    let mut prices = PriceBook::new(records, &catalogue, arguments.seed)?;
    drop(catalogue);
    if arguments.seconds > 0 {
        let plan = SteadyPlan {
            rate: arguments.rate,
            duration: Duration::from_secs(arguments.seconds),
            probes_per_second: arguments.probes,
        };
        report.sections.push(steady::run(&system, &mut prices, plan).await?);
    }
    if arguments.backlog > 0 {
        report.sections.push(backlog::run(&mut system, &mut prices, arguments.backlog).await?);
    }
    report.publish(arguments.json.as_deref())?;
    system.stop().await
}
