//! Why a page was not rendered.

use axum::http::StatusCode;
use coheron_core::ports::SearchError;
use coheron_core::product_query::ParameterError;
use coheron_platform::http::Problem;
use coheron_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error("there is no such page")]
    NotFound,
    #[error("the page has moved to {0}")]
    Moved(String),
    #[error("the address cannot be understood")]
    BadRequest(Vec<ParameterError>),
    /// The form was not made by a page that this browser has open; `back` leads to a fresh one.
    #[error("the form carries no valid signature")]
    UnsignedForm { back: String },
    #[error("the storefront refuses: {code}")]
    Refused { code: &'static str },
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    #[error("the catalogue could not be searched")]
    Search(#[from] SearchError),
    #[error("a stored product document cannot be read")]
    Document(#[source] serde_json::Error),
    #[error("a template could not be rendered")]
    Template(#[from] askama::Error),
}

impl From<Problem> for PageError {
    /// For problems that a page has no better words for.
    fn from(problem: Problem) -> Self {
        match problem.status() {
            StatusCode::NOT_FOUND => Self::NotFound,
            _ => Self::Refused { code: problem.code() },
        }
    }
}
