//! What every endpoint shares: problems, request ids, JSON bodies, entity tags, cursors, idempotent writes and the
//! middleware around all.

mod cors;
pub mod cursor;
mod error_mapping;
pub mod etag;
pub mod extract;
pub mod idempotency;
#[cfg(test)]
mod limits_tests;
mod outlive;
pub mod problem;
mod query;
pub mod request_context;
pub mod stack;

pub use extract::{ApiJson, ApiPath, problem_of_body, read_json};
pub use outlive::outlive_caller;
pub use problem::{ApiResult, FieldError, Problem, ProblemBody};
pub use query::{known_parameters, repeated_parameter, unknown_parameter};
pub use request_context::current_traceparent;
pub use stack::{HttpSettings, is_at_or_under, problem_fallbacks, surround};
