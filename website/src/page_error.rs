//! Why a page was not rendered.

use coheron_core::ports::SearchError;
use coheron_core::product_query::ParameterError;
use coheron_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error("there is no such page")]
    NotFound,
    #[error("the page has moved to {0}")]
    Moved(String),
    #[error("the address cannot be understood")]
    BadRequest(Vec<ParameterError>),
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    #[error("the catalogue could not be searched")]
    Search(#[from] SearchError),
    #[error("a stored product document cannot be read")]
    Document(#[source] serde_json::Error),
    #[error("a template could not be rendered")]
    Template(#[from] askama::Error),
}
