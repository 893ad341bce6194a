//! What can go wrong in an index.

use std::path::PathBuf;

use coheron_core::ports::SearchError;
use coheron_core::retry::RetryClass;
use coheron_stream::stage::StageError;

#[derive(Debug, thiserror::Error)]
pub enum IndexerError {
    #[error("the index folder {path} cannot be used")]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("another process writes the index {path}")]
    WriterTaken { path: PathBuf },
    #[error("the search engine failed while it was {doing}")]
    Engine {
        doing: &'static str,
        #[source]
        source: tantivy::TantivyError,
    },
    #[error("the numbers beside an index, {path}, cannot be read or written")]
    Numbers {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("an index and the numbers beside it are not of the same time")]
    NumbersOfAnotherCommit,
    #[error("a stored document cannot be read")]
    StoredDocument(#[source] serde_json::Error),
    #[error("the search index is being built")]
    BeingBuilt,
    #[error("the index was closed")]
    Closed,
}

impl IndexerError {
    /// A failed engine call is worth a second try because the writer is opened anew, and rebuilt if it must be.
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Engine { .. }
            | Self::WriterTaken { .. }
            | Self::Numbers { .. }
            | Self::NumbersOfAnotherCommit
            | Self::BeingBuilt
            | Self::Closed => RetryClass::Transient,
            Self::Folder { .. } | Self::StoredDocument(_) => RetryClass::Fatal,
        }
    }

    pub(crate) fn engine(doing: &'static str) -> impl Fn(tantivy::TantivyError) -> Self {
        move |source| Self::Engine { doing, source }
    }

    pub(crate) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { path, source }
    }
}

impl From<IndexerError> for StageError {
    fn from(error: IndexerError) -> Self {
        let context = "the search index could not be written";
        match error.retry_class() {
            RetryClass::Transient => Self::Transient { context, source: Box::new(error) },
            RetryClass::Poison | RetryClass::Fenced | RetryClass::Fatal => {
                Self::Fatal { context, source: Box::new(error) }
            }
        }
    }
}

impl From<IndexerError> for SearchError {
    fn from(error: IndexerError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
