//! Words: how texts and queries are cut, folded and stemmed. Index, query, spelling and highlighting share it. Stems and
//! stop words are English, whatever the site's locale; words of other languages are found as they are written, with or
//! without accents.

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// Longer runs of letters are no words: encoded data, hashes.
const MAX_WORD_BYTES: usize = 60;

/// Words that carry no meaning of their own in a query.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "my", "not", "of", "on", "or",
    "the", "that", "this", "to", "your", "with", "whom",
];

/// A word of a text: lower-case, without accents, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Cuts and stems. Cheap to make, but worth keeping for the length of one request.
pub(crate) struct WordAnalyzer {
    folding: TextAnalyzer,
    stemming: TextAnalyzer,
}

/// Cuts at everything that is neither letter nor digit; an apostrophe inside a word disappears: `men's` is `mens`.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer {
    token: Token,
}

pub(crate) struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl WordAnalyzer {
    pub(crate) fn new() -> Self {
        Self {
            folding: folding_analyzer(),
            stemming: TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::default()).build(),
        }
    }

    pub(crate) fn words(&mut self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        self.folding.token_stream(text).process(&mut |token| {
            words.push(Word { text: token.text.clone(), start: token.offset_from, end: token.offset_to });
        });
        words
    }

    /// The stem of a folded word, as the text field holds it.
    pub(crate) fn stem(&mut self, word: &str) -> String {
        let mut stream = self.stemming.token_stream(word);
        if stream.advance() { stream.token().text.clone() } else { word.to_owned() }
    }
}

/// Cuts and folds, without stems: what the unstemmed dictionary holds.
fn folding_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(WordTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter).build()
}

pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Lower-case letters and digits alone: how identifiers are compared, whatever hyphens people type.
pub(crate) fn compact_identifier(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

impl WordStream<'_> {
    /// Moves to the next word, of whatever length; false at the end.
    fn next_run(&mut self) -> bool {
        self.token.text.clear();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(skipped) = rest.find(char::is_alphanumeric) else { return false };
        let start = self.at + skipped;
        let mut end = self.text.len();
        let mut characters = self.text[start..].char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            if character.is_alphanumeric() {
                self.token.text.push(character);
                continue;
            }
            let joins = is_apostrophe(character) && characters.peek().is_some_and(|(_, next)| next.is_alphabetic());
            if !joins {
                end = start + offset;
                break;
            }
        }
        self.token.offset_from = start;
        self.token.offset_to = end;
        self.token.position = self.token.position.wrapping_add(1);
        self.at = end;
        true
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while self.next_run() {
            if self.token.text.len() <= MAX_WORD_BYTES {
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        WordAnalyzer::new().words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn cuts_and_folds() {
        assert_eq!(texts("Men's T-Shirt, CAFÉ 1.75L"), ["mens", "t", "shirt", "cafe", "1", "75l"]);
        assert_eq!(texts("'quoted' 🙂 \" * AND"), ["quoted", "and"]);
        assert_eq!(texts(&"x".repeat(MAX_WORD_BYTES + 1)), Vec::<String>::new());
    }

    #[test]
    fn knows_where_a_word_stood() {
        let words = WordAnalyzer::new().words("ein Käse!");
        assert_eq!(&"ein Käse!"[words[1].start..words[1].end], "Käse");
    }

    #[test]
    fn stems_meet() {
        let mut analyzer = WordAnalyzer::new();
        assert_eq!(analyzer.stem("headphones"), analyzer.stem("headphone"));
        assert_eq!(compact_identifier("PW-TS 220/ä"), "pwts220ä");
    }
}
