//! The pure part of decoding: a record, its schema and the known sites in, a change or a reason out.

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::as_of::AsOf;
use coheron_core::change::{CatalogueChange, Change, ChangeBody, FieldProblem, OrderAnswer};
use coheron_core::ids::SiteId;
use coheron_core::topics::MAX_RECORD_BYTES;
use coheron_schemas::codec;
use coheron_schemas::framing::{self, MAGIC_BYTE};
use coheron_schemas::record_kind::RecordKind;
use coheron_schemas::records::{CategoryChange, OrderStatusChange, PriceChange, ProductChange, StockChange};
use coheron_schemas::writer_schema::WriterSchema;

use crate::cloud_events;
use crate::feed_record::{self, FeedRecord};
use crate::incoming_record::IncomingRecord;
use crate::ingest_error::{IngestError, IngestReason};
use crate::json::envelope::{self, JsonContent};
use crate::json::fields::JsonFields;
use crate::site_directory::SiteDirectory;
use crate::tombstone::{self, Deletion, RecordKey};

/// How far a record may lie in the future. A clock that is wrong by more would make later versionless deletes and the
/// measured freshness wrong for as long.
const MAX_CLOCK_LEAD: TimeDelta = TimeDelta::hours(24);

/// What the record is judged against.
pub struct Surroundings<'a> {
    pub sites: &'a SiteDirectory,
    pub now: DateTime<Utc>,
}

/// The id of the schema that a record needs for decoding; none where it is not Avro.
pub(crate) fn needed_schema_id(record: &IncomingRecord<'_>) -> Result<Option<i32>, IngestError> {
    check_size(record)?;
    match record.payload {
        Some(payload) if payload.first() == Some(&MAGIC_BYTE) => Ok(Some(framing::unframe(payload)?.schema_id)),
        _ => Ok(None),
    }
}

/// What a record of an ERP topic can tell.
pub trait ErpFact: Sized + Send {
    /// Decodes a record of a topic that tells such facts. `writer` is the schema that the record names, where it is
    /// Avro.
    fn decode(
        record: &IncomingRecord<'_>,
        surroundings: &Surroundings<'_>,
        writer: Option<&WriterSchema>,
    ) -> Result<Self, IngestError>;
}

impl ErpFact for CatalogueChange {
    fn decode(
        record: &IncomingRecord<'_>,
        surroundings: &Surroundings<'_>,
        writer: Option<&WriterSchema>,
    ) -> Result<Self, IngestError> {
        match RecordKind::of_topic(record.topic) {
            Some(RecordKind::Product) => decode_feed::<ProductChange>(record, surroundings, writer).map(Self::Product),
            Some(RecordKind::Category) => {
                decode_feed::<CategoryChange>(record, surroundings, writer).map(Self::Category)
            }
            Some(RecordKind::Price) => decode_feed::<PriceChange>(record, surroundings, writer).map(Self::Price),
            Some(RecordKind::Stock) => decode_feed::<StockChange>(record, surroundings, writer).map(Self::Stock),
            Some(RecordKind::OrderStatus | RecordKind::OrderEvent) | None => {
                let message = format!("{} is not a catalogue feed", record.topic);
                Err(IngestError::new(IngestReason::UnsupportedTopic, message))
            }
        }
    }
}

impl ErpFact for OrderAnswer {
    fn decode(
        record: &IncomingRecord<'_>,
        surroundings: &Surroundings<'_>,
        writer: Option<&WriterSchema>,
    ) -> Result<Self, IngestError> {
        if RecordKind::of_topic(record.topic) != Some(RecordKind::OrderStatus) {
            let message = format!("{} does not carry answers to orders", record.topic);
            return Err(IngestError::new(IngestReason::UnsupportedTopic, message));
        }
        let change = decode_feed::<OrderStatusChange>(record, surroundings, writer)?;
        let ChangeBody::Upsert(facts) = change.body else {
            return Err(FieldProblem::new("value", "is null; an order cannot be deleted, only cancelled").into());
        };
        Ok(Self { site_id: change.site_id, facts, as_of: change.as_of })
    }
}

fn decode_feed<Feed: FeedRecord>(
    record: &IncomingRecord<'_>,
    surroundings: &Surroundings<'_>,
    writer: Option<&WriterSchema>,
) -> Result<Change<Feed::Facts>, IngestError> {
    check_size(record)?;
    let Some(payload) = record.payload else {
        let deletion = tombstone::read_tombstone(record)?;
        return delete::<Feed>(record, surroundings, deletion);
    };
    if let Some(writer) = writer {
        let framed = framing::unframe(payload)?;
        let fact: Feed = codec::decode(writer, framed.body)
            .map_err(|error| IngestError::from(error).with_schema(framed.schema_id))?;
        return upsert(record, surroundings, fact).map_err(|error| error.with_schema(framed.schema_id));
    }
    check_looks_like_json(payload)?;
    match envelope::open(payload)? {
        JsonContent::Image(object) => {
            let fields = JsonFields::of_record(&object);
            let stamp = envelope::read_stamp(&fields, Feed::ENTITY_FIELD, cloud_events::fallbacks(record)?)?;
            upsert(record, surroundings, Feed::from_json(&fields, stamp)?)
        }
        JsonContent::Delete { before, captured_at } => {
            let deletion = envelope::read_deletion(&before, captured_at, record)?;
            delete::<Feed>(record, surroundings, deletion)
        }
    }
}

