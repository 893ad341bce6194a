//! What a query means to this catalogue: each word with the words that may stand for it.

use std::collections::BTreeSet;

use super::spelling::{corrections, far_commoner_neighbour, guesses, has_digit, nearest_prefix};
use crate::reading::snapshot::Snapshot;
use crate::schema::TermKind;
use crate::words::{Word, WordAnalyzer, compact_identifier, is_stop_word};

/// More words than this are a pasted text; the first ones say enough.
const MOST_WORDS: usize = 16;
const MOST_EXPANSIONS: usize = 12;
const SHORTEST_PREFIX_CHARS: usize = 2;
/// An unfinished word matches less surely than a whole one.
const PREFIX_BOOST: f32 = 0.8;
/// The last word may be whole already; then its longer relatives must not push it aside.
const PREFIX_OF_KNOWN_BOOST: f32 = 0.2;
/// A last word that fewer products have may well be the beginning of another.
const WHOLE_FROM_PRODUCTS: u64 = 10;
/// Unfinished words of no more products than this may be chance; a misspelling is then considered too.
const CHANCE_PRODUCTS: u32 = 2;
const RARE_WORD_BOOST: f32 = 0.8;
const APART_BOOST: f32 = 0.9;
/// A joined word is rare, so it would score high, and it stands for two words at once: it is found, but comes after
/// products that have the words as they were typed.
const JOINED_BOOST: f32 = 0.1;
/// Names in which two words stand side by side before they count as one word written apart.
const COMPOUND_EVIDENCE: u64 = 2;
/// The same for a cut that no name shows: both parts must be common words.
const COMMON_PART_PRODUCTS: u32 = 5;
const SHORTEST_PART_CHARS: usize = 3;

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
        replaced.push(replacement);
        groups.push(group);
    }
    add_joined_neighbours(snapshot, &words, &mut groups, analyzer);
    let identifiers = identifier_forms(text);
    guess_only_word(snapshot, &words, &identifiers, &mut groups, &mut replaced, analyzer);
    // The same word twice asks for nothing more, but would count twice.
    let mut seen = BTreeSet::new();
    let mut kept = words.iter().map(|word| seen.insert(word.text.as_str()));
    groups.retain(|_| kept.next().unwrap_or(true));
    UnderstoodQuery { groups, identifiers, corrected: corrected_text(&words, &replaced) }
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
    let products = u64::from(snapshot.products_with_word(word)).max(snapshot.products_with_stem(&stem));
    let is_known = products > 0;
    if is_known {
        group.push(vec![stem], 1.0);
    }
    let mut commonest_expansion = 0;
    if position == WordPosition::Last && products < WHOLE_FROM_PRODUCTS {
        let boost = if is_known { PREFIX_OF_KNOWN_BOOST } else { PREFIX_BOOST };
        for (expansion, products) in expansions(snapshot, word) {
            commonest_expansion = commonest_expansion.max(products);
            let stem = analyzer.stem(&expansion);
            group.push(vec![stem], boost);
        }
    }
    for parts in compound_parts(snapshot, word, is_known || commonest_expansion > 0) {
        let stems = parts.iter().map(|part| analyzer.stem(part)).collect();
        group.push(stems, APART_BOOST);
    }
    if is_known {
        let neighbour = far_commoner_neighbour(snapshot, word, products, analyzer);
        if let Some(neighbour) = &neighbour {
            let stem = analyzer.stem(neighbour);
            group.push(vec![stem], RARE_WORD_BOOST);
        }
        return (group, neighbour);
    }
    let is_written_apart = commonest_expansion == 0 && !group.alternatives.is_empty();
    if is_written_apart || commonest_expansion > CHANCE_PRODUCTS {
        return (group, None);
    }
    let replacement = add_corrections(snapshot, word, position, &mut group, analyzer);
    if group.alternatives.is_empty()
        && let Some(parts) = likely_parts(snapshot, word)
    {
        let stems = parts.iter().map(|part| analyzer.stem(part)).collect();
        group.push(stems, APART_BOOST);
    }
    (group, replacement)
}

/// The nearest catalogue words, or for an unfinished word what may follow the nearest beginning.
fn add_corrections(
    snapshot: &Snapshot,
    word: &str,
    position: WordPosition,
    group: &mut WordGroup,
    analyzer: &mut WordAnalyzer,
) -> Option<String> {
    let corrections = corrections(snapshot, word);
    for correction in &corrections {
        let stem = analyzer.stem(correction);
        group.push(vec![stem], 1.0);
    }
    if corrections.is_empty() && group.alternatives.is_empty() && position == WordPosition::Last {
        let meant = nearest_prefix(snapshot, word)?;
        let expansions = expansions(snapshot, &meant);
        for (expansion, _) in &expansions {
            let stem = analyzer.stem(expansion);
            group.push(vec![stem], PREFIX_BOOST);
        }
        return expansions.into_iter().next().map(|(expansion, _)| expansion);
    }
    corrections.into_iter().next()
}

