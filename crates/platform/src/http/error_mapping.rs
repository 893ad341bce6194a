//! From the errors of other crates to problems: one place, by retry class.

use std::error::Error;

use coheron_core::ports::SearchError;
use coheron_core::retry::RetryClass;
use coheron_store::StoreError;

use super::problem::Problem;

/// When a client should try again after a store did not answer.
const RETRY_AFTER_SECONDS: u32 = 1;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        problem_of(error.retry_class(), &error)
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        problem_of(error.retry_class(), &error)
    }
}

fn problem_of(class: RetryClass, error: &dyn Error) -> Problem {
    let causes = chain(error);
    match class {
        RetryClass::Transient => {
            tracing::warn!(error = %causes, "a store did not answer a request");
            Problem::unavailable(
                "temporarily_unavailable",
                "a store does not answer at the moment",
                RETRY_AFTER_SECONDS,
            )
        }
        RetryClass::Poison | RetryClass::Fenced | RetryClass::Fatal => {
            tracing::error!(error = %causes, "a request could not be answered");
            Problem::internal()
        }
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test]
    async fn a_store_that_does_not_answer_is_503_and_its_cause_stays_inside() {
        let response = Problem::from(SearchError::Unavailable("secret cause".into())).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        assert!(!String::from_utf8_lossy(&bytes).contains("secret cause"));
    }

    #[test]
    fn a_defect_is_500_and_the_log_line_holds_every_cause() {
        let stored = serde_json::from_str::<u8>("x").expect_err("an error");
        let error = StoreError::from(stored);
        assert!(chain(&error).contains("expected value"));
        assert_eq!(Problem::from(error).status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