fn upsert<Feed: FeedRecord>(
    record: &IncomingRecord<'_>,
    surroundings: &Surroundings<'_>,
    fact: Feed,
) -> Result<Change<Feed::Facts>, IngestError> {
    let site_id = find_site(surroundings.sites, fact.site())?;
    feed_record::check_entity_id(Feed::ENTITY_FIELD, fact.entity_id())?;
    let key = tombstone::parse_key(record)?;
    if key.entity_id != fact.entity_id() || surroundings.sites.find(key.site) != Some(site_id) {
        let RecordKey { site, entity_id } = key;
        let message = format!(
            "the record key {} is not that of the body, {}:{}",
            shortened(&format!("{site}:{entity_id}")),
            fact.site(),
            fact.entity_id()
        );
        return Err(IngestError::new(IngestReason::KeyMismatch, message));
    }
    let entity_id = fact.entity_id().to_owned();
    let as_of = as_of(record, surroundings, fact.entity_version(), fact.occurred_at())?;
    let body = ChangeBody::Upsert(fact.into_facts()?);
    Ok(Change { site_id, entity_id, body, as_of })
}

fn delete<Feed: FeedRecord>(
    record: &IncomingRecord<'_>,
    surroundings: &Surroundings<'_>,
    deletion: Deletion,
) -> Result<Change<Feed::Facts>, IngestError> {
    let key = tombstone::parse_key(record)?;
    let site_id = find_site(surroundings.sites, key.site)?;
    feed_record::check_entity_id(Feed::ENTITY_FIELD, key.entity_id)?;
    let as_of = as_of(record, surroundings, deletion.entity_version, deletion.occurred_at)?;
    let body = ChangeBody::Delete { versioned: deletion.versioned };
    Ok(Change { site_id, entity_id: key.entity_id.to_owned(), body, as_of })
}

fn as_of(
    record: &IncomingRecord<'_>,
    surroundings: &Surroundings<'_>,
    entity_version: i64,
    occurred_at: i64,
) -> Result<AsOf, FieldProblem> {
    if entity_version < 0 {
        return Err(FieldProblem::new("entity_version", format!("is {entity_version}; it must be 0 or greater")));
    }
    let erp_time = feed_record::time_of("occurred_at", occurred_at)?;
    if erp_time > surroundings.now + MAX_CLOCK_LEAD {
        let problem = format!("is {erp_time}, more than 24 hours in the future");
        return Err(FieldProblem::new("occurred_at", problem));
    }
    Ok(AsOf {
        topic: record.topic.to_owned(),
        partition: record.partition,
        offset: record.offset,
        erp_time,
        entity_version,
    })
}

fn find_site(sites: &SiteDirectory, text: &str) -> Result<SiteId, IngestError> {
    sites.find(text).ok_or_else(|| {
        let message = format!("site: {} is not the code or id of a site", shortened(text));
        IngestError { field: Some("site".to_owned()), ..IngestError::new(IngestReason::UnknownSite, message) }
    })
}

fn check_size(record: &IncomingRecord<'_>) -> Result<(), IngestError> {
    let bytes = record.payload.map_or(0, <[u8]>::len);
    if bytes <= MAX_RECORD_BYTES {
        return Ok(());
    }
    let message = format!("the record has {bytes} bytes; at most {MAX_RECORD_BYTES} are accepted");
    Err(IngestError::new(IngestReason::RecordTooLarge, message))
}

fn check_looks_like_json(payload: &[u8]) -> Result<(), IngestError> {
    if payload.trim_ascii_start().first() == Some(&b'{') {
        return Ok(());
    }
    if payload.is_empty() {
        let message = "the record is empty; a delete is a record without a value (null)";
        return Err(IngestError::new(IngestReason::InvalidJson, message));
    }
    let reason =
        if std::str::from_utf8(payload).is_ok() { IngestReason::InvalidJson } else { IngestReason::GarbledAvro };
    Err(IngestError::new(reason, "the record is neither Avro with a schema id nor a JSON object"))
}

/// Quoted and cut, so that a message stays readable whatever a record contains.
fn shortened(text: &str) -> String {
    const MAX_CHARACTERS: usize = 80;
    let mut quoted: String = text.chars().take(MAX_CHARACTERS).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("{quoted:?}")
}
