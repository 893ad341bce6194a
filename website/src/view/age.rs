//! How long ago something happened, in words.

use chrono::{DateTime, Utc};

/// `2 seconds ago`. A time ahead of our clock counts as now: the clocks of two machines are never quite equal.
pub fn age_words(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - since).num_seconds().max(0);
    let (count, unit) = match seconds {
        0 => return "just now".to_owned(),
        1..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn words_grow_with_the_distance() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let words = |seconds: i64| age_words(now - TimeDelta::seconds(seconds), now);
        assert_eq!(words(-5), "just now");
        assert_eq!(words(0), "just now");
        assert_eq!(words(1), "1 second ago");
        assert_eq!(words(59), "59 seconds ago");
        assert_eq!(words(60), "1 minute ago");
        assert_eq!(words(7_300), "2 hours ago");
        assert_eq!(words(200_000), "2 days ago");
    }
}
