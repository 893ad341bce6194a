//! How long an index can do without the stream.
//!
//! A deletion is a tombstone, which the broker keeps for some days. Whoever reads from a position that is older reads on
//! as if nothing were missing:
//!
//! ```text
//! day 0    A and B are indexed, the position is stored, the process ends
//! day 1    B is deleted
//! day 9    the broker has removed B's records, the tombstone last
//! day 10   the process starts and reads on: B is not mentioned again, and would be sold for ever
//! ```

use std::time::Duration;

use chrono::{DateTime, Utc};
use coheron_core::topics::{CATALOG_DOCUMENT_STATE, Cleanup};

/// For clocks that differ, and for what the broker removes early.
const MARGIN: Duration = Duration::from_secs(24 * 60 * 60);
const LONGEST_ABSENCE: Duration = match CATALOG_DOCUMENT_STATE.cleanup {
    Cleanup::Compact { tombstones_kept: kept } | Cleanup::Delete { retention: kept } => kept.saturating_sub(MARGIN),
};

/// A time at which nothing was read, for whatever has no such time: longer ago than any tombstone.
pub(super) const NOT_KNOWN: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Whether deletions may be gone from the topic that came after it was read last.
pub(super) fn may_be_missed(read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(read_at).to_std().is_ok_and(|absence| absence > LONGEST_ABSENCE)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::tests::fixture::time;

    #[test]
    fn deletions_are_missed_a_day_before_the_broker_forgets_them() {
        for (days, is_missed) in [(-30, false), (0, false), (5, false), (7, true), (300, true)] {
            assert_eq!(may_be_missed(time(0), time(0) + TimeDelta::days(days)), is_missed, "{days}");
        }
    }
}
