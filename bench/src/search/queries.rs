//! What shoppers type: whole queries, queries of which the last word is not finished, and queries with a letter missing.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The shares of `Queries::next_query` in words.
pub const MIX: &str = "60 % whole, 20 % last word unfinished, 20 % one letter missing";

/// Words shorter than this are neither cut nor misspelt: what remains would be another query.
const SHORTEST_CHANGED_WORD: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QueryKind {
    Whole,
    Unfinished,
    Misspelt,
    /// What a suggestion is asked for: the first letters.
    Typed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub kind: QueryKind,
    pub text: String,
}

/// An endless mix of queries, the same for the same seed.
pub struct Queries {
    texts: Vec<String>,
    rng: ChaCha8Rng,
}

impl QueryKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole queries",
            Self::Unfinished => "last word unfinished",
            Self::Misspelt => "one letter missing",
            Self::Typed => "first letters",
        }
    }
}

impl Queries {
    pub fn new(texts: Vec<String>, seed: u64) -> Self {
        Self { texts, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A query in one of the kinds of the mix.
    pub fn next_query(&mut self) -> Query {
        let text = self.next_text();
        match self.rng.random_range(0..10) {
            0..6 => Query { kind: QueryKind::Whole, text },
            6..8 => Query { kind: QueryKind::Unfinished, text: unfinished(&text) },
            _ => Query { kind: QueryKind::Misspelt, text: misspelt(&text, &mut self.rng) },
        }
    }

    /// The first letters of a query, one at least.
    pub fn next_typed(&mut self) -> Query {
        let text = self.next_text();
        let letters = self.rng.random_range(1..=text.chars().count().max(1));
        Query { kind: QueryKind::Typed, text: text.chars().take(letters).collect() }
    }

    fn next_text(&mut self) -> String {
        self.texts.choose(&mut self.rng).cloned().unwrap_or_default()
    }
}

/// The different texts in the column `query` of a tab-separated file.
pub fn read(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    column(&text).with_context(|| format!("{} has no column `query`", path.display()))
}

fn column(table: &str) -> Option<Vec<String>> {
    let mut lines = table.lines();
    let position = lines.next()?.split('\t').position(|name| name == "query")?;
    let mut seen = HashSet::new();
    let texts = lines.filter_map(|line| line.split('\t').nth(position)).map(str::trim);
    Some(texts.filter(|text| !text.is_empty() && seen.insert(*text)).map(str::to_owned).collect())
}

/// Two neighbouring words of the names of some products.
pub fn from_names(catalogue: &ErpCatalogue, seed: u64, most: usize) -> Vec<String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let chosen: Vec<_> = catalogue.products.choose_multiple(&mut rng, most).collect();
    let two_words = |name: &str| {
        let words: Vec<&str> =
            name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.windows(2).collect::<Vec<_>>().choose(&mut rng).map(|pair| pair.join(" ").to_lowercase())
    };
    chosen.into_iter().map(|product| product.facts.name.as_str()).filter_map(two_words).collect()
}

/// The text with only the first half of its last word.
fn unfinished(text: &str) -> String {
    let (before, last) = match text.rsplit_once(' ') {
        Some((before, last)) => (format!("{before} "), last),
        None => (String::new(), text),
    };
    let letters = last.chars().count();
    if letters < SHORTEST_CHANGED_WORD {
        return text.to_owned();
    }
    let half: String = last.chars().take(letters.div_ceil(2)).collect();
    before + &half
}

/// The text with a letter, but not the first one, missing in one of its longer words.
fn misspelt(text: &str, rng: &mut ChaCha8Rng) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len()).filter(|&at| words[at].chars().count() >= SHORTEST_CHANGED_WORD).collect();
    let Some(&at) = long.choose(rng) else { return text.to_owned() };
    let missing = rng.random_range(1..words[at].chars().count());
    words[at] =
        words[at].chars().enumerate().filter(|(letter, _)| *letter != missing).map(|(_, letter)| letter).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use coheron_integrations::demo_shop::DemoShop;

    use super::*;

    #[test]
    fn one_letter_of_one_longer_word_is_missing() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..50 {
            let text = misspelt("usb headset for über-phones", &mut rng);
            assert_eq!(text.chars().count(), "usb headset for über-phones".chars().count() - 1, "{text}");
            assert!(text.starts_with("usb h") && text.contains(" for ü"), "{text}");
        }
        assert_eq!(misspelt("usb hub", &mut rng), "usb hub");
    }

    #[test]
    fn the_last_word_is_cut_in_half() {
        assert_eq!(unfinished("bluetooth speaker"), "bluetooth spea");
        assert_eq!(unfinished("keyboard"), "keyb");
        assert_eq!(unfinished("laptop bag"), "laptop bag");
    }

    #[test]
    fn the_same_seed_gives_the_same_mix_of_all_kinds() {
        let take = |seed| {
            let mut queries = Queries::new(vec!["bluetooth speaker".to_owned(), "laptop sleeve".to_owned()], seed);
            (0..1_000).map(|_| queries.next_query()).collect::<Vec<_>>()
        };
        let mix = take(1);
        assert_eq!(mix, take(1));
        assert_ne!(mix, take(2));
        let share = |kind| mix.iter().filter(|query| query.kind == kind).count();
        assert!((550..650).contains(&share(QueryKind::Whole)), "{}", share(QueryKind::Whole));
        assert!(share(QueryKind::Unfinished) > 150 && share(QueryKind::Misspelt) > 150);
    }

    #[test]
    fn typed_letters_begin_a_query() {
        let mut queries = Queries::new(vec!["bluetooth speaker".to_owned()], 1);
        for _ in 0..100 {
            let typed = queries.next_typed().text;
            assert!(!typed.is_empty() && "bluetooth speaker".starts_with(&typed), "{typed}");
        }
    }

    #[test]
    fn texts_come_from_the_column_once_each() {
        let table = "id\tquery\tgrade\n1\tmug\t3\n2\tmug\t1\n3\tred bowl\t2\n4\t\t0\n";
        assert_eq!(column(table), Some(vec!["mug".to_owned(), "red bowl".to_owned()]));
        assert_eq!(column("text\nmug\n"), None);
    }

    #[test]
    fn texts_are_made_of_names() {
        let catalogue = ErpCatalogue::from(DemoShop::generate(1));
        let texts = from_names(&catalogue, 1, 50);
        assert!(texts.len() > 40, "{texts:?}");
        assert!(texts.iter().all(|text| text.split(' ').count() == 2), "{texts:?}");
        assert_eq!(texts, from_names(&catalogue, 1, 50));
    }
}
