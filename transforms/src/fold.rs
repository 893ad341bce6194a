//! Last-wins folding: of many changes of one entity in a batch, only what can still matter is written.

use std::collections::HashMap;

use coheron_core::change::{Change, ChangeBody, VersionedDelete};
use coheron_core::ids::SiteId;

/// Keeps, for each entity, the change with the highest version (the first of equals, as the store's guard does) and
/// the latest tombstone without a version. Both can matter: the store compares the first by version and the second by
/// time.
pub fn fold<Facts>(changes: Vec<Change<Facts>>) -> Vec<Change<Facts>> {
    let mut newest: HashMap<(SiteId, String, GuardedBy), Change<Facts>> = HashMap::with_capacity(changes.len());
    for change in changes {
        let guard = guard_of(&change);
        let key = (change.site_id, change.entity_id.clone(), guard);
        match newest.get(&key) {
            Some(known) if !supersedes(&change, known, guard) => {}
            _ => {
                newest.insert(key, change);
            }
        }
    }
    let mut folded: Vec<Change<Facts>> = newest.into_values().collect();
    // In key order, so that transactions lock rows in the same order and a run can be repeated exactly.
    folded.sort_by(|left, right| (left.site_id, &left.entity_id).cmp(&(right.site_id, &right.entity_id)));
    folded
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum GuardedBy {
    Version,
    Time,
}

fn guard_of<Facts>(change: &Change<Facts>) -> GuardedBy {
    match change.body {
        ChangeBody::Delete { versioned: VersionedDelete::No } => GuardedBy::Time,
        _ => GuardedBy::Version,
    }
}

fn supersedes<Facts>(change: &Change<Facts>, known: &Change<Facts>, guard: GuardedBy) -> bool {
    match guard {
        GuardedBy::Version => change.as_of.entity_version > known.as_of.entity_version,
        GuardedBy::Time => change.as_of.erp_time > known.as_of.erp_time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use coheron_core::as_of::AsOf;
    use uuid::Uuid;

    fn change(entity_id: &str, version: i64, body: ChangeBody<&'static str>) -> Change<&'static str> {
        let erp_time = DateTime::from_timestamp(version, 0).expect("a time");
        let as_of = AsOf { topic: "t".to_owned(), partition: 0, offset: version, erp_time, entity_version: version };
        Change { site_id: SiteId(Uuid::nil()), entity_id: entity_id.to_owned(), body, as_of }
    }

    #[test]
    fn the_highest_version_wins_whatever_the_order() {
        let folded = fold(vec![
            change("A", 2, ChangeBody::Upsert("second")),
            change("A", 3, ChangeBody::Upsert("third")),
            change("A", 1, ChangeBody::Upsert("first")),
            change("B", 1, ChangeBody::Upsert("other")),
        ]);
        let bodies: Vec<_> = folded.iter().map(|change| change.body.clone()).collect();
        assert_eq!(bodies, [ChangeBody::Upsert("third"), ChangeBody::Upsert("other")]);
    }

    #[test]
    fn of_equal_versions_the_first_wins_as_in_the_store() {
        let folded =
            fold(vec![change("A", 1, ChangeBody::Upsert("first")), change("A", 1, ChangeBody::Upsert("again"))]);
        assert_eq!(folded[0].body, ChangeBody::Upsert("first"));
    }

    #[test]
    fn a_tombstone_without_version_stands_beside_the_newest_image() {
        let unversioned = ChangeBody::Delete { versioned: VersionedDelete::No };
        let folded = fold(vec![
            change("A", 5, ChangeBody::Upsert("image")),
            change("A", 6, unversioned.clone()),
            change("A", 4, unversioned.clone()),
        ]);
        assert_eq!(folded.len(), 2);
        assert!(folded.iter().any(|change| change.body == unversioned && change.as_of.offset == 6));
    }

    #[test]
    fn a_versioned_tombstone_competes_by_version() {
        let deleted = ChangeBody::Delete { versioned: VersionedDelete::Yes };
        let folded = fold(vec![change("A", 7, deleted.clone()), change("A", 6, ChangeBody::Upsert("late"))]);
        assert_eq!(folded.iter().map(|change| change.body.clone()).collect::<Vec<_>>(), [deleted]);
    }
}
