//! When an event happened, by our clock.

use chrono::{DateTime, TimeDelta, Utc};

use crate::change::FieldProblem;

/// An event that waited longer than this in a browser is refused.
pub const OLDEST_ACCEPTED: TimeDelta = TimeDelta::days(7);

/// The time of an event, given as its sender's clock showed it. Clocks of visitors are wrong by minutes or by years; they
/// run at the right speed, though: what the same clock showed when the request was sent (`sent_at`) tells by how much.
/// What would still lie in the future happened now.
pub fn time_of_event(
    occurred_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    received_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, FieldProblem> {
    let Some(occurred_at) = occurred_at else { return Ok(received_at) };
    let age = sent_at.unwrap_or(received_at).signed_duration_since(occurred_at).max(TimeDelta::zero());
    if age > OLDEST_ACCEPTED {
        return Err(FieldProblem::new("occurred_at", "is more than 7 days ago"));
    }
    Ok(received_at - age)
}

/// RFC 3339, UTC, always with three digits after the second.
pub(super) mod milliseconds {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        DateTime::<Utc>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_clocks_are_corrected_and_the_future_is_now() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let now = at("2026-03-01T10:00:00Z");
        let time = |occurred: &str, sent: Option<&str>| time_of_event(Some(at(occurred)), sent.map(at), now);
        assert_eq!(time_of_event(None, None, now), Ok(now));
        assert_eq!(time("2026-03-01T09:59:58Z", None), Ok(at("2026-03-01T09:59:58Z")));
        assert_eq!(time("2026-03-01T11:00:00Z", None), Ok(now), "the future");
        // A clock of 1970, an event four seconds before it was sent.
        assert_eq!(time("1970-01-01T00:00:01Z", Some("1970-01-01T00:00:05Z")), Ok(at("2026-03-01T09:59:56Z")));
        assert_eq!(time("2030-01-01T00:00:09Z", Some("2030-01-01T00:00:05Z")), Ok(now), "after it was sent");
        for (occurred, sent) in [("2026-02-01T00:00:00Z", None), ("0001-01-01T00:00:00Z", Some("2026-03-01T10:00:00Z"))]
        {
            assert_eq!(time(occurred, sent).expect_err("too old").field, "occurred_at");
        }
    }
}
