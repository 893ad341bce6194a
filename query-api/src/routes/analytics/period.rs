//! The parameters of reports: a time from-to and how many rows.

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use coheron_core::product_query::ParameterError;
use coheron_platform::http::{ApiResult, Problem, unknown_parameter};

use crate::question::{Parameters, repeated};

const DEFAULT_DAYS: TimeDelta = TimeDelta::days(7);
const MAX_DAYS: TimeDelta = TimeDelta::days(366);
const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub limit: i64,
}

impl Period {
    pub fn beginning_text(&self) -> String {
        self.from.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    pub fn end_text(&self) -> String {
        self.to.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

pub fn read_period(parameters: &Parameters, now: DateTime<Utc>) -> ApiResult<Period> {
    let (mut from, mut to, mut limit) = (None, None, DEFAULT_LIMIT);
    let mut errors = repeated(parameters, &["from", "to", "limit"]);
    for (name, value) in parameters {
        match name.as_str() {
            "from" | "to" => match read_moment(value) {
                Some(moment) if name == "from" => from = Some(moment),
                Some(moment) => to = Some(moment),
                None => {
                    errors.push(ParameterError::new(name, "invalid", "must be a day or a time, for example 2026-03-01"))
                }
            },
            "limit" => match value.parse() {
                Ok(wanted) if (1..=MAX_LIMIT).contains(&wanted) => limit = wanted,
                _ => errors.push(ParameterError::new("limit", "out_of_range", format!("must be 1 to {MAX_LIMIT}"))),
            },
            _ => errors.push(unknown_parameter(name)),
        }
    }
    let to = to.unwrap_or(now);
    let from = from.unwrap_or(to - DEFAULT_DAYS);
    if from >= to {
        errors.push(ParameterError::new("from", "out_of_range", "must be before to"));
    } else if to - from > MAX_DAYS {
        errors.push(ParameterError::new("from", "out_of_range", "must be at most 366 days before to"));
    }
    if errors.is_empty() { Ok(Period { from, to, limit }) } else { Err(Problem::invalid_parameters(errors)) }
}

/// Years of four digits only: others cannot be written back in the same form.
fn read_moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => day.and_hms_opt(0, 0, 0)?.and_utc(),
        Err(_) => DateTime::parse_from_rfc3339(text).ok()?.to_utc(),
    };
    let known: std::ops::Range<DateTime<Utc>> = DateTime::UNIX_EPOCH..DateTime::from_timestamp(7_258_118_400, 0)?;
    known.contains(&moment).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> ApiResult<Period> {
        let now = "2026-03-08T12:00:00Z".parse().expect("a time");
        read_period(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(), now)
    }

    #[test]
    fn days_and_times_are_read_and_the_last_week_is_usual() {
        let usual = read(&[]).expect("a period");
        assert_eq!(usual.beginning_text(), "2026-03-01T12:00:00.000Z");
        assert_eq!((usual.end_text().as_str(), usual.limit), ("2026-03-08T12:00:00.000Z", 20));
        let given = read(&[("from", "2026-01-01"), ("to", "2026-01-02T01:00:00+01:00"), ("limit", "5")]);
        let given = given.expect("a period");
        assert_eq!((given.to - given.from, given.limit), (TimeDelta::days(1), 5));
    }

    #[test]
    fn every_parameter_at_fault_is_named() {
        let fields = |pairs: &[(&str, &str)]| -> Vec<String> {
            read(pairs).expect_err("a problem").errors().iter().map(|error| error.field.clone()).collect()
        };
        assert_eq!(fields(&[("from", "yesterday"), ("limit", "0"), ("page", "1")]), ["from", "limit", "page"]);
        assert_eq!(fields(&[("from", "2026-03-09")]), ["from"]);
        assert_eq!(fields(&[("from", "2024-01-01"), ("to", "2026-01-01")]), ["from"]);
        assert_eq!(fields(&[("to", "99999-01-01")]), ["to"]);
        assert_eq!(fields(&[("limit", "1"), ("limit", "2")]), ["limit"]);
    }
}
