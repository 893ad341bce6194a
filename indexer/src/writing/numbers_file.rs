//! The file beside an index with the numbers that are newer than its entries.
//!
//! The first line says what the file and the index together reach; each further line is one product. It is small where
//! an entry is large, so it is written often and whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Lines, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use coheron_core::document_numbers::DocumentNumbers;
use coheron_core::sku::Sku;
use serde::{Deserialize, Serialize};

use super::product_numbers::ProductNumbers;
use crate::error::IndexerError;
use crate::positions::Positions;
use crate::reading::newer_numbers::{NewerNumbers, NewerProduct};
use crate::relaxed_directory::replace_file_with;

const NAME: &str = "numbers.jsonl";

/// One state of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumbersFile {
    /// Counts the states.
    pub(crate) number: u64,
    /// The commit of the index that it stands beside, or a later one.
    pub(crate) commit: u64,
    pub(crate) positions: Positions,
    /// When the stream was read up to there; long ago where an earlier build has not written it.
    #[serde(default)]
    pub(crate) read_at: DateTime<Utc>,
}

/// Replaces the file, so that a crash leaves the old one or the new one.
pub(super) fn write(folder: &Path, file: &NumbersFile, newer: &[(Sku, Arc<NewerProduct>)]) -> Result<(), IndexerError> {
    let lines = |to: &mut BufWriter<File>| {
        serde_json::to_writer(&mut *to, &(newer.len(), file))?;
        for (sku, product) in newer {
            to.write_all(b"\n")?;
            serde_json::to_writer(&mut *to, &(sku, &product.numbers, &product.in_document))?;
        }
        Ok(())
    };
    replace_file_with(&folder.join(NAME), lines).map_err(failed(folder))
}

/// Fails where the file is missing or damaged: an index without it is not complete.
pub(crate) fn read(folder: &Path) -> Result<(NumbersFile, NewerNumbers), IndexerError> {
    read_lines(folder).map_err(failed(folder))
}

/// Which state of the file is there.
pub(crate) fn number(folder: &Path) -> Option<u64> {
    let (_, file) = read_first_line(&mut open_lines(folder).ok()?).ok()?;
    Some(file.number)
}

fn failed(folder: &Path) -> impl FnOnce(io::Error) -> IndexerError {
    let path: PathBuf = folder.join(NAME);
    move |source| IndexerError::Numbers { path, source }
}

fn read_lines(folder: &Path) -> io::Result<(NumbersFile, NewerNumbers)> {
    let mut lines = open_lines(folder)?;
    let (products, first) = read_first_line(&mut lines)?;
    let newer: Vec<(Sku, NewerProduct)> = lines.map(|line| read_line(&line?)).collect::<io::Result<_>>()?;
    if newer.len() != products {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((first, newer.into_iter().collect()))
}

fn open_lines(folder: &Path) -> io::Result<Lines<BufReader<File>>> {
    Ok(BufReader::new(File::open(folder.join(NAME))?).lines())
}

/// The number of products that follow, and the state.
fn read_first_line(lines: &mut Lines<BufReader<File>>) -> io::Result<(usize, NumbersFile)> {
    let first = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
    Ok(serde_json::from_str(&first)?)
}

fn read_line(line: &str) -> io::Result<(Sku, NewerProduct)> {
    let (sku, numbers, in_document): (Sku, ProductNumbers, DocumentNumbers) = serde_json::from_str(line)?;
    Ok((sku, NewerProduct { numbers, in_document }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::{euros, product, time};

    #[test]
    fn what_is_written_is_read_again_and_half_a_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut positions = Positions::default();
        positions.advance(3, 17);
        let newer: NewerNumbers = ["A", "B\"1"]
            .map(|sku| {
                let mut product = product(sku, "A thing");
                (product.price, product.popularity) = (euros(5), 0.1);
                let numbers = ProductNumbers::of(&product, 4);
                (product.sku.clone(), NewerProduct { numbers, in_document: DocumentNumbers::of(&product) })
            })
            .into_iter()
            .collect();
        let state = NumbersFile { number: 9, commit: 3, positions, read_at: time(5) };
        write(folder.path(), &state, &newer.all()).expect("written");
        let (read_state, read_newer) = read(folder.path()).expect("read");
        assert_eq!(read_state, state);
        assert_eq!(read_newer.len(), 2);
        assert_eq!(read_newer.get("B\"1"), newer.get("B\"1"));

        let file = folder.path().join(NAME);
        let text = std::fs::read_to_string(&file).expect("text");
        let (whole_lines, _) = text.rsplit_once('\n').expect("lines");
        for half in [whole_lines, &text[..text.len() - 1], ""] {
            std::fs::write(&file, half).expect("written");
            assert!(read(folder.path()).is_err(), "{half}");
        }
        std::fs::remove_file(&file).expect("removed");
        assert!(read(folder.path()).is_err());
    }
}
