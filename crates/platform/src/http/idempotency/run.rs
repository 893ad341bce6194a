//! Claim, work, answer: one request with a key from its beginning to its end.

use std::panic::{AssertUnwindSafe, resume_unwind};

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_store::idempotency_keys::{self, ClaimOutcome, ClaimRequest, ClaimedKey, StoredAnswer};
use coheron_store::{Database, SiteTransaction, StoreError};
use futures::FutureExt;
use tokio::time::timeout;

use super::answer::{Buffered, buffer, replay};
use super::key::IdempotencyKey;
use super::scope::IdempotencyScope;
use super::{FIELD, LEASE, LIFETIME, RETRY_AFTER_SECONDS, WORK_LIMIT};
use crate::http::{ApiResult, Problem};

/// The running work's hold on its key.
#[derive(Debug)]
pub struct IdempotentRun {
    /// None where the request came without a key.
    claimed: Option<ClaimedKey>,
}

impl IdempotentRun {
    pub(super) fn unkeyed() -> Self {
        Self { claimed: None }
    }

    /// Stores the answer in the transaction of the work, so that both happen or neither, and gives the answer back to
    /// be returned after the commit. The last statement before the commit, since a repeated request waits for it. On
    /// an error the transaction must be dropped: another attempt owns the key.
    pub async fn complete_in(&self, transaction: &mut SiteTransaction, response: Response) -> ApiResult<Response> {
        let Some(claimed) = &self.claimed else {
            return Ok(response);
        };
        match buffer(response).await {
            Buffered::Storable(response, answer) => {
                if idempotency_keys::complete(transaction, claimed, &answer).await? {
                    return Ok(response);
                }
                Err(in_flight())
            }
            Buffered::NotStorable(response) => {
                // Committing now would lose the promise that a retry gets this answer.
                tracing::error!(
                    status = response.status().as_u16(),
                    "the answer of a transaction cannot be stored with it"
                );
                Err(Problem::internal())
            }
        }
    }
}

/// A request that carries a key.
pub(super) struct KeyedRequest {
    pub database: Database,
    pub scope: IdempotencyScope,
    pub key: IdempotencyKey,
    pub fingerprint: [u8; 32],
}

impl KeyedRequest {
    /// Does the work where this is the first request with the key.
    pub async fn answer<F, W, R>(self, work: F) -> ApiResult<Response>
    where
        F: FnOnce(IdempotentRun) -> W + Send,
        W: Future<Output = ApiResult<R>> + Send,
        R: IntoResponse + Send,
    {
        let outcome = self.claim().await?;
        let label = match outcome {
            ClaimOutcome::Claimed(_) => "claimed",
            ClaimOutcome::Done(_) => "replayed",
            ClaimOutcome::OtherFingerprint => "reused",
            ClaimOutcome::InFlight => "in_flight",
        };
        metrics::counter!("coheron_http_idempotency_keys_total", "outcome" => label).increment(1);
        match outcome {
            ClaimOutcome::Claimed(claimed) => Ok(do_work(&self.database, claimed, work).await),
            ClaimOutcome::Done(answer) => replay(answer),
            ClaimOutcome::OtherFingerprint => Err(reused()),
            ClaimOutcome::InFlight => Err(in_flight()),
        }
    }

    async fn claim(&self) -> Result<ClaimOutcome, StoreError> {
        let mut transaction = self.database.begin_site(self.scope.site_id).await?;
        let request = ClaimRequest {
            scope: &self.scope.text,
            key: self.key.as_str(),
            fingerprint: &self.fingerprint,
            lease: LEASE,
            lifetime: LIFETIME,
        };
        let outcome = idempotency_keys::claim(&mut transaction, &request).await?;
        transaction.commit().await?;
        Ok(outcome)
    }
}

async fn do_work<F, W, R>(database: &Database, claimed: ClaimedKey, work: F) -> Response
where
    F: FnOnce(IdempotentRun) -> W + Send,
    W: Future<Output = ApiResult<R>> + Send,
    R: IntoResponse + Send,
{
    let run = IdempotentRun { claimed: Some(claimed.clone()) };
    let answered = async { work(run).await.into_response() };
    match AssertUnwindSafe(timeout(WORK_LIMIT, answered)).catch_unwind().await {
        Ok(Ok(response)) => settle(database, &claimed, response).await,
        Ok(Err(_elapsed)) => {
            tracing::error!(limit_ms = WORK_LIMIT.as_millis() as u64, "a write took too long");
            let problem = Problem::unavailable("timeout", "the answer took too long", RETRY_AFTER_SECONDS);
            settle(database, &claimed, problem.into_response()).await
        }
        Err(panic) => {
            give_back(database, &claimed).await;
            resume_unwind(panic)
        }
    }
}

/// Stores the answer, or releases the key where it cannot be stored. Changes nothing where the work has completed the
/// key itself.
async fn settle(database: &Database, claimed: &ClaimedKey, response: Response) -> Response {
    match buffer(response).await {
        Buffered::Storable(response, answer) => {
            if let Err(error) = store(database, claimed, &answer).await {
                // The work is done, so its answer is given. The key stays in flight until its lease ends.
                tracing::error!(%error, "an answer could not be stored under its idempotency key");
            }
            response
        }
        Buffered::NotStorable(response) => {
            give_back(database, claimed).await;
            response
        }
    }
}

async fn store(database: &Database, claimed: &ClaimedKey, answer: &StoredAnswer) -> Result<(), StoreError> {
    let mut transaction = database.begin_site(claimed.site_id).await?;
    idempotency_keys::complete(&mut transaction, claimed, answer).await?;
    transaction.commit().await
}

async fn give_back(database: &Database, claimed: &ClaimedKey) {
    if let Err(error) = release(database, claimed).await {
        tracing::warn!(%error, "an idempotency key could not be released; its lease will end it");
    }
}

async fn release(database: &Database, claimed: &ClaimedKey) -> Result<(), StoreError> {
    let mut transaction = database.begin_site(claimed.site_id).await?;
    idempotency_keys::release(&mut transaction, claimed).await?;
    transaction.commit().await
}

fn reused() -> Problem {
    let detail = "the Idempotency-Key was used for another request; take a new key for a new intent";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail).with_field(
        FIELD,
        "reused",
        "belongs to a request with another path or body",
    )
}

fn in_flight() -> Problem {
    let detail = "the first request with this Idempotency-Key is still being answered";
    Problem::new(StatusCode::CONFLICT, "idempotency_key_in_flight", detail)
        .with_field(FIELD, "in_flight", "belongs to a request that is still being answered")
        .with_header(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_the_header_and_tell_when_to_come_back() {
        assert_eq!((reused().status(), reused().code()), (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"));
        assert_eq!((in_flight().status(), in_flight().code()), (StatusCode::CONFLICT, "idempotency_key_in_flight"));
        assert_eq!((reused().errors()[0].field.as_str(), in_flight().errors()[0].field.as_str()), (FIELD, FIELD));
        assert_eq!(in_flight().into_response().headers()[RETRY_AFTER], "1");
    }

    #[test]
    fn work_ends_before_its_lease() {
        assert!(WORK_LIMIT < LEASE && LEASE < LIFETIME);
    }
}
