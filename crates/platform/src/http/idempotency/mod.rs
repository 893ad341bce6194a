//! Writes that a client may repeat: with an `Idempotency-Key`, the second request gets the answer of the first.
//!
//! A handler takes an [`IdempotentRequest`] as its last argument, finds out who asks, and passes its work to
//! [`IdempotentRequest::answer_once`]. The key is claimed in a short transaction of its own, then the work runs in a
//! task of its own, so that a caller who hangs up or a request that times out does not stop it half-way: the answer
//! waits for the retry.
//!
//! ```text
//! time  0 s    claim commits; others with the key get 409 from here on
//!       .      work; at the end the answer is stored and others with the key get it
//!      20 s    work that still runs is dropped, its transaction rolls back, the key is released
//!      30 s    lease ends: a key whose process died is taken over by the next request
//!      24 h    the answer is forgotten
//! ```
//!
//! **What is promised.** The answer is stored after the work's own transaction. A process that dies between the two
//! leaves a key that is taken over, and the work runs again. Work that must not run twice stores its answer in its own
//! transaction with [`IdempotentRun::complete_in`]: then both happen, or neither.
//!
//! **What is stored.** Answers below 500, except 202, 401, 403 and 429: those may differ the next time, so the key is
//! released. Of the headers, those in `KEPT_HEADERS`. The body is kept as it was sent, so answers that hold a secret
//! (the token of a new cart) must not be given through here.
//!
//! **Who gets it.** Whoever reaches the handler's call with the same scope. Handlers check the caller first, and name
//! whose resource it is in the scope.

mod answer;
mod key;
mod openapi;
mod request;
mod run;
mod scope;

use std::time::Duration;

use axum::http::HeaderName;
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};

pub use key::{IdempotencyKey, IdempotencyMode};
pub use openapi::{IdempotencyKeyHeader, IdempotencyProblems, RequiredIdempotencyKeyHeader};
pub use request::IdempotentRequest;
pub use run::IdempotentRun;
pub use scope::IdempotencyScope;

/// The request header that carries the key.
pub const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was stored before.
pub const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The key's header as it is written in problems and documentation.
const FIELD: &str = "Idempotency-Key";
const MAX_KEY_BYTES: usize = 200;
/// Of request and answer.
const MAX_BODY_BYTES: usize = 1024 * 1024;
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];

/// The longest that the work of a request with a key may take. Ends well before the lease: a key is never taken over
/// from work that still runs.
pub const WORK_LIMIT: Duration = Duration::from_secs(20);
const LEASE: Duration = Duration::from_secs(30);
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// When a client should ask again while the first request is being answered.
const RETRY_AFTER_SECONDS: u32 = 1;
