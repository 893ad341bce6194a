//! `bench search`

mod loops;
mod queries;
mod shopper;
mod tally;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use coheron_core::product_query::escape_value;
use coheron_integrations::erp_catalogue::ErpCatalogue;

use crate::catalogue::{CatalogueArguments, ErpRecords, currency_of};
use crate::load::load;
use crate::report::{Parameter, Report, Section};
use crate::system::{AnswerCache, ServerArguments, System, progress, report_usage};
use shopper::{Asks, Shoppers};
use tally::Tally;

/// Attributes, beside the brand, whose values are counted with every search.
const ATTRIBUTE_FACETS: usize = 3;
/// Query texts that are made from product names where no file is given.
const MADE_QUERIES: usize = 400;
/// Searches before the first measurement.
const WARM_UP: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    catalogue: CatalogueArguments,
    #[command(flatten)]
    servers: ServerArguments,
    /// Tab-separated file whose column `query` holds the texts; words of product names without one.
    #[arg(long)]
    queries: Option<PathBuf>,
    /// Shoppers that search without a pause, one measurement for each number.
    #[arg(long, value_delimiter = ',', default_value = "1,4")]
    concurrency: Vec<u64>,
    /// Searches per second that come whether the earlier ones are answered or not; 0 leaves the part out.
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
    /// Length of each measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Whether answers may come from memory: texts repeat, so that with `on` most of them do.
    #[arg(long, value_enum, default_value = "off")]
    answer_cache: AnswerCache,
    /// Decides the order of the texts, and where they are cut and misspelt.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes the figures to this file too.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let catalogue = arguments.catalogue.read()?;
    let currency = currency_of(&catalogue).context("the catalogue has no prices")?;
    let texts = match &arguments.queries {
        Some(path) => queries::read(path)?,
        None => queries::from_names(&catalogue, arguments.seed, MADE_QUERIES),
    };
    ensure!(!texts.is_empty(), "there are no query texts");
    let facets = facets_of(&catalogue);
    let mut report = Report::new("search", parameters(&arguments, &catalogue, texts.len(), &facets));

    let system = System::start(&arguments.servers, currency, arguments.answer_cache).await?;
    let export = ErpRecords::new(&system.site.code, system.schema_ids).full_export(&catalogue)?;
    report.sections.push(load(&system, &catalogue, export).await?);
    drop(catalogue);

    let searchers = Shoppers::new(Asks::Searches, system.api.clone(), texts.clone(), facets.clone(), arguments.seed);
    let typists = Shoppers::new(Asks::Suggestions, system.api.clone(), texts, facets, arguments.seed);
    let duration = Duration::from_secs(arguments.seconds);
    loops::closed(&searchers, 1, WARM_UP).await?;
    for &concurrency in &arguments.concurrency {
        let title = format!("Search, closed loop, {concurrency} at a time");
        report.sections.push(measure(&system, title, loops::closed(&searchers, concurrency, duration)).await?);
    }
    if arguments.rate > 0.0 {
        let title = format!("Search, open loop, {} per second", arguments.rate);
        report.sections.push(measure(&system, title, loops::open(&searchers, arguments.rate, duration)).await?);
    }
    let title = "Suggestions while typing, closed loop, 1 at a time".to_owned();
    report.sections.push(measure(&system, title, loops::closed(&typists, 1, duration)).await?);
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
    tally.report(&mut section, elapsed)?;
    report_usage(&mut section, before, after, elapsed);
    Ok(section)
}

fn parameters(arguments: &Arguments, catalogue: &ErpCatalogue, texts: usize, facets: &str) -> Vec<Parameter> {
    let concurrency: Vec<String> = arguments.concurrency.iter().map(u64::to_string).collect();
    let cache = match arguments.answer_cache {
        AnswerCache::On => "on",
        AnswerCache::Off => "off",
    };
    let mut parameters = arguments.catalogue.parameters(catalogue);
    parameters.extend([
        Parameter { name: "query texts", value: texts.to_string() },
        Parameter { name: "mix", value: queries::MIX.to_owned() },
        Parameter { name: "facets", value: facets.to_owned() },
        Parameter { name: "closed loops", value: concurrency.join(", ") },
        Parameter { name: "open loop", value: format!("{} per second", arguments.rate) },
        Parameter { name: "seconds each", value: arguments.seconds.to_string() },
        Parameter { name: "answer cache", value: cache.to_owned() },
        Parameter { name: "seed", value: arguments.seed.to_string() },
    ]);
    parameters
}

/// The parameter `facets`: brand and the attributes that most products have.
fn facets_of(catalogue: &ErpCatalogue) -> String {
    let mut counts = std::collections::HashMap::<&str, usize>::new();
    for key in catalogue.products.iter().flat_map(|product| product.facts.attributes.keys()) {
        *counts.entry(key.as_str()).or_default() += 1;
    }
    let mut keys: Vec<(&str, usize)> = counts.into_iter().collect();
    keys.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    let attributes = keys.into_iter().take(ATTRIBUTE_FACETS).map(|(key, _)| escape_value(key));
    std::iter::once("brand".to_owned()).chain(attributes).collect::<Vec<_>>().join(",")
}
