//! Replaces a word that the catalogue does not know by the nearest words that it knows.

use crate::reading::snapshot::Snapshot;
use crate::words::{WordAnalyzer, is_stop_word};

const MOST_CORRECTIONS: usize = 3;
/// Shorter words have too many neighbours for any of them to be meant: see `guesses`.
const ONE_EDIT_FROM_CHARS: usize = 4;
const GUESSED_CHARS: usize = 3;
const TWO_EDITS_FROM_CHARS: usize = 8;
/// A known word is doubted only where a neighbour is this many times more common.
const RARER_FACTOR: u64 = 40;
const RARE_PRODUCTS: u64 = 5;

/// The one to three nearest catalogue words, best first; empty where none is near.
pub(crate) fn corrections(snapshot: &Snapshot, word: &str) -> Vec<String> {
    nearest_words(snapshot, word, edits_allowed(word), |_| true)
}

/// What a word of three letters may stand for. Nearly every such word has a neighbour, so this is for one that is all of a
/// query that finds nothing otherwise: `mig` may be `mug`, but `mig welder` is no mug.
pub(crate) fn guesses(snapshot: &Snapshot, word: &str) -> Vec<String> {
    if word.chars().count() != GUESSED_CHARS || has_digit(word) || is_stop_word(word) {
        return Vec::new();
    }
    nearest_words(snapshot, word, 1, |guess| {
        first_letter(guess) == first_letter(word) && guess.chars().count() >= GUESSED_CHARS && !is_stop_word(guess)
    })
}

fn nearest_words(snapshot: &Snapshot, word: &str, edits: u8, may_be_meant: impl Fn(&str) -> bool) -> Vec<String> {
    if edits == 0 {
        return Vec::new();
    }
    let mut nearest: Vec<(usize, bool, std::cmp::Reverse<u32>, &str)> = snapshot
        .words_near(word, edits)
        .into_iter()
        .filter(|(candidate, _)| *candidate != word && !has_digit(candidate) && may_be_meant(candidate))
        .map(|(candidate, products)| {
            let distance = strsim::osa_distance(word, candidate);
            (distance, first_letter(candidate) != first_letter(word), std::cmp::Reverse(products), candidate)
        })
        .filter(|(distance, ..)| *distance <= usize::from(edits))
        .collect();
    nearest.sort_unstable();
    let best = nearest.first().map_or(0, |(distance, ..)| *distance);
    nearest
        .into_iter()
        .take_while(|(distance, ..)| *distance == best)
        .take(MOST_CORRECTIONS)
        .map(|(.., candidate)| candidate.to_owned())
        .collect()
}

/// The word that is probably meant by a known but very rare one, for example a misspelling inside the catalogue.
pub(crate) fn far_commoner_neighbour(
    snapshot: &Snapshot,
    word: &str,
    products: u64,
    analyzer: &mut WordAnalyzer,
) -> Option<String> {
    if edits_allowed(word) == 0 || products > RARE_PRODUCTS {
        return None;
    }
    let neighbour = corrections(snapshot, word).into_iter().next()?;
    let is_one_edit = strsim::osa_distance(word, &neighbour) == 1 && first_letter(word) == first_letter(&neighbour);
    let is_commoner = u64::from(snapshot.products_with_word(&neighbour)) >= products * RARER_FACTOR;
    // Singular and plural are found together anyway.
    let is_another_word = analyzer.stem(word) != analyzer.stem(&neighbour);
    (is_one_edit && is_commoner && is_another_word).then_some(neighbour)
}

/// The beginning of a catalogue word that is one edit away from the typed beginning, of the commonest such word.
pub(crate) fn nearest_prefix(snapshot: &Snapshot, typed: &str) -> Option<String> {
    let length = typed.chars().count();
    if length < ONE_EDIT_FROM_CHARS || has_digit(typed) || !snapshot.words_with_prefix(typed).is_empty() {
        return None;
    }
    let first: String = typed.chars().take(1).collect();
    let mut best: Option<(u32, String)> = None;
    for (word, products) in snapshot.words_with_prefix(&first) {
        if best.as_ref().is_some_and(|(most, _)| *most >= products) {
            continue;
        }
        let prefixes = [length, length + 1, length - 1].map(|length| word.chars().take(length).collect::<String>());
        if let Some(prefix) = prefixes.into_iter().find(|prefix| strsim::osa_distance(prefix, typed) <= 1) {
            best = Some((products, prefix));
        }
    }
    best.map(|(_, prefix)| prefix)
}

fn edits_allowed(word: &str) -> u8 {
    match word.chars().count() {
        // Part numbers and sizes are right or wrong, never nearly right.
        _ if has_digit(word) => 0,
        length if length >= TWO_EDITS_FROM_CHARS => 2,
        length if length >= ONE_EDIT_FROM_CHARS => 1,
        _ => 0,
    }
}

pub(crate) fn has_digit(word: &str) -> bool {
    word.chars().any(|character| character.is_ascii_digit())
}

fn first_letter(word: &str) -> Option<char> {
    word.chars().next()
}
