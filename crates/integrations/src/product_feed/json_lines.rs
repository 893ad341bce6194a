//! JSON lines.

use super::{FeedProduct, LineProblem};

/// Products with their line numbers; empty lines are skipped.
pub fn read(
    lines: impl Iterator<Item = std::io::Result<String>>,
) -> impl Iterator<Item = Result<(u64, FeedProduct), LineProblem>> {
    (1..).zip(lines).filter_map(|(number, line)| {
        let problem = |problem: String| LineProblem { line: number, field: "line".to_owned(), problem };
        match line {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(
                serde_json::from_str(&text)
                    .map(|product| (number, product))
                    .map_err(|error| problem(error.to_string())),
            ),
            Err(error) => Some(Err(problem(error.to_string()))),
        }
    })
}
