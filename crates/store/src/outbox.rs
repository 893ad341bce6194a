//! Messages that leave with the transaction that caused them.

use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::error::StoreError;
use crate::notifications::OUTBOX_CHANNEL;

/// A message to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOutboxMessage {
    pub topic: &'static str,
    pub key: Vec<u8>,
    /// None is a tombstone.
    pub payload: Option<Vec<u8>>,
    pub headers: Vec<(String, String)>,
}

/// A product document that has a new version, or was withdrawn. What is published is the document as it is then.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentAnnouncement<'a> {
    pub site_id: Uuid,
    pub sku: &'a str,
    pub headers: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    pub id: i64,
    pub topic: String,
    pub key: Vec<u8>,
    pub payload: Option<Vec<u8>>,
    pub headers: Vec<(String, String)>,
}

/// How much is claimed at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimBounds {
    pub messages: i64,
    /// Of payloads and named documents. The message that passes this bound is the last one.
    pub bytes: i64,
}

// With the wake-up call in the same statement: an order's transaction holds locks that others wait for by now.
const INSERT: &str = "WITH added AS (
        INSERT INTO outbox_messages (topic, key, payload, headers)
        SELECT topic, key, payload, headers::json
        FROM UNNEST($1::text[], $2::bytea[], $3::bytea[], $4::text[]) WITH ORDINALITY AS m (topic, key, payload, headers, position)
        ORDER BY position
    )
    SELECT pg_notify($5, '')";
const ANNOUNCE: &str = "INSERT INTO outbox_messages (topic, key, headers, document_site_id, document_sku)
    SELECT $1, convert_to(site_id || ':' || sku, 'UTF8'), headers::json, site_id, sku
    FROM UNNEST($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS m (site_id, sku, headers, position)
    ORDER BY position";
const NOTIFY: &str = "SELECT pg_notify($1, '')";
const OWN_STATES: &str = "SELECT pg_try_advisory_xact_lock(hashtextextended('coheron outbox states', 0))";
// What is locked beyond the bound in bytes comes free with the transaction. The first message is always taken.
const CLAIM: &str =
    "SELECT m.id, m.topic, m.key, m.payload, m.headers, m.document::text AS document, m.document_version
    FROM (
        SELECT o.*, d.document, d.document_version, coalesce(
            sum(coalesce(octet_length(o.payload), d.document_bytes, 0))
                OVER (ORDER BY o.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
        FROM (
            SELECT * FROM outbox_messages WHERE topic <> ALL($3::text[]) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
        ) o
        LEFT JOIN website_product_documents d ON d.site_id = o.document_site_id AND d.sku = o.document_sku
    ) m
    WHERE m.bytes_before < $2 ORDER BY m.id";
const DELETE: &str = "DELETE FROM outbox_messages WHERE id = ANY($1)";

pub(crate) const STATEMENTS: &[&str] = &[INSERT, ANNOUNCE, NOTIFY, OWN_STATES, CLAIM, DELETE];

/// Adds the messages and wakes the relay when the transaction commits.
pub async fn insert(connection: &mut PgConnection, messages: &[NewOutboxMessage]) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let topics: Vec<&str> = messages.iter().map(|message| message.topic).collect();
    let keys: Vec<&[u8]> = messages.iter().map(|message| message.key.as_slice()).collect();
    let payloads: Vec<Option<&[u8]>> = messages.iter().map(|message| message.payload.as_deref()).collect();
    let headers = messages
        .iter()
        .map(|message| serde_json::to_string(&message.headers))
        .collect::<Result<Vec<String>, serde_json::Error>>()?;
    let insert = sqlx::query(INSERT).bind(topics).bind(keys).bind(payloads).bind(headers).bind(OUTBOX_CHANNEL);
    insert.execute(connection).await?;
    Ok(())
}

/// Adds messages that name documents, and wakes the relay when the transaction commits.
pub async fn announce_documents(
    connection: &mut PgConnection,
    topic: &'static str,
    announcements: &[DocumentAnnouncement<'_>],
) -> Result<(), StoreError> {
    if announcements.is_empty() {
        return Ok(());
    }
    let site_ids: Vec<Uuid> = announcements.iter().map(|announcement| announcement.site_id).collect();
    let skus: Vec<&str> = announcements.iter().map(|announcement| announcement.sku).collect();
    let headers = announcements
        .iter()
        .map(|announcement| serde_json::to_string(&announcement.headers))
        .collect::<Result<Vec<String>, serde_json::Error>>()?;
    sqlx::query(ANNOUNCE).bind(topic).bind(site_ids).bind(skus).bind(headers).execute(&mut *connection).await?;
    sqlx::query(NOTIFY).bind(OUTBOX_CHANNEL).execute(connection).await?;
    Ok(())
}

/// Whether this transaction is the one that may publish states, until it ends: of the messages of one key, an earlier
/// one must not be published after a later one.
pub async fn own_states(connection: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(OWN_STATES).fetch_one(connection).await?)
}

/// Locks the oldest unclaimed messages until the transaction ends; whoever claims them publishes and deletes them.
/// Messages for the topics in `held_back` stay where they are.
pub async fn claim(
    connection: &mut PgConnection,
    bounds: ClaimBounds,
    held_back: &[&str],
) -> Result<Vec<OutboxMessage>, StoreError> {
    let claim = sqlx::query_as(CLAIM).bind(bounds.messages).bind(bounds.bytes).bind(held_back);
    let rows: Vec<ClaimedRow> = claim.fetch_all(connection).await?;
    Ok(rows.into_iter().map(ClaimedRow::into_message).collect())
}

pub async fn delete(connection: &mut PgConnection, ids: &[i64]) -> Result<(), StoreError> {
    sqlx::query(DELETE).bind(ids).execute(connection).await?;
    Ok(())
}

#[derive(FromRow)]
struct ClaimedRow {
    id: i64,
    topic: String,
    key: Vec<u8>,
    payload: Option<Vec<u8>>,
    headers: Json<Vec<(String, String)>>,
    document: Option<String>,
    /// Of a message that names a document.
    document_version: Option<i64>,
}

impl ClaimedRow {
    fn into_message(self) -> OutboxMessage {
        let Json(mut headers) = self.headers;
        let payload = match self.document_version {
            Some(version) => {
                headers.push(("document_version".to_owned(), version.to_string()));
                self.document.map(String::into_bytes)
            }
            None => self.payload,
        };
        OutboxMessage { id: self.id, topic: self.topic, key: self.key, payload, headers }
    }
}
