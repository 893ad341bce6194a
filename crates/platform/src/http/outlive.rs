//! Work that is done to its end although nobody waits for it any more.

use super::request_context::within_request;
use super::{ApiResult, Problem};

/// Does the work in a task of its own, with the identity of the running request: a caller that goes away, or a time limit,
/// ends the waiting but not the work. A panic of the work goes on in the caller's place.
pub async fn outlive_caller<T: Send + 'static>(
    work: impl Future<Output = ApiResult<T>> + Send + 'static,
) -> ApiResult<T> {
    match tokio::spawn(within_request(work)).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Problem::unavailable("stopping", "the server is stopping; send the same request again", 1)),
        },
    }
}
