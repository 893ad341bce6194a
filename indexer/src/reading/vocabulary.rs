//! The unstemmed words of a segment, held in memory for prefixes and spelling.

use tantivy::{SegmentReader, TantivyError};

use super::string_table::StringTable;
use crate::schema::{Fields, TermKind};

/// Words with the number of products that have them.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: StringTable,
    products: Vec<u32>,
    shapes: Vec<WordShape>,
}

/// What can be compared before an edit distance is computed: which letters occur, and how many there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordShape {
    letters: u64,
    length: u8,
}

impl Vocabulary {
    pub(crate) fn load(segment: &SegmentReader, fields: &Fields) -> Result<Self, TantivyError> {
        let mut vocabulary = Self::default();
        let inverted_index = segment.inverted_index(fields.terms)?;
        let kind = TermKind::Word.prefix();
        let mut terms = inverted_index.terms().range().ge(kind).into_stream()?;
        while terms.advance() {
            let Some(word) = terms.key().strip_prefix(kind.as_bytes()) else { break };
            let Ok(word) = std::str::from_utf8(word) else { continue };
            vocabulary.words.push(word);
            vocabulary.products.push(terms.value().doc_freq);
            vocabulary.shapes.push(WordShape::of(word));
        }
        Ok(vocabulary)
    }

    /// In how many products the word stands, deleted ones included.
    pub(crate) fn products_with(&self, word: &str) -> u32 {
        self.words.find(word).and_then(|ordinal| self.products.get(ordinal)).copied().unwrap_or(0)
    }

    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, u32)> {
        self.words.prefix_range(prefix).map(|ordinal| self.word(ordinal))
    }

    /// The words that may be within this many edits; the distance itself is left to the caller.
    pub(crate) fn near(&self, shape: WordShape, edits: u8) -> impl Iterator<Item = (&str, u32)> {
        let candidates = self.shapes.iter().enumerate().filter(move |(_, other)| shape.may_be_within(**other, edits));
        candidates.map(|(ordinal, _)| self.word(ordinal))
    }

    fn word(&self, ordinal: usize) -> (&str, u32) {
        (self.words.get(ordinal), self.products.get(ordinal).copied().unwrap_or(0))
    }
}

impl WordShape {
    pub(crate) fn of(word: &str) -> Self {
        let letters = word.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64));
        Self { letters, length: u8::try_from(word.chars().count()).unwrap_or(u8::MAX) }
    }

    /// One edit moves the length by at most one and exchanges at most one letter for another.
    fn may_be_within(self, other: Self, edits: u8) -> bool {
        let missing = (self.letters & !other.letters).count_ones();
        let added = (other.letters & !self.letters).count_ones();
        self.length.abs_diff(other.length) <= edits && missing <= u32::from(edits) && added <= u32::from(edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_never_exclude_a_close_word() {
        for (word, other) in [("keybord", "keyboard"), ("mose", "moes"), ("lampp", "lamp"), ("tripid", "tripod")] {
            assert!(WordShape::of(word).may_be_within(WordShape::of(other), 1), "{word} {other}");
        }
        assert!(!WordShape::of("mouse").may_be_within(WordShape::of("tripod"), 2));
    }
}
