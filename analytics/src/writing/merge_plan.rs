//! Which files to merge: those of one site and day, of about the same size, so that a row is rewritten a few times at
//! most, however many files come.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use coheron_core::ids::SiteId;
use coheron_store::web_event_files::EventFile;

/// Files of one size that make a merge worth its work.
const ENOUGH: usize = 8;
/// Of a day that is over, two files are enough: no more will come that are worth waiting for.
const ENOUGH_OF_THE_PAST: usize = 2;
const PAST_AFTER: TimeDelta = TimeDelta::hours(2);

/// Groups of files to become one each. `files` are live and small, those of a site and day by time.
pub fn choose_merges(files: Vec<EventFile>, now: DateTime<Utc>, merged_rows: i64) -> Vec<Vec<EventFile>> {
    // Files of the past are one group whatever their size. What came late is not of the past yet, and not among them.
    let mut groups: BTreeMap<(SiteId, NaiveDate, Option<u32>), Vec<EventFile>> = BTreeMap::new();
    for file in files {
        let day = file.min_occurred_at.date_naive();
        let size = (!is_past(&file, now)).then(|| file.rows.max(1).ilog2() / 3);
        groups.entry((file.site_id, day, size)).or_default().push(file);
    }
    let mut merges = Vec::new();
    for ((_, _, size), group) in groups {
        let enough = if size.is_none() { ENOUGH_OF_THE_PAST } else { ENOUGH };
        if group.len() >= enough {
            let sized = group.into_iter().map(|file| (file.rows, file)).collect();
            merges.extend(parts_within(sized, merged_rows));
        }
    }
    merges
}

/// Cuts a group where the sizes, which stand before the files, together would become too much. What is alone then has
/// nothing to be merged with and is left out.
pub fn parts_within(group: Vec<(i64, EventFile)>, most: i64) -> Vec<Vec<EventFile>> {
    let mut parts: Vec<Vec<EventFile>> = Vec::new();
    let mut sum: i64 = 0;
    for (size, file) in group {
        let fits = sum.saturating_add(size) <= most;
        sum = if fits { sum + size } else { size };
        match parts.last_mut() {
            Some(part) if fits => part.push(file),
            _ => parts.push(vec![file]),
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}

fn is_past(file: &EventFile, now: DateTime<Utc>) -> bool {
    let days_end = file.min_occurred_at.date_naive() + TimeDelta::days(1);
    now.date_naive() >= days_end && now - file.created_at > PAST_AFTER
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn file(site: u128, number: usize, rows: i64, time: &str) -> EventFile {
        EventFile {
            site_id: SiteId(Uuid::from_u128(site)),
            name: format!("{number}.parquet"),
            topic: "web.event.v1".to_owned(),
            origin: None,
            rows,
            bytes: 1,
            min_occurred_at: at(time),
            max_occurred_at: at(time),
            created_at: at(time),
        }
    }

    fn sizes(merges: &[Vec<EventFile>]) -> Vec<usize> {
        merges.iter().map(Vec::len).collect()
    }

    #[test]
    fn files_of_one_site_day_and_size_are_merged_once_there_are_enough() {
        let now = at("2026-03-01T12:00:00Z");
        let few: Vec<_> = (0..7).map(|number| file(1, number, 10, "2026-03-01T11:00:00Z")).collect();
        assert!(choose_merges(few.clone(), now, 1_000).is_empty());
        let mut files = few;
        files.push(file(1, 7, 12, "2026-03-01T11:30:00Z"));
        files.push(file(1, 8, 900, "2026-03-01T11:30:00Z"));
        files.push(file(2, 9, 10, "2026-03-01T11:30:00Z"));
        let merges = choose_merges(files, now, 1_000);
        assert_eq!(sizes(&merges), [8]);
        assert!(merges[0].iter().all(|file| file.site_id == SiteId(Uuid::from_u128(1)) && file.rows < 900));
    }

    #[test]
    fn large_files_become_as_many_as_the_bound_asks_for() {
        let now = at("2026-03-01T12:00:00Z");
        let files: Vec<_> = (0..8).map(|number| file(1, number, 300, "2026-03-01T11:00:00Z")).collect();
        assert_eq!(sizes(&choose_merges(files, now, 1_000)), [3, 3, 2]);
    }

    #[test]
    fn a_day_that_is_over_is_merged_whole_within_the_bound() {
        let now = at("2026-03-02T03:00:00Z");
        let files: Vec<_> = [10, 500, 400, 200, 90]
            .into_iter()
            .enumerate()
            .map(|(n, rows)| file(1, n, rows, "2026-03-01T11:00:00Z"))
            .collect();
        let merges = choose_merges(files, now, 1_000);
        assert_eq!(sizes(&merges), [3, 2]);
        assert!(merges.iter().all(|merge| merge.iter().map(|file| file.rows).sum::<i64>() <= 1_000));
        assert!(choose_merges(vec![file(1, 0, 10, "2026-03-01T11:00:00Z")], now, 1_000).is_empty());
    }

    #[test]
    fn a_file_that_fits_to_no_other_is_left_alone() {
        let sized = [90, 20, 70, i64::MAX, 5, 5, 100]
            .into_iter()
            .enumerate()
            .map(|(n, size)| (size, file(1, n, 10, "2026-03-01T11:00:00Z")))
            .collect();
        let parts = parts_within(sized, 100);
        let names: Vec<Vec<&str>> =
            parts.iter().map(|part| part.iter().map(|file| file.name.as_str()).collect()).collect();
        assert_eq!(names, [["1.parquet", "2.parquet"], ["4.parquet", "5.parquet"]]);
    }

    #[test]
    fn an_event_that_came_late_does_not_put_off_the_others_of_its_day() {
        let now = at("2026-03-03T12:00:00Z");
        let late = EventFile { created_at: at("2026-03-03T11:59:00Z"), ..file(1, 0, 1, "2026-03-01T10:00:00Z") };
        let files = vec![late, file(1, 1, 500, "2026-03-01T11:00:00Z"), file(1, 2, 400, "2026-03-01T12:00:00Z")];
        assert_eq!(sizes(&choose_merges(files, now, 1_000)), [2]);
    }
}
