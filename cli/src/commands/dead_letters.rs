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
                println!("{}", if json { as_json(&letter) } else { as_line(&letter) });
            }
        }
        Arguments::Show { id } => {
            let letter =
                dead_letters::find(&database, id).await?.with_context(|| format!("there is no dead letter {id}"))?;
            println!("{}", as_page(&letter));
        }
    }
    Ok(())
}

fn as_line(letter: &StoredDeadLetter) -> String {
    harmless(&format!(
        "{}  {}  {}[{}]@{}  {:<20} {}",
        letter.id,
        letter.recorded_at.format("%Y-%m-%d %H:%M:%S"),
        letter.topic,
        letter.partition,
        letter.record_offset,
        letter.reason_code,
        letter.reason
    ))
}

fn as_json(letter: &StoredDeadLetter) -> String {
    let object = serde_json::json!({
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
    });
    harmless(&object.to_string())
}

fn as_page(letter: &StoredDeadLetter) -> String {
    let mut lines = vec![
        format!("id          {}", letter.id),
        format!("stage       {}", letter.stage),
        format!("record      {} partition {} offset {}", letter.topic, letter.partition, letter.record_offset),
        format!("reason      {}: {}", letter.reason_code, letter.reason),
        format!("recorded    {}", letter.recorded_at.to_rfc3339()),
    ];
    lines.extend(letter.schema_id.map(|schema_id| format!("schema id   {schema_id}")));
    lines.extend(letter.trace_id.as_ref().map(|trace_id| format!("trace id    {trace_id}")));
    lines.push(format!("key         {}", printable(letter.record_key.as_deref())));
    lines.extend(letter.headers.iter().map(|(name, value)| format!("header      {name}: {value}")));
    lines.push(format!("payload     {}", printable(letter.payload.as_deref())));
    lines.iter().map(|line| harmless(line)).collect::<Vec<_>>().join("\n")
}

/// One line of text or JSON without what a terminal would obey or turn around: reasons and headers quote what records
/// of outside say. The form of the escapes is that of JSON, in which such characters stand in texts only.
fn harmless(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() || turns_text_around(character) {
            shown.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Marks of writing direction, which make a line read otherwise than it was written.
fn turns_text_around(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn letter(reason: &str) -> StoredDeadLetter {
        StoredDeadLetter {
            id: Uuid::from_u128(1),
            stage: "transforms".to_owned(),
            topic: "erp.product\u{9b}31m".to_owned(),
            partition: 0,
            record_offset: 7,
            reason_code: "invalid_value".to_owned(),
            reason: reason.to_owned(),
            schema_id: Some(3),
            record_key: Some(b"demo:\x1b[2J".to_vec()),
            payload: Some(b"\x07".to_vec()),
            headers: vec![("name\u{1b}c".to_owned(), "value\r\nid \u{7f}\u{202e}".to_owned())],
            trace_id: Some("\u{1b}]0;title\u{7}".to_owned()),
            recorded_at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
        }
    }

    #[test]
    fn what_records_of_outside_say_cannot_steer_the_terminal() {
        let letter = letter("Größe \u{1b}[31m\nforged");
        let page = as_page(&letter);
        assert_eq!(page.lines().count(), 10, "no value makes lines of its own: {page}");
        assert!(page.contains("reason      invalid_value: Größe \\u001b[31m\\u000aforged"), "{page}");
        assert!(page.contains("header      name\\u001bc: value\\u000d\\u000aid \\u007f\\u202e"), "{page}");
        let is_plain = |line: &str| !line.chars().any(|character| character.is_control() || character == '\u{202e}');
        for line in page.lines().chain([as_line(&letter).as_str(), as_json(&letter).as_str()]) {
            assert!(is_plain(line), "{line:?}");
        }
    }

    #[test]
    fn json_says_the_same_after_it_is_read() {
        let letter = letter("Größe \u{9b}2J „x“");
        let read: serde_json::Value = serde_json::from_str(&as_json(&letter)).expect("JSON");
        assert_eq!(read["reason"], letter.reason);
        assert_eq!(read["topic"], letter.topic);
        assert!(as_line(&letter).contains("Größe \\u009b2J „x“"));
    }
}
