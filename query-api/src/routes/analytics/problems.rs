//! From what a question can end with to problems.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use coheron_core::analytics_ports::AnalyticsError;
use coheron_platform::http::{Problem, ProblemBody};
use utoipa::IntoResponses;

const RETRY_AFTER_SECONDS: u32 = 1;

/// The problems of every operation that asks the engine.
#[derive(IntoResponses)]
pub enum QuestionProblems {
    /// No valid secret key.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// The key does not have the scope.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// The question needs more memory than it may have.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// Too many questions run at the moment, or too many requests came; `Retry-After` tells when to come back.
    #[response(status = 429, content_type = "application/problem+json")]
    Busy(ProblemBody),
    /// The events cannot be read at the moment; `Retry-After` tells when to come back.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
    /// The question took longer than it may.
    #[response(status = 504, content_type = "application/problem+json")]
    DeadlineExceeded(ProblemBody),
}

/// What the author of a statement is told.
pub fn problem_of(error: AnalyticsError) -> Problem {
    match error {
        AnalyticsError::Refused { code, message } => {
            let status = match code {
                "invalid_sql" => StatusCode::BAD_REQUEST,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Problem::new(status, code, message.clone()).with_field("sql", code, message)
        }
        AnalyticsError::DeadlineExceeded { .. } => {
            let detail = format!("{error}; ask for a shorter time or for fewer columns");
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "deadline_exceeded", detail)
        }
        AnalyticsError::OutOfMemory => {
            let detail = format!("{error}; group or filter before sorting and joining");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "out_of_memory", detail)
        }
        AnalyticsError::Busy => Problem::new(StatusCode::TOO_MANY_REQUESTS, "analytics_busy", error.to_string())
            .with_header(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS)),
        AnalyticsError::Unavailable(ref cause) => {
            tracing::warn!(%error, %cause, "a question could not be answered");
            Problem::unavailable("temporarily_unavailable", error.to_string(), RETRY_AFTER_SECONDS)
        }
    }
}

/// What the reader of a report is told: its statement is ours, so a refusal is a defect.
pub fn problem_of_report(error: AnalyticsError) -> Problem {
    match error {
        AnalyticsError::Refused { code, message } => {
            tracing::error!(code, message, "the statement of a report was refused");
            Problem::internal()
        }
        other => problem_of(other),
    }
}
