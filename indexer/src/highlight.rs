//! Marks the words of a query in the texts of a hit.

use std::borrow::Cow;
use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::error::IndexerError;
use crate::words::{Word, WordAnalyzer};

const SNIPPET_BYTES: usize = 160;
/// Matches further inside a description are not worth looking for.
const SEARCHED_BYTES: usize = 2_000;

#[derive(Deserialize)]
struct Texts<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    description: Cow<'a, str>,
}

/// The name, and the part of the description with the most matches, as escaped HTML with `<mark>` around each match.
/// Fields without a match are absent.
pub(crate) fn highlight(
    document_json: &str,
    stems: &BTreeSet<&str>,
    analyzer: &mut WordAnalyzer,
) -> Result<IndexMap<String, String>, IndexerError> {
    let texts: Texts<'_> = serde_json::from_str(document_json).map_err(IndexerError::StoredDocument)?;
    let mut fields = IndexMap::new();
    let name_matches = matches(&texts.name, stems, analyzer);
    if !name_matches.is_empty() {
        fields.insert("name".to_owned(), marked(&texts.name, &name_matches));
    }
    let description = front(&texts.description, SEARCHED_BYTES);
    let description_matches = matches(description, stems, analyzer);
    if !description_matches.is_empty() {
        fields.insert("description".to_owned(), snippet(description, &description_matches));
    }
    Ok(fields)
}

fn matches(text: &str, stems: &BTreeSet<&str>, analyzer: &mut WordAnalyzer) -> Vec<Word> {
    let mut words = analyzer.words(text);
    // Stemming keeps the first letter, and costs more than looking at it.
    let may_match = |word: &Word| stems.iter().any(|stem| stem.as_bytes().first() == word.text.as_bytes().first());
    words.retain(|word| may_match(word) && stems.contains(analyzer.stem(&word.text).as_str()));
    words
}

/// The window that holds the most matches, cut at spaces.
fn snippet(text: &str, matches: &[Word]) -> String {
    let within =
        |start: usize| matches.iter().filter(|word| word.start >= start && word.end <= start + SNIPPET_BYTES).count();
    let first = matches.iter().map(|word| word.start).rev().max_by_key(|start| within(*start)).unwrap_or(0);
    // Some words before the first match make it readable.
    let start = if first < SNIPPET_BYTES / 4 { 0 } else { after_space(text, first - SNIPPET_BYTES / 4, first) };
    let end = before_space(text, start + SNIPPET_BYTES);
    let inside: Vec<Word> = matches
        .iter()
        .filter(|word| word.start >= start && word.end <= end)
        .map(|word| Word { text: String::new(), start: word.start - start, end: word.end - start })
        .collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < text.len() { "…" } else { "" };
    format!("{before}{}{after}", marked(&text[start..end], &inside))
}

fn marked(text: &str, matches: &[Word]) -> String {
    let mut html = String::with_capacity(text.len() + matches.len() * 13);
    let mut at = 0;
    for word in matches {
        escape_into(&mut html, &text[at..word.start]);
        html.push_str("<mark>");
        escape_into(&mut html, &text[word.start..word.end]);
        html.push_str("</mark>");
        at = word.end;
    }
    escape_into(&mut html, &text[at..]);
    html
}

fn escape_into(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\r' | '\t' => html.push(' '),
            other => html.push(other),
        }
    }
}

fn front(text: &str, most_bytes: usize) -> &str {
    &text[..boundary_before(text, most_bytes)]
}

fn boundary_before(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The start of the first word at or after `from`, at most `limit`.
fn after_space(text: &str, from: usize, limit: usize) -> usize {
    let from = boundary_before(text, from);
    let space = text[from..limit].find(char::is_whitespace);
    space.map_or(from, |space| {
        let rest = &text[from + space..limit];
        limit - rest.trim_start().len()
    })
}

fn before_space(text: &str, to: usize) -> usize {
    if to >= text.len() {
        return text.len();
    }
    let to = boundary_before(text, to);
    text[..to].rfind(char::is_whitespace).filter(|space| to - space < SNIPPET_BYTES / 4).unwrap_or(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn highlighted(name: &str, description: &str, stems: &[&str]) -> IndexMap<String, String> {
        let json = serde_json::json!({"name": name, "description": description, "price": null}).to_string();
        highlight(&json, &stems.iter().copied().collect(), &mut WordAnalyzer::new()).expect("highlights")
    }

    #[test]
    fn marks_stems_and_escapes_the_rest() {
        let fields = highlighted("<b>Mugs</b> & \"more\" mugs", "Nothing here", &["mug"]);
        assert_eq!(fields["name"], "&lt;b&gt;<mark>Mugs</mark>&lt;/b&gt; &amp; &quot;more&quot; <mark>mugs</mark>");
        assert!(!fields.contains_key("description"));
    }

    #[test]
    fn a_snippet_shows_the_best_part() {
        let long = format!(
            "{} A käse knife cuts. {}",
            "Filler words come first. ".repeat(20),
            "Then more follows. ".repeat(20)
        );
        let fields = highlighted("Board", &long, &["knife", "kase"]);
        let snippet = &fields["description"];
        assert!(snippet.contains("<mark>käse</mark> <mark>knife</mark> cuts"), "{snippet}");
        assert!(snippet.starts_with('…') && snippet.ends_with('…'));
        assert!(snippet.len() < 240, "{}", snippet.len());
    }
}
