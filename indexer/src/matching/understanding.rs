//! What a query means to this catalogue: each word with the words that may stand for it.

use std::collections::BTreeSet;

use tantivy::Term;

use super::spelling::{corrections, far_commoner_neighbour, has_digit};
use crate::reading::snapshot::Snapshot;
use crate::words::{Word, WordAnalyzer, compact_identifier, is_stop_word};

/// More words than this are a pasted text; the first ones say enough.
const MOST_WORDS: usize = 16;
const MOST_EXPANSIONS: usize = 12;
const SHORTEST_PREFIX_CHARS: usize = 2;
/// An unfinished word matches less surely than a whole one.
const PREFIX_BOOST: f32 = 0.8;
/// The last word may be whole already; then its longer relatives must not push it aside.
const PREFIX_OF_KNOWN_BOOST: f32 = 0.2;
const RARE_WORD_BOOST: f32 = 0.8;
const COMPOUND_BOOST: f32 = 0.9;
/// Names in which two words stand side by side before they count as one word written apart.
const COMPOUND_EVIDENCE: u64 = 2;

#[derive(Debug, Default)]
pub(crate) struct UnderstoodQuery {
    pub(crate) groups: Vec<WordGroup>,
    /// The whole text as an identifier, in the forms in which identifiers are indexed.
    pub(crate) identifiers: Vec<String>,
    /// The text with misspelt words replaced, where any was.
    pub(crate) corrected: Option<String>,
}

/// One word of the query. A product has the word if it has any of the alternatives, and scores by the best of them.
#[derive(Debug, Default)]
pub(crate) struct WordGroup {
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) identifiers: Vec<String>,
    /// A stop word beside words that say more: it may add to the score, but is never asked for.
    pub(crate) is_optional: bool,
}

/// Stems that must all be there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alternative {
    pub(crate) stems: Vec<String>,
    pub(crate) boost: f32,
}

impl UnderstoodQuery {
    /// Every stem that a matching product may contain, for highlighting.
    pub(crate) fn stems(&self) -> BTreeSet<&str> {
        let alternatives = self.groups.iter().filter(|group| !group.is_optional).flat_map(|group| &group.alternatives);
        alternatives.flat_map(|alternative| &alternative.stems).map(String::as_str).collect()
    }
}

