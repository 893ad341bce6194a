//! Products of the same shelf, below a product.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};
use coheron_core::document::{DocumentCategory, ProductDocument, category_url};

use super::card::Card;
use crate::page::RenderedPage;

pub const MOST_RELATED: usize = 6;

#[derive(Debug, Template)]
#[template(path = "related.html")]
pub struct RelatedFragment {
    pub cards: Vec<Arc<RenderedPage>>,
    /// The whole shelf.
    pub url: String,
}

impl RelatedFragment {
    pub fn new(shelf: &DocumentCategory, cards: Vec<Arc<RenderedPage>>) -> Self {
        Self { cards, url: category_url(&shelf.id, &shelf.name) }
    }
}

/// One card alone, as it is kept for every page that shows it.
#[derive(Debug, Template)]
#[template(path = "parts/card.html")]
pub struct CardFragment {
    pub card: Card,
}

impl CardFragment {
    pub fn new(document: &ProductDocument, lang: &str, now: DateTime<Utc>) -> Self {
        Self { card: Card::new(document, lang, now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn shows_the_cards_and_the_way_to_the_shelf() {
        let mug = sample::mug();
        let card = RenderedPage::new(&CardFragment::new(&mug, "de", sample::now())).expect("HTML");
        let shelf = RelatedFragment::new(&mug.categories[0], vec![Arc::clone(&card), card]).render().expect("HTML");
        assert!(shelf.contains("/c/mugs/mugs"), "{shelf}");
        assert_eq!(shelf.matches("<li class=\"card\"").count(), 2, "{shelf}");
        assert_eq!(shelf.matches(r#"<h3 lang="de">"#).count(), 2, "{shelf}");
        let empty = RelatedFragment::new(&mug.categories[0], Vec::new()).render().expect("HTML");
        assert_eq!(empty.trim(), "");
    }
}
