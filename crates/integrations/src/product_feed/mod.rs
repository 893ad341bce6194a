//! Product feeds as files: JSON lines or CSV, plain or compressed with Zstandard, read as a stream.

mod attribute_key;
mod catalogue;
mod category_path;
mod csv_feed;
mod feed_product;
mod jsonl_feed;
#[cfg(test)]
mod page_tests;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use coheron_core::change::FieldProblem;
use coheron_core::retry::RetryClass;

pub use catalogue::{LoadedCatalogue, load_catalogue, read_catalogue};
pub use category_path::CategoryPath;
pub use feed_product::FeedProduct;

/// The longest line accepted, in bytes: far above any product, far below harm.
const MAX_LINE_BYTES: u64 = 8 * 1024 * 1024;

/// A feed file as an iterator of its products. After an error of a line the next line follows; after an error of the
/// file the iterator ends.
pub type ProductFeed = Box<dyn Iterator<Item = Result<FeedProduct, FeedError>> + Send>;

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("{path} cannot be opened")]
    Open { path: PathBuf, source: std::io::Error },
    #[error("{path} is no product feed: its name must end in .jsonl or .csv, or in .jsonl.zst or .csv.zst")]
    UnknownFormat { path: PathBuf },
    #[error("the feed cannot be read after line {line}")]
    Read { line: u64, source: std::io::Error },
    #[error("line {line}, {field}: {problem}")]
    Line { line: u64, field: String, problem: String },
}

impl FeedError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Open { .. } | Self::Read { .. } | Self::UnknownFormat { .. } => RetryClass::Fatal,
            Self::Line { .. } => RetryClass::Poison,
        }
    }

    fn at_line(line: u64, problem: FieldProblem) -> Self {
        Self::Line { line, field: problem.field, problem: problem.problem }
    }
}

/// Opens a feed file; its name tells the format.
pub fn open_feed(path: &Path) -> Result<ProductFeed, FeedError> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain_name = name.strip_suffix(".zst").unwrap_or(&name);
    let is_csv = plain_name.ends_with(".csv");
    if !is_csv && !plain_name.ends_with(".jsonl") {
        return Err(FeedError::UnknownFormat { path: path.to_owned() });
    }
    let opened = |source| FeedError::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(opened)?;
    let text: Box<dyn BufRead + Send> = if plain_name.len() < name.len() {
        Box::new(BufReader::new(zstd::stream::read::Decoder::new(file).map_err(opened)?))
    } else {
        Box::new(BufReader::new(file))
    };
    if is_csv { csv_feed::read(text) } else { Ok(jsonl_feed::read(text)) }
}
