//! Answers on their way into the store and out of it again.

use axum::body::{Body, HttpBody, to_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use coheron_store::idempotency_keys::StoredAnswer;

use super::{KEPT_HEADERS, MAX_BODY_BYTES, REPLAYED_HEADER};
use crate::http::Problem;

/// What can be done with an answer.
pub(super) enum Buffered {
    /// The answer and its copy for the store.
    Storable(Response, StoredAnswer),
    /// The answer says that the next attempt may end differently, or it is too large to be kept.
    NotStorable(Response),
}

/// Copies the answer where it may be stored.
pub(super) async fn buffer(response: Response) -> Buffered {
    if !is_final(response.status()) {
        return Buffered::NotStorable(response);
    }
    let (parts, body) = response.into_parts();
    if body.size_hint().upper().is_none_or(|bytes| bytes > MAX_BODY_BYTES as u64) {
        tracing::error!(
            status = parts.status.as_u16(),
            "an answer is too large to be stored under its idempotency key"
        );
        return Buffered::NotStorable(Response::from_parts(parts, body));
    }
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        tracing::error!("an answer could not be read");
        return Buffered::NotStorable(Problem::internal().into_response());
    };
    let headers = KEPT_HEADERS
        .iter()
        .filter_map(|name| Some((name.to_string(), parts.headers.get(name)?.to_str().ok()?.to_owned())))
        .collect();
    let answer = StoredAnswer { status: parts.status.as_u16(), headers, body: bytes.to_vec() };
    Buffered::Storable(Response::from_parts(parts, Body::from(bytes)), answer)
}

/// The stored answer, marked as such.
pub(super) fn replay(answer: StoredAnswer) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(answer.status).map_err(|_| {
        tracing::error!(status = answer.status, "a stored answer has no valid status");
        Problem::internal()
    })?;
    let mut response = (status, Body::from(answer.body)).into_response();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    Ok(response)
}

/// Whether the same request would get the same answer again. Failures of ours pass, quotas are refilled, and who may
/// not do something now may be allowed to. What is only accepted ends one day: the next attempt finds out how.
fn is_final(status: StatusCode) -> bool {
    !status.is_server_error()
        && !matches!(
            status,
            StatusCode::ACCEPTED | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
        )
}

#[cfg(test)]
mod tests {
    use axum::http::header::{CONTENT_TYPE, ETAG, SET_COOKIE};

    use super::*;

    #[tokio::test]
    async fn a_replay_is_the_answer_with_its_mark() {
        let headers = [(CONTENT_TYPE, "application/json"), (ETAG, "\"3\""), (SET_COOKIE, "secret=1")];
        let given = (StatusCode::CREATED, headers, "{\"version\":3}").into_response();
        let Buffered::Storable(sent, stored) = buffer(given).await else {
            panic!("201 is stored");
        };
        assert!(sent.headers().contains_key(SET_COOKIE) && !sent.headers().contains_key(REPLAYED_HEADER));
        let replayed = replay(stored).expect("an answer");
        assert_eq!((sent.status(), replayed.status()), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(replayed.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(replayed.headers()[ETAG], "\"3\"");
        assert_eq!(replayed.headers()[REPLAYED_HEADER], "true");
        assert!(!replayed.headers().contains_key(SET_COOKIE), "cookies belong to the first caller");
        for response in [sent, replayed] {
            let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            assert_eq!(body.as_ref(), b"{\"version\":3}");
        }
    }

    #[tokio::test]
    async fn answers_that_may_change_are_not_stored() {
        for (status, storable) in [
            (200, true),
            (202, false),
            (204, true),
            (404, true),
            (409, true),
            (422, true),
            (401, false),
            (403, false),
            (429, false),
            (500, false),
            (503, false),
        ] {
            let response = StatusCode::from_u16(status).expect("a status").into_response();
            let is_storable = matches!(buffer(response).await, Buffered::Storable(..));
            assert_eq!(is_storable, storable, "{status}");
        }
    }

    #[tokio::test]
    async fn a_large_answer_is_passed_on_but_not_stored() {
        let largest = buffer("x".repeat(MAX_BODY_BYTES).into_response()).await;
        assert!(matches!(largest, Buffered::Storable(..)));
        let Buffered::NotStorable(response) = buffer("x".repeat(MAX_BODY_BYTES + 1).into_response()).await else {
            panic!("too large to be stored");
        };
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        assert_eq!(body.len(), MAX_BODY_BYTES + 1);
    }

    #[test]
    fn a_stored_status_that_is_none_is_our_failure() {
        let problem = replay(StoredAnswer { status: 7, headers: Vec::new(), body: Vec::new() }).expect_err("a problem");
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