pub(crate) fn understand(snapshot: &Snapshot, text: &str, analyzer: &mut WordAnalyzer) -> UnderstoodQuery {
    let words: Vec<Word> = analyzer.words(text).into_iter().take(MOST_WORDS).collect();
    let has_content = words.iter().any(|word| !is_stop_word(&word.text));
    let is_typing = !text.ends_with(char::is_whitespace);
    let mut replaced = Vec::new();
    let mut groups = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let position = if at + 1 == words.len() && is_typing { WordPosition::Last } else { WordPosition::Inner };
        let (mut group, replacement) = understand_word(snapshot, &word.text, position, analyzer);
        group.is_optional = has_content && is_stop_word(&word.text);
        if group.is_optional && knob("T_STOP", 1.0) == 0.0 { group.alternatives.clear(); }
        replaced.push(replacement);
        groups.push(group);
    }
    add_joined_neighbours(snapshot, &words, &mut groups, analyzer);
    // The same word twice asks for nothing more, but would count twice.
    let mut seen = BTreeSet::new();
    let mut kept = words.iter().map(|word| seen.insert(word.text.as_str()));
    groups.retain(|_| kept.next().unwrap_or(true));
    UnderstoodQuery { groups, identifiers: identifier_forms(text), corrected: corrected_text(&words, &replaced) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WordPosition {
    Inner,
    /// Perhaps not typed to its end.
    Last,
}

fn understand_word(
    snapshot: &Snapshot,
    word: &str,
    position: WordPosition,
    analyzer: &mut WordAnalyzer,
) -> (WordGroup, Option<String>) {
    let mut group = WordGroup::default();
    if has_digit(word) {
        group.identifiers = identifier_forms(word);
    }
    let stem = analyzer.stem(word);
    let products = snapshot.products_with_word(word);
    let is_known = products > 0 || snapshot.products_with_stem(&stem) > 0;
    if is_known {
        group.push(vec![stem.clone()], 1.0);
    }
    if position == WordPosition::Last {
        let boost = if is_known { knob("T_PREFIX", PREFIX_OF_KNOWN_BOOST) } else { PREFIX_BOOST };
        if boost > 0.0 { for expansion in expansions(snapshot, word) {
            let stem = analyzer.stem(&expansion);
            group.push(vec![stem], boost);
        } }
    }
    if knob("T_COMPOUND", 1.0) > 0.0 { for parts in compound_parts(snapshot, word, is_known || !group.alternatives.is_empty()) {
        let stems = parts.iter().map(|part| analyzer.stem(part)).collect();
        group.push(stems, knob("T_COMPOUND", COMPOUND_BOOST));
    } }
    if !is_known && group.alternatives.is_empty() {
        let corrections = corrections(snapshot, word);
        for correction in &corrections {
            let stem = analyzer.stem(correction);
            group.push(vec![stem], 1.0);
        }
        return (group, corrections.into_iter().next());
    }
    let neighbour = if is_known && knob("T_RARE", 1.0) > 0.0 { far_commoner_neighbour(snapshot, word, products) } else { None };
    if let Some(neighbour) = &neighbour {
        let stem = analyzer.stem(neighbour);
        group.push(vec![stem], RARE_WORD_BOOST);
    }
    (group, neighbour)
}

impl WordGroup {
    fn push(&mut self, stems: Vec<String>, boost: f32) {
        if !self.alternatives.iter().any(|alternative| alternative.stems == stems) {
            self.alternatives.push(Alternative { stems, boost });
        }
    }
}

/// The commonest words that begin with the prefix.
fn expansions(snapshot: &Snapshot, prefix: &str) -> Vec<String> {
    if prefix.chars().count() < SHORTEST_PREFIX_CHARS {
        return Vec::new();
    }
    let mut words: Vec<(&str, u32)> =
        snapshot.words_with_prefix(prefix).into_iter().filter(|(word, _)| *word != prefix).collect();
    words.sort_unstable_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    words.into_iter().take(MOST_EXPANSIONS).map(|(word, _)| word.to_owned()).collect()
}

/// `smartwatch` may be written `smart watch`: where names have the parts side by side. For a word that is known in no
/// way, a change from digits to letters is enough: `64gb`.
fn compound_parts(snapshot: &Snapshot, word: &str, is_known: bool) -> Vec<[String; 2]> {
    let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    let parts = cuts.map(|at| word.split_at(at));
    let mut found: Vec<[String; 2]> = parts
        .filter(|(left, right)| {
            let phrase = Term::from_field_text(snapshot.fields.phrases, &format!("{left} {right}"));
            let is_phrase = left.len() >= 2
                && right.len() >= 2
                && snapshot.searcher.doc_freq(&phrase).unwrap_or(0) >= COMPOUND_EVIDENCE;
            is_phrase || (!is_known && is_number_edge(left, right) && are_words(snapshot, left, right))
        })
        .map(|(left, right)| [left.to_owned(), right.to_owned()])
        .collect();
    if found.is_empty() && !is_known {
        let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
        let best = cuts
            .map(|at| word.split_at(at))
            .filter(|(left, right)| left.chars().count() >= 3 && right.chars().count() >= 3)
            .map(|(left, right)| {
                (snapshot.products_with_word(left).min(snapshot.products_with_word(right)), left, right)
            })
            .max();
        if let Some((rarer, left, right)) = best
            && rarer >= 5
        {
            found.push([left.to_owned(), right.to_owned()]);
        }
    }
    found
}

fn is_number_edge(left: &str, right: &str) -> bool {
    let is_digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    is_digit(left.chars().next_back()) != is_digit(right.chars().next())
}

fn are_words(snapshot: &Snapshot, left: &str, right: &str) -> bool {
    snapshot.products_with_word(left) > 0 && snapshot.products_with_word(right) > 0
}

/// `t shirt` may be written `tshirt`: either of the two words is then had by having the joined one.
fn add_joined_neighbours(
    snapshot: &Snapshot,
    words: &[Word],
    groups: &mut [WordGroup],
    analyzer: &mut WordAnalyzer,
) {
    if knob("T_JOIN", 1.0) == 0.0 { return; }
    for at in 1..words.len() {
        let joined = format!("{}{}", words[at - 1].text, words[at].text);
        if is_stop_word(&words[at - 1].text) || is_stop_word(&words[at].text) {
            continue;
        }
        if snapshot.products_with_word(&joined) > 0 {
            let stem = analyzer.stem(&joined);
            groups[at - 1].push(vec![stem.clone()], COMPOUND_BOOST);
            groups[at].push(vec![stem], COMPOUND_BOOST);
        }
    }
}

fn identifier_forms(text: &str) -> Vec<String> {
    let mut forms = vec![text.trim().to_lowercase(), compact_identifier(text)];
    forms.retain(|form| !form.is_empty());
    forms.dedup();
    forms
}

fn corrected_text(words: &[Word], replaced: &[Option<String>]) -> Option<String> {
    if replaced.iter().all(Option::is_none) {
        return None;
    }
    let corrected = words.iter().zip(replaced).map(|(word, replacement)| replacement.as_deref().unwrap_or(&word.text));
    Some(corrected.collect::<Vec<_>>().join(" "))
}

pub(crate) fn knob(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
