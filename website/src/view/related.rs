//! Products of the same shelf, below a product.

use askama::Template;
use chrono::{DateTime, Utc};
use coheron_core::document::{DocumentCategory, category_url};
use coheron_core::ports::SearchPage;

use super::card::Card;

pub const MOST_RELATED: usize = 6;

#[derive(Debug, Template)]
#[template(path = "related.html")]
pub struct RelatedFragment {
    pub cards: Vec<Card>,
    /// The whole shelf.
    pub url: String,
}

impl RelatedFragment {
    /// The product itself is left out.
    pub fn new(sku: &str, shelf: &DocumentCategory, found: &SearchPage, now: DateTime<Utc>) -> Self {
        let cards = found.hits.iter().filter_map(|hit| Card::of_hit(hit, now));
        Self {
            cards: cards.filter(|card| card.sku != sku).take(MOST_RELATED).collect(),
            url: category_url(&shelf.id, &shelf.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn a_product_is_not_related_to_itself() {
        let mug = sample::mug();
        let fragment = RelatedFragment::new(mug.sku.as_str(), &mug.categories[0], &sample::page(), sample::now());
        assert_eq!(fragment.cards.len(), 1);
        assert!(fragment.render().expect("HTML").contains("/c/mugs/mugs"));
        let empty = RelatedFragment { cards: Vec::new(), url: String::new() };
        assert_eq!(empty.render().expect("HTML").trim(), "");
    }
}