impl WordGroup {
    fn push(&mut self, stems: Vec<String>, boost: f32) {
        if !self.alternatives.iter().any(|alternative| alternative.stems == stems) {
            self.alternatives.push(Alternative { stems, boost });
        }
    }
}

/// The commonest words that begin with the prefix.
fn expansions(snapshot: &Snapshot, prefix: &str) -> Vec<(String, u32)> {
    if prefix.chars().count() < SHORTEST_PREFIX_CHARS {
        return Vec::new();
    }
    let mut words: Vec<(&str, u32)> =
        snapshot.words_with_prefix(prefix).into_iter().filter(|(word, _)| *word != prefix).collect();
    words.sort_unstable_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    words.into_iter().take(MOST_EXPANSIONS).map(|(word, products)| (word.to_owned(), products)).collect()
}

/// `smartwatch` may be written `smart watch`: where names have the parts side by side. For a word that is known in no
/// way, a change from digits to letters is enough: `64gb`.
fn compound_parts(snapshot: &Snapshot, word: &str, is_known: bool) -> Vec<[String; 2]> {
    let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    let parts = cuts.map(|at| word.split_at(at));
    parts
        .filter(|(left, right)| {
            let phrase = TermKind::Phrase.term(&snapshot.fields, &format!("{left} {right}"));
            let is_phrase = has_part_length(left)
                && has_part_length(right)
                && snapshot.searcher.doc_freq(&phrase).unwrap_or(0) >= COMPOUND_EVIDENCE;
            is_phrase || (!is_known && is_number_edge(left, right) && are_words(snapshot, left, right))
        })
        .map(|(left, right)| [left.to_owned(), right.to_owned()])
        .collect()
}

/// The cut into two common words, where one exists: a guess that only counts where no catalogue word is near, since
/// `stonewear` is a misspelling and not stones to wear.
fn likely_parts(snapshot: &Snapshot, word: &str) -> Option<[String; 2]> {
    let cuts = word.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    let parts =
        cuts.map(|at| word.split_at(at)).filter(|(left, right)| has_part_length(left) && has_part_length(right));
    let rated = parts
        .map(|(left, right)| (snapshot.products_with_word(left).min(snapshot.products_with_word(right)), left, right));
    let (rarer, left, right) = rated.max()?;
    (rarer >= COMMON_PART_PRODUCTS).then(|| [left.to_owned(), right.to_owned()])
}

fn has_part_length(part: &str) -> bool {
    part.chars().count() >= SHORTEST_PART_CHARS
}

fn is_number_edge(left: &str, right: &str) -> bool {
    let is_digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    is_digit(left.chars().next_back()) != is_digit(right.chars().next())
}

fn are_words(snapshot: &Snapshot, left: &str, right: &str) -> bool {
    snapshot.products_with_word(left) > 0 && snapshot.products_with_word(right) > 0
}

/// `t shirt` may be written `tshirt`: either of the two words is then had by having the joined one.
fn add_joined_neighbours(snapshot: &Snapshot, words: &[Word], groups: &mut [WordGroup], analyzer: &mut WordAnalyzer) {
    for at in 1..words.len() {
        let joined = format!("{}{}", words[at - 1].text, words[at].text);
        if is_stop_word(&words[at - 1].text) || is_stop_word(&words[at].text) {
            continue;
        }
        if snapshot.products_with_word(&joined) > 0 {
            let stem = analyzer.stem(&joined);
            groups[at - 1].push(vec![stem.clone()], JOINED_BOOST);
            groups[at].push(vec![stem], JOINED_BOOST);
        }
    }
}

/// A short word is guessed where it is all that is asked for, and neither a word nor an identifier here.
fn guess_only_word(
    snapshot: &Snapshot,
    words: &[Word],
    identifiers: &[String],
    groups: &mut [WordGroup],
    replaced: &mut [Option<String>],
    analyzer: &mut WordAnalyzer,
) {
    let mut asked = words.iter().zip(groups).zip(replaced).filter(|((_, group), _)| !group.is_optional);
    let (Some(((word, group), replacement)), None) = (asked.next(), asked.next()) else { return };
    if !group.alternatives.is_empty() || identifiers.iter().any(|identifier| is_identifier(snapshot, identifier)) {
        return;
    }
    for guess in guesses(snapshot, &word.text) {
        let stem = analyzer.stem(&guess);
        group.push(vec![stem], 1.0);
        replacement.get_or_insert(guess);
    }
}

fn is_identifier(snapshot: &Snapshot, text: &str) -> bool {
    let term = TermKind::Identifier.term(&snapshot.fields, text);
    snapshot.searcher.doc_freq(&term).unwrap_or(0) > 0
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
