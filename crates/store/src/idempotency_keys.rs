//! Answers of writes by the caller's key. A key is claimed before the work, completed or released after it; a claim
//! whose owner died is taken over when its lease has run out.

use std::time::Duration;

use coheron_core::ids::SiteId;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::database::SiteTransaction;
use crate::error::StoreError;

/// A request that wants to be the first with its key. The site is that of the transaction.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRequest<'a> {
    pub scope: &'a str,
    pub key: &'a str,
    /// SHA-256 of method, path and body.
    pub fingerprint: &'a [u8; 32],
    /// How long nobody else may take the key over. The claimant must have ended by then.
    pub lease: Duration,
    /// How long the answer is kept, counted from the claim.
    pub lifetime: Duration,
}

/// The right to complete or release a key, until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedKey {
    pub site_id: SiteId,
    scope: String,
    key: String,
    claimed_by: Uuid,
}

/// What is known about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The key is ours: do the work.
    Claimed(ClaimedKey),
    /// The work was done before.
    Done(StoredAnswer),
    /// The key was used for another request.
    OtherFingerprint,
    /// Somebody is doing the work right now.
    InFlight,
}

/// An HTTP answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

// Inserts the key, or takes over a row that nobody needs any more: expired, or in flight beyond its lease. `now()` is
// the start of the transaction, so a claim that had to wait for a lock gets a shorter lease, never a longer one.
const CLAIM: &str =
    "INSERT INTO idempotency_keys AS k (site_id, scope, key, fingerprint, state, claimed_by, claimed_until, expires_at)
    VALUES ($1, $2, $3, $4, 'in_flight', $5, now() + make_interval(secs => $6), now() + make_interval(secs => $7))
    ON CONFLICT (site_id, scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state,
        claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until,
        status = NULL, headers = NULL, body = NULL, created_at = now(), expires_at = excluded.expires_at
    WHERE k.expires_at <= now()
        OR (k.state = 'in_flight' AND k.claimed_until <= now() AND k.fingerprint = excluded.fingerprint)";
const SELECT: &str = "SELECT fingerprint, status, headers, body FROM idempotency_keys
    WHERE site_id = $1 AND scope = $2 AND key = $3";
const COMPLETE: &str = "UPDATE idempotency_keys SET state = 'done', status = $5, headers = $6, body = $7
    WHERE site_id = $1 AND scope = $2 AND key = $3 AND claimed_by = $4 AND state = 'in_flight'";
const RELEASE: &str = "DELETE FROM idempotency_keys
    WHERE site_id = $1 AND scope = $2 AND key = $3 AND claimed_by = $4 AND state = 'in_flight'";
const DELETE_EXPIRED: &str = "DELETE FROM idempotency_keys k USING (
        SELECT site_id, scope, key FROM idempotency_keys WHERE expires_at <= now()
        ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) expired
    WHERE k.site_id = expired.site_id AND k.scope = expired.scope AND k.key = expired.key";

pub(crate) const STATEMENTS: &[&str] = &[CLAIM, SELECT, COMPLETE, RELEASE, DELETE_EXPIRED];

/// Claims the key or tells what is in the way. Waits while another transaction is completing the same key. The claim
/// counts once the transaction has committed, so it must commit before the work begins.
pub async fn claim(transaction: &mut SiteTransaction, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
    let site_id = transaction.site_id();
    let claimed_by = Uuid::now_v7();
    let claimed = sqlx::query(CLAIM)
        .bind(site_id.0)
        .bind(request.scope)
        .bind(request.key)
        .bind(request.fingerprint.as_slice())
        .bind(claimed_by)
        .bind(request.lease.as_secs_f64())
        .bind(request.lifetime.as_secs_f64())
        .execute(transaction.connection())
        .await?;
    if claimed.rows_affected() == 1 {
        let (scope, key) = (request.scope.to_owned(), request.key.to_owned());
        return Ok(ClaimOutcome::Claimed(ClaimedKey { site_id, scope, key, claimed_by }));
    }
    // The refused claim has locked the row (as every conflicting insert does), so it cannot be released in between.
    let row: KeyRow = sqlx::query_as(SELECT)
        .bind(site_id.0)
        .bind(request.scope)
        .bind(request.key)
        .fetch_one(transaction.connection())
        .await?;
    Ok(row.into_outcome(request.fingerprint))
}

/// Keeps the answer. False where the key is ours no more, because it was completed before or the lease ran out and
/// another attempt took it over: a caller whose own work is in this transaction must roll back then.
pub async fn complete(
    transaction: &mut SiteTransaction,
    claimed: &ClaimedKey,
    answer: &StoredAnswer,
) -> Result<bool, StoreError> {
    let done = sqlx::query(COMPLETE)
        .bind(claimed.site_id.0)
        .bind(&claimed.scope)
        .bind(&claimed.key)
        .bind(claimed.claimed_by)
        .bind(i32::from(answer.status))
        .bind(Json(&answer.headers))
        .bind(&answer.body)
        .execute(transaction.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the key, so that the same request may be tried again. A completed key stays.
pub async fn release(transaction: &mut SiteTransaction, claimed: &ClaimedKey) -> Result<bool, StoreError> {
    let done = sqlx::query(RELEASE)
        .bind(claimed.site_id.0)
        .bind(&claimed.scope)
        .bind(&claimed.key)
        .bind(claimed.claimed_by)
        .execute(transaction.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes at most `limit` expired keys of all sites, oldest first, and tells how many it were.
pub async fn delete_expired(connection: &mut PgConnection, limit: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(DELETE_EXPIRED).bind(limit).execute(connection).await?.rows_affected())
}

#[derive(FromRow)]
struct KeyRow {
    fingerprint: Vec<u8>,
    status: Option<i32>,
    headers: Option<Json<Vec<(String, String)>>>,
    body: Option<Vec<u8>>,
}

impl KeyRow {
    fn into_outcome(self, fingerprint: &[u8; 32]) -> ClaimOutcome {
        if self.fingerprint != fingerprint.as_slice() {
            return ClaimOutcome::OtherFingerprint;
        }
        let status = self.status.and_then(|status| u16::try_from(status).ok());
        match (status, self.headers, self.body) {
            (Some(status), Some(Json(headers)), Some(body)) => {
                ClaimOutcome::Done(StoredAnswer { status, headers, body })
            }
            _ => ClaimOutcome::InFlight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(status: Option<i32>) -> KeyRow {
        let headers = status.map(|_| Json(vec![("etag".to_owned(), "\"7\"".to_owned())]));
        KeyRow { fingerprint: vec![1; 32], status, headers, body: status.map(|_| b"{}".to_vec()) }
    }

    #[test]
    fn a_row_is_an_answer_only_to_the_same_request() {
        assert_eq!(row(None).into_outcome(&[1; 32]), ClaimOutcome::InFlight);
        assert_eq!(row(None).into_outcome(&[2; 32]), ClaimOutcome::OtherFingerprint);
        assert_eq!(row(Some(201)).into_outcome(&[2; 32]), ClaimOutcome::OtherFingerprint);
        let ClaimOutcome::Done(answer) = row(Some(201)).into_outcome(&[1; 32]) else {
            panic!("a completed key answers");
        };
        assert_eq!((answer.status, answer.headers.len(), answer.body.as_slice()), (201, 1, b"{}".as_slice()));
    }
}
