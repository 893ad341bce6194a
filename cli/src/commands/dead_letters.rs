//! `coheron dead-letters list|show`

use anyhow::Context;
use coheron_store::dead_letters::{self, StoredDeadLetter};
use uuid::Uuid;

use super::connect;
use crate::configuration::Configuration;

/// More of a payload than this is not printed.
const SHOWN_PAYLOAD_BYTES: usize = 2_000;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// The newest first.
    List {
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// One JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// One record with its headers and payload.
    Show { id: Uuid },
}

pub async fn run(arguments: Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    let database = connect::database(configuration)?;
    match arguments {
        Arguments::List { limit, json } => {
            for letter in dead_letters::latest(&database, limit).await? {
                println!("{}", if json { as_json(&letter).to_string() } else { as_line(&letter) });
            }
        }
        Arguments::Show { id } => {
            let letter =
                dead_letters::find(&database, id).await?.with_context(|| format!("there is no dead letter {id}"))?;
            show(&letter);
        }
    }
    Ok(())
}

fn as_line(letter: &StoredDeadLetter) -> String {
    format!(
        "{}  {}  {}[{}]@{}  {:<20} {}",
        letter.id,
        letter.recorded_at.format("%Y-%m-%d %H:%M:%S"),
        letter.topic,
        letter.partition,
        letter.record_offset,
        letter.reason_code,
        letter.reason
    )
}

fn as_json(letter: &StoredDeadLetter) -> serde_json::Value {
    serde_json::json!({
        "id": letter.id,
        "stage": letter.stage,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.record_offset,
        "reason_code": letter.reason_code,
        "reason": letter.reason,
        "schema_id": letter.schema_id,
        "key": letter.record_key.as_deref().map(String::from_utf8_lossy),
        "trace_id": letter.trace_id,
        "recorded_at": letter.recorded_at,
    })
}

fn show(letter: &StoredDeadLetter) {
    println!("id          {}", letter.id);
    println!("stage       {}", letter.stage);
    println!("record      {} partition {} offset {}", letter.topic, letter.partition, letter.record_offset);
    println!("reason      {}: {}", letter.reason_code, letter.reason);
    println!("recorded    {}", letter.recorded_at.to_rfc3339());
    if let Some(schema_id) = letter.schema_id {
        println!("schema id   {schema_id}");
    }
    if let Some(trace_id) = &letter.trace_id {
        println!("trace id    {trace_id}");
    }
    println!("key         {}", printable(letter.record_key.as_deref()));
    for (name, value) in &letter.headers {
        println!("header      {name}: {value}");
    }
    println!("payload     {}", printable(letter.payload.as_deref()));
}

/// Text as it is, other bytes escaped, long values cut.
fn printable(bytes: Option<&[u8]>) -> String {
    let Some(bytes) = bytes else { return "none (a tombstone)".to_owned() };
    let shown = &bytes[..bytes.len().min(SHOWN_PAYLOAD_BYTES)];
    let rest = match bytes.len() - shown.len() {
        0 => String::new(),
        more => format!(" … and {more} bytes more"),
    };
    format!("{}{rest}", shown.escape_ascii())
}
