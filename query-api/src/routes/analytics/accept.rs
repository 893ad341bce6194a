//! Which format the `Accept` header asks for.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use coheron_core::analytics_ports::AnswerFormat;
use coheron_platform::http::Problem;

pub const JSON: &str = "application/json";
pub const CSV: &str = "text/csv";
pub const ARROW_STREAM: &str = "application/vnd.apache.arrow.stream";
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// Best first where a range leaves the choice.
const FORMATS: [(&str, AnswerFormat); 4] = [
    (JSON, AnswerFormat::Json),
    (CSV, AnswerFormat::Csv),
    (ARROW_STREAM, AnswerFormat::ArrowStream),
    (PARQUET, AnswerFormat::Parquet),
];

pub fn media_type(format: AnswerFormat) -> &'static str {
    match format {
        AnswerFormat::Json => JSON,
        AnswerFormat::Csv => "text/csv; charset=utf-8",
        AnswerFormat::ArrowStream => ARROW_STREAM,
        AnswerFormat::Parquet => PARQUET,
    }
}

/// JSON where the caller has no wish; 406 where none of ours will do.
pub fn accepted_format(headers: &HeaderMap) -> Result<AnswerFormat, Problem> {
    let mut wishes = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if wishes.peek().is_none() {
        return Ok(AnswerFormat::Json);
    }
    let mut best: Option<(f32, AnswerFormat)> = None;
    for wish in wishes.flat_map(|value| value.split(',')) {
        let Some((format, weight)) = read_wish(wish) else { continue };
        if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, format));
        }
    }
    best.map(|(_, format)| format).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
        let detail = format!("answers are sent as one of: {}", names.join(", "));
        Problem::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail)
    })
}

fn read_wish(wish: &str) -> Option<(AnswerFormat, f32)> {
    let mut parts = wish.split(';').map(str::trim);
    let range = parts.next()?.to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok())?;
    let fits = |name: &str| match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => name.split('/').next() == Some(kind),
        None => name == range,
    };
    FORMATS.iter().find(|(name, _)| fits(name)).map(|(_, format)| (*format, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_wish_that_can_be_met_wins() {
        let expected = [
            (None, Some(AnswerFormat::Json)),
            (Some("*/*"), Some(AnswerFormat::Json)),
            (Some("text/*"), Some(AnswerFormat::Csv)),
            (Some("text/html, text/csv;q=0.5, */*;q=0.1"), Some(AnswerFormat::Csv)),
            (Some("Application/vnd.apache.arrow.stream"), Some(AnswerFormat::ArrowStream)),
            (Some("application/vnd.apache.parquet, application/json; q=0.9"), Some(AnswerFormat::Parquet)),
            (Some("text/html, image/*"), None),
            (Some("text/csv;q=0"), None),
        ];
        for (wish, format) in expected {
            let mut headers = HeaderMap::new();
            if let Some(wish) = wish {
                headers.insert(ACCEPT, wish.parse().expect("a header"));
            }
            let chosen = accepted_format(&headers);
            assert_eq!(chosen.as_ref().ok(), format.as_ref(), "{wish:?}");
            assert!(chosen.is_ok() || chosen.is_err_and(|problem| problem.status() == StatusCode::NOT_ACCEPTABLE));
        }
    }
}
