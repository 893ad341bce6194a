//! Opaque cursors: where the next page of one question begins. A cursor of another question is refused.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::problem::Problem;

pub const PARAMETER: &str = "cursor";

const MAX_CURSOR_BYTES: usize = 512;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    #[serde(rename = "o")]
    offset: usize,
    /// Names sort order and filters of the question.
    #[serde(rename = "f")]
    fingerprint: String,
}

pub fn encode(offset: usize, fingerprint: &str) -> String {
    let position = Position { offset, fingerprint: fingerprint.to_owned() };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&position).unwrap_or_default())
}

/// The offset that the cursor stands for.
pub fn decode(cursor: &str, fingerprint: &str) -> Result<usize, Problem> {
    let position = read(cursor).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_parameters", "1 parameter is not valid: cursor").with_field(
            PARAMETER,
            "invalid",
            "is not a next_cursor of an earlier answer",
        )
    })?;
    if position.fingerprint != fingerprint {
        let detail =
            "the cursor belongs to another question: filters and sort order must stay the same from page to page";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "cursor_mismatch", detail).with_field(
            PARAMETER,
            "cursor_mismatch",
            "belongs to other filters or another sort order",
        ));
    }
    Ok(position.offset)
}

fn read(cursor: &str) -> Option<Position> {
    if cursor.len() > MAX_CURSOR_BYTES {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_its_own_question_only() {
        let cursor = encode(48, "abc");
        assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{cursor}");
        assert_eq!(decode(&cursor, "abc").expect("an offset"), 48);
        let problem = decode(&cursor, "abd").expect_err("a problem");
        assert_eq!((problem.code(), problem.errors()[0].field.as_str()), ("cursor_mismatch", "cursor"));
        for text in ["", "x", "%%%", "e30", &"A".repeat(10_000)] {
            let problem = decode(text, "abc").expect_err("a problem");
            assert_eq!(
                (problem.code(), problem.errors()[0].field.as_str()),
                ("invalid_parameters", "cursor"),
                "{text}"
            );
        }
    }
}
