//! `coheron topics`

use coheron_core::topics::{ALL, Cleanup, Topic};
use coheron_stream::{describe_topics, ensure_topics};

use crate::configuration::Configuration;

#[derive(clap::Args)]
pub struct Arguments {
    /// Describes every topic, and its state in the broker where one is configured, instead of creating what is missing.
    #[arg(long)]
    describe: bool,
}

pub async fn run(arguments: &Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    if !arguments.describe {
        ensure_topics(configuration.kafka()?, ALL).await?;
        println!("all {} topics are there", ALL.len());
        return Ok(());
    }
    for topic in ALL {
        describe(topic);
    }
    if let Ok(kafka) = configuration.kafka() {
        println!("in the broker at {}:", kafka.brokers);
        for topic in describe_topics(kafka, ALL).await? {
            for partition in &topic.partitions {
                let (earliest, latest) = (partition.earliest_offset, partition.latest_offset);
                println!("  {}[{}]  offsets {earliest} to {latest}", topic.name, partition.partition);
            }
        }
    }
    Ok(())
}

fn describe(topic: &Topic) {
    println!("{}", topic.name);
    println!("  {}", topic.purpose);
    println!("  written by   {}", topic.owner);
    println!("  key          {}", topic.key);
    println!("  value        {}", topic.record.unwrap_or("JSON, or as received"));
    println!("  partitions   {}", topic.partitions);
    let kept = match topic.cleanup {
        Cleanup::Compact { tombstones_kept } => {
            format!("newest per key; tombstones for {} days", days(tombstones_kept))
        }
        Cleanup::Delete { retention } => format!("{} days", days(retention)),
    };
    println!("  kept         {kept}");
    let settings: Vec<String> = topic.broker_settings().iter().map(|(name, value)| format!("{name}={value}")).collect();
    println!("  settings     {}", settings.join(" "));
    println!();
}

fn days(duration: std::time::Duration) -> u64 {
    duration.as_secs() / 86_400
}
