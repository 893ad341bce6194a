//! The weighted catch-all text: one field in which the words of a name count more often than those of a description,
//! because they are written more often. One word then counts once, in one statistic, wherever it stands.

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, Stemmer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};

use crate::words::{WordStream, WordTokenizer};

pub(crate) const NAME_WEIGHT: u8 = 8;
pub(crate) const BRAND_WEIGHT: u8 = 6;
pub(crate) const CATEGORY_WEIGHT: u8 = 6;
pub(crate) const DESCRIPTION_WEIGHT: u8 = 2;
pub(crate) const ATTRIBUTE_WEIGHT: u8 = 1;

/// The text with its weight in front, as `weighted_analyzer` reads it.
pub(crate) fn weighted(weight: u8, text: &str) -> String {
    format!("{}{text}", char::from(b'0' + weight))
}

pub(crate) fn weighted_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(WeightedTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::default())
        .filter(RepeatFilter)
        .build()
}

/// Reads the weight and hands it on as the length in positions, which a field without positions does not use.
#[derive(Clone, Default)]
struct WeightedTokenizer {
    words: WordTokenizer,
}

struct WeightedStream<'a> {
    words: WordStream<'a>,
    weight: usize,
}

#[derive(Clone)]
struct RepeatFilter;

#[derive(Clone)]
struct RepeatTokenizer<T>(T);

struct RepeatStream<T> {
    tail: T,
    repeats_left: usize,
}

impl Tokenizer for WeightedTokenizer {
    type TokenStream<'a> = WeightedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WeightedStream<'a> {
        let weight = text.as_bytes().first().map_or(1, |digit| usize::from(digit.saturating_sub(b'0')));
        let rest = text.get(1..).unwrap_or_default();
        WeightedStream { words: self.words.token_stream(rest), weight: weight.clamp(1, 9) }
    }
}

impl TokenStream for WeightedStream<'_> {
    fn advance(&mut self) -> bool {
        if !self.words.advance() {
            return false;
        }
        self.words.token_mut().position_length = self.weight;
        true
    }

    fn token(&self) -> &Token {
        self.words.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.words.token_mut()
    }
}

impl TokenFilter for RepeatFilter {
    type Tokenizer<T: Tokenizer> = RepeatTokenizer<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> RepeatTokenizer<T> {
        RepeatTokenizer(tokenizer)
    }
}

impl<T: Tokenizer> Tokenizer for RepeatTokenizer<T> {
    type TokenStream<'a> = RepeatStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        RepeatStream { tail: self.0.token_stream(text), repeats_left: 0 }
    }
}

impl<T: TokenStream> TokenStream for RepeatStream<T> {
    fn advance(&mut self) -> bool {
        if self.repeats_left > 0 {
            self.repeats_left -= 1;
            return true;
        }
        if !self.tail.advance() {
            return false;
        }
        self.repeats_left = self.tail.token().position_length.saturating_sub(1);
        true
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_by_weight() {
        let mut analyzer = weighted_analyzer();
        let mut texts = Vec::new();
        analyzer.token_stream(&weighted(3, "Red mugs")).process(&mut |token| texts.push(token.text.clone()));
        assert_eq!(texts, ["red", "red", "red", "mug", "mug", "mug"]);
        analyzer.token_stream("").process(&mut |_| panic!("an empty text has no words"));
    }
}
