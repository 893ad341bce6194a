//! What every endpoint shares: problems, request ids, JSON bodies, entity tags, cursors and the middleware around all.

pub mod cursor;
mod error_mapping;
pub mod etag;
pub mod extract;
pub mod problem;
pub mod request_context;
pub mod stack;

pub use extract::{ApiJson, ApiPath};
pub use problem::{ApiResult, FieldError, Problem, ProblemBody};
pub use stack::{HttpSettings, problem_fallbacks, public_read_cors, surround};
