//! How far into the stream the content of an index reaches, stored in the payload of each commit and in the numbers file.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::schema::LAYOUT_VERSION;

/// The next offset by partition of the document topic; a partition that is absent stands at 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Positions(BTreeMap<i32, i64>);

/// What a commit says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) positions: Positions,
    /// When the stream was read up to there.
    pub(crate) read_at: DateTime<Utc>,
    /// The state of the numbers file that holds what the entries do not, or a later one.
    pub(crate) numbers_file: u64,
}

#[derive(Serialize, Deserialize)]
struct CommitPayload {
    layout_version: u32,
    positions: Positions,
    /// Long ago where an earlier build has not written it.
    #[serde(default)]
    read_at: DateTime<Utc>,
    numbers_file: u64,
}

impl Positions {
    pub(crate) fn of(&self, partition: i32) -> i64 {
        self.0.get(&partition).copied().unwrap_or(0)
    }

    /// Never backwards: a replayed batch leaves a further position as it is.
    pub(crate) fn advance(&mut self, partition: i32, to: i64) {
        let position = self.0.entry(partition).or_insert(0);
        *position = (*position).max(to);
    }

    pub(crate) fn advance_all(&mut self, other: &Self) {
        for (partition, offset) in &other.0 {
            self.advance(*partition, *offset);
        }
    }

    /// Whether everything that `other` contains is contained here too.
    pub(crate) fn reaches(&self, other: &Self) -> bool {
        other.0.iter().all(|(partition, offset)| self.of(*partition) >= *offset)
    }

    /// Whether one of these partitions ends before what is contained here.
    pub(crate) fn are_beyond(&self, ends: &Self) -> bool {
        ends.0.iter().any(|(partition, end)| self.of(*partition) > *end)
    }
}

impl From<BTreeMap<i32, i64>> for Positions {
    fn from(offsets: BTreeMap<i32, i64>) -> Self {
        Self(offsets)
    }
}

impl Reached {
    pub(crate) fn to_payload(&self) -> String {
        let Self { positions, read_at, numbers_file } = self.clone();
        let payload = CommitPayload { layout_version: LAYOUT_VERSION, positions, read_at, numbers_file };
        serde_json::to_string(&payload).unwrap_or_default()
    }

    /// None where the payload is missing, unreadable or of another layout: that index has to be built again.
    pub(crate) fn from_payload(payload: Option<&str>) -> Option<Self> {
        let payload: CommitPayload = serde_json::from_str(payload?).ok()?;
        let CommitPayload { layout_version, positions, read_at, numbers_file } = payload;
        (layout_version == LAYOUT_VERSION).then_some(Self { positions, read_at, numbers_file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::time;

    #[test]
    fn a_payload_reads_back_only_in_its_own_layout() {
        let mut positions = Positions::default();
        positions.advance(2, 7);
        positions.advance(2, 5);
        let reached = Reached { positions, read_at: time(7), numbers_file: 5 };
        let payload = reached.to_payload();
        assert_eq!(Reached::from_payload(Some(&payload)), Some(reached));
        let other = payload.replace(&format!(":{LAYOUT_VERSION},"), ":999999,");
        assert_ne!(other, payload);
        assert_eq!(Reached::from_payload(Some(&other)), None);
        assert_eq!(Reached::from_payload(None), None);
    }

    #[test]
    fn an_absent_partition_stands_at_the_start() {
        let mut ahead = Positions::default();
        ahead.advance(0, 3);
        assert!(ahead.reaches(&Positions::default()));
        assert!(!Positions::default().reaches(&ahead));
    }

    #[test]
    fn positions_are_beyond_a_topic_where_one_partition_ends_before_them() {
        let at = |offsets: [(i32, i64); 2]| Positions::from(BTreeMap::from(offsets));
        let positions = at([(0, 900), (1, 900)]);
        assert!(positions.are_beyond(&at([(0, 1_000), (1, 10)])));
        assert!(!positions.are_beyond(&at([(0, 1_000), (1, 900)])));
        assert!(!positions.are_beyond(&Positions::default()), "nothing is known of any partition");
    }
}
