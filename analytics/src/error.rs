//! What can go wrong with event files and what a caller may do about it.

use coheron_core::retry::RetryClass;
use coheron_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum EventFileError {
    #[error("the folder of the event files does not answer")]
    Folder(#[from] std::io::Error),
    #[error("an event file cannot be written or read")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("events do not fit the columns")]
    Columns(#[from] arrow::error::ArrowError),
    #[error("the manifest of the event files does not answer")]
    Manifest(#[from] StoreError),
    #[error("the file {name} holds {found} rows; the manifest says {expected}")]
    RowCount { name: String, found: i64, expected: i64 },
    #[error("the work on event files was stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

impl EventFileError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            // A full or missing disk is mended from outside; until then nothing is lost by waiting.
            Self::Folder(_) | Self::Parquet(_) | Self::Stopped(_) => RetryClass::Transient,
            Self::Manifest(error) => error.retry_class(),
            Self::Columns(_) | Self::RowCount { .. } => RetryClass::Fatal,
        }
    }
}
