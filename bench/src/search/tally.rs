//! The answers of one measurement, by kind of query.

use std::collections::BTreeMap;

use super::queries::QueryKind;
use super::shopper::Answered;
use crate::latencies::Latencies;
use crate::report::Section;

#[derive(Default)]
pub struct Tally {
    by_kind: BTreeMap<QueryKind, Latencies>,
    answer_bytes: u64,
    failed: u64,
}

impl Tally {
    pub fn add(&mut self, answered: &Answered) -> anyhow::Result<()> {
        match answered.answer_bytes {
            Some(bytes) => {
                self.answer_bytes += u64::try_from(bytes)?;
                self.of_kind(answered.kind)?.record(answered.took);
            }
            None => self.failed += 1,
        }
        Ok(())
    }

    pub fn merge(&mut self, other: &Self) -> anyhow::Result<()> {
        for (kind, latencies) in &other.by_kind {
            self.of_kind(*kind)?.add(latencies)?;
        }
        self.answer_bytes += other.answer_bytes;
        self.failed += other.failed;
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
    pub fn report(&self, section: &mut Section, elapsed_seconds: f64) -> anyhow::Result<()> {
        let mut all = Latencies::new()?;
        for latencies in self.by_kind.values() {
            all.add(latencies)?;
        }
        section.latencies.push(all.row("all"));
        if self.by_kind.len() > 1 {
            section.latencies.extend(self.by_kind.iter().map(|(kind, latencies)| latencies.row(kind.name())));
        }
        let answers = all.count() as f64;
        section.figure("answers per second", answers / elapsed_seconds, "1/s");
        section.figure("mean size of an answer", self.answer_bytes as f64 / answers.max(1.0) / 1024.0, "KiB");
        section.count("failed requests", self.failed, "");
        Ok(())
    }

    fn of_kind(&mut self, kind: QueryKind) -> anyhow::Result<&mut Latencies> {
        use std::collections::btree_map::Entry;
        Ok(match self.by_kind.entry(kind) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Latencies::new()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answered(kind: QueryKind, answer_bytes: Option<usize>, millis: u64) -> Answered {
        Answered { kind, answer_bytes, took: Duration::from_millis(millis) }
    }

    #[test]
    fn answers_are_reported_together_and_by_kind_and_failures_apart() {
        let (mut tally, mut other) = (Tally::default(), Tally::default());
        tally.add(&answered(QueryKind::Whole, Some(1024), 2)).expect("added");
        other.add(&answered(QueryKind::Misspelt, Some(3072), 8)).expect("added");
        other.add(&answered(QueryKind::Misspelt, None, 1)).expect("added");
        tally.merge(&other).expect("merged");

        let mut section = Section::new("part");
        tally.report(&mut section, 4.0).expect("a report");
        let rows: Vec<(&str, u64)> = section.latencies.iter().map(|row| (row.name.as_str(), row.count)).collect();
        assert_eq!(rows, [("all", 2), ("whole queries", 1), ("one letter missing", 1)]);
        let values: Vec<f64> = section.figures.iter().map(|figure| figure.value).collect();
        assert_eq!(values, [0.5, 2.0, 1.0]);
    }
}
