//! Many short strings in one block of memory, in sorted order.

use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct StringTable {
    text: String,
    ends: Vec<u32>,
}

impl StringTable {
    /// The strings must come in byte order, as dictionaries give them.
    pub(crate) fn push(&mut self, string: &str) {
        self.text.push_str(string);
        // A segment's dictionary beyond 4 GB does not exist: the writer's memory bounds it.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, ordinal: usize) -> &str {
        let start = if ordinal == 0 { 0 } else { self.ends.get(ordinal - 1).copied().unwrap_or(0) };
        let end = self.ends.get(ordinal).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn find(&self, string: &str) -> Option<usize> {
        let ordinal = self.first_at_least(string);
        (ordinal < self.len() && self.get(ordinal) == string).then_some(ordinal)
    }

    /// The strings that begin with the prefix.
    pub(crate) fn prefix_range(&self, prefix: &str) -> Range<usize> {
        let start = self.first_at_least(prefix);
        let rest = self.len() - start;
        start..start + partition_point(rest, |offset| self.get(start + offset).starts_with(prefix))
    }

    fn first_at_least(&self, string: &str) -> usize {
        partition_point(self.len(), |ordinal| self.get(ordinal) < string)
    }
}

/// The number of leading indexes below `length` for which the predicate holds.
fn partition_point(length: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_strings_and_prefixes() {
        let mut table = StringTable::default();
        for string in ["mug", "mugs", "oak", "övn"] {
            table.push(string);
        }
        assert_eq!(table.find("oak"), Some(2));
        assert_eq!(table.find("mu"), None);
        assert_eq!(table.prefix_range("mu"), 0..2);
        assert_eq!(table.prefix_range("z"), 3..3);
        assert_eq!(table.prefix_range(""), 0..4);
        assert_eq!(table.get(3), "övn");
        assert_eq!(table.get(9), "");
    }
}
