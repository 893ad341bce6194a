//! Word sequences of names that make good query suggestions.

use std::collections::BTreeSet;

use crate::words::{Word, is_stop_word};

/// Names of electronics carry their whole data sheet; what the thing is stands at the front.
const MAX_NAME_WORDS: usize = 8;
const MAX_PHRASE_WORDS: usize = 3;
const MAX_PHRASE_BYTES: usize = 60;

/// Every run of one to three words from the front of the name that starts and ends with a meaningful word.
pub(super) fn name_phrases(words: &[Word], phrases: &mut BTreeSet<String>) {
    let words = &words[..words.len().min(MAX_NAME_WORDS)];
    for start in 0..words.len() {
        if !is_meaningful(&words[start].text) {
            continue;
        }
        for end in start..words.len().min(start + MAX_PHRASE_WORDS) {
            if is_meaningful(&words[end].text) {
                insert(phrases, &words[start..=end]);
            }
        }
    }
}

/// The whole of a category or brand name.
pub(super) fn whole_phrase(words: &[Word], phrases: &mut BTreeSet<String>) {
    insert(phrases, words);
}

fn insert(phrases: &mut BTreeSet<String>, words: &[Word]) {
    let phrase = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    if !phrase.is_empty() && phrase.len() <= MAX_PHRASE_BYTES {
        phrases.insert(phrase);
    }
}

fn is_meaningful(word: &str) -> bool {
    word.chars().count() >= 2 && word.chars().any(char::is_alphabetic) && !is_stop_word(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WordAnalyzer;

    #[test]
    fn phrases_begin_and_end_with_meaning() {
        let mut phrases = BTreeSet::new();
        name_phrases(&WordAnalyzer::new().words("Bowl of 5 Oak"), &mut phrases);
        assert_eq!(phrases.into_iter().collect::<Vec<_>>(), ["bowl", "oak"]);
        let mut phrases = BTreeSet::new();
        name_phrases(&WordAnalyzer::new().words("Red Coffee Mug"), &mut phrases);
        assert!(phrases.contains("red coffee mug") && phrases.contains("coffee mug"));
    }
}
