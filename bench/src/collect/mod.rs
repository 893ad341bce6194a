//! `bench collect`: single events over HTTP, each acknowledged when it is durable in Kafka.

mod connection;
mod event_body;
mod loops;

use std::path::PathBuf;
use std::time::Duration;

use coheron_core::money::Currency;
use coheron_core::topics::WEB_EVENT;
use coheron_stream::end_offsets;

use crate::report::{Parameter, Report, Section};
use crate::system::{AnswerCache, ServerArguments, System, Usage, progress, report_usage};
use loops::{Senders, Tally};

/// Events before the first measurement: connections are opened, caches filled.
const WARM_UP: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    servers: ServerArguments,
    /// Connections that send without a pause, one measurement for each number.
    #[arg(long, value_delimiter = ',', default_value = "16,64,256")]
    connections: Vec<u64>,
    /// Events per second that come whether the earlier ones are answered or not; 0 leaves the part out.
    #[arg(long, default_value_t = 5_000.0)]
    rate: f64,
    /// Connections of the open loop.
    #[arg(long, default_value_t = 256)]
    rate_connections: u64,
    /// Length of each measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Writes the figures to this file too.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let connections: Vec<String> = arguments.connections.iter().map(u64::to_string).collect();
    let mut report = Report::new(
        "collect",
        vec![
            Parameter { name: "closed loops", value: connections.join(", ") },
            Parameter {
                name: "open loop",
                value: format!("{} per second over {} connections", arguments.rate, arguments.rate_connections),
            },
            Parameter { name: "seconds each", value: arguments.seconds.to_string() },
        ],
    );
    let system = System::start(&arguments.servers, Currency::parse("EUR")?, AnswerCache::On).await?;
    let senders = Senders::new(system.api.address(), system.api.key());
    let duration = Duration::from_secs(arguments.seconds);
    loops::closed(&senders, 16, WARM_UP).await?;
    for &count in &arguments.connections {
        let title = format!("Events, closed loop, {count} connections");
        report.sections.push(measure(&system, title, loops::closed(&senders, count, duration)).await?);
    }
    if arguments.rate > 0.0 {
        let title = format!("Events, open loop, {} per second", arguments.rate);
        let events = loops::open(&senders, arguments.rate, arguments.rate_connections, duration);
        report.sections.push(measure(&system, title, events).await?);
    }
    report.publish(arguments.json.as_deref())?;
    system.stop().await
}

/// What was accepted must be on the topic when the last answer is there: that is what an answer means.
async fn measure(
    system: &System,
    title: String,
    events: impl Future<Output = anyhow::Result<Tally>>,
) -> anyhow::Result<Section> {
    progress(&title);
    let stored_before = stored(system).await?;
    let (before, own_before) = (system.coheron.usage()?, Usage::of_process(std::process::id())?);
    let began = std::time::Instant::now();
    let tally = events.await?;
    let elapsed = began.elapsed().as_secs_f64();
    let (after, own_after) = (system.coheron.usage()?, Usage::of_process(std::process::id())?);
    let stored = stored(system).await? - stored_before;

    let mut section = Section::new(title);
    section.latencies.push(tally.latencies.row("accepted (204)"));
    let accepted = tally.latencies.count();
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    section.figure("accepted per second", accepted as f64 / elapsed, "1/s");
    section.count("accepted", accepted, "");
    section.count("on the topic", stored, "");
    section.count("refused or failed", tally.failed, "");
    section.count("accepted but not on the topic", accepted.saturating_sub(stored), "");
    report_usage(&mut section, before, after, elapsed);
    let own = own_after.user_seconds + own_after.system_seconds - own_before.user_seconds - own_before.system_seconds;
    section.figure("CPU of the load generator, share of one core", own / elapsed * 100.0, "%");
    Ok(section)
}

async fn stored(system: &System) -> anyhow::Result<u64> {
    let offsets = end_offsets(&system.kafka, WEB_EVENT.name).await?;
    Ok(u64::try_from(offsets.values().sum::<i64>())?)
}
