//! Messages that leave with the transaction that caused them.

use sqlx::{FromRow, PgConnection};

use crate::error::StoreError;
use crate::notifications::OUTBOX_CHANNEL;

/// A message to be published. Messages of one key are published in the order of their ids, or only the last of them.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOutboxMessage {
    pub topic: &'static str,
    pub key: Vec<u8>,
    /// None is a tombstone.
    pub payload: Option<Vec<u8>>,
    pub headers: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct OutboxMessage {
    pub id: i64,
    pub topic: String,
    pub key: Vec<u8>,
    pub payload: Option<Vec<u8>>,
    #[sqlx(json)]
    pub headers: Vec<(String, String)>,
}

const INSERT: &str = "INSERT INTO outbox_messages (topic, key, payload, headers)
    SELECT topic, key, payload, headers::json
    FROM UNNEST($1::text[], $2::bytea[], $3::bytea[], $4::text[]) WITH ORDINALITY AS m (topic, key, payload, headers, position)
    ORDER BY position";
const NOTIFY: &str = "SELECT pg_notify($1, '')";
const CLAIM: &str = "SELECT id, topic, key, payload, headers FROM outbox_messages
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED";
const DELETE: &str = "DELETE FROM outbox_messages WHERE id = ANY($1)";

pub(crate) const STATEMENTS: &[&str] = &[INSERT, NOTIFY, CLAIM, DELETE];

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
    sqlx::query(INSERT).bind(topics).bind(keys).bind(payloads).bind(headers).execute(&mut *connection).await?;
    sqlx::query(NOTIFY).bind(OUTBOX_CHANNEL).execute(connection).await?;
    Ok(())
}

/// Locks the oldest unclaimed messages until the transaction ends; whoever claims them publishes and deletes them.
pub async fn claim(connection: &mut PgConnection, limit: i64) -> Result<Vec<OutboxMessage>, StoreError> {
    Ok(sqlx::query_as(CLAIM).bind(limit).fetch_all(connection).await?)
}

pub async fn delete(connection: &mut PgConnection, ids: &[i64]) -> Result<(), StoreError> {
    sqlx::query(DELETE).bind(ids).execute(connection).await?;
    Ok(())
}
