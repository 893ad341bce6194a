//! A product on a shelf.

use chrono::{DateTime, TimeDelta, Utc};
use coheron_core::document::{AvailabilityStatus, ProductDocument};
use coheron_core::ports::SearchHit;

use super::colour::{is_colour_key, tone_of};
use super::picture::Picture;
use super::price::PriceView;

/// How long a product counts as new.
const NEW_FOR_DAYS: i64 = 30;
const MOST_DOTS: usize = 6;

#[derive(Debug, Clone)]
pub struct Card {
    pub sku: String,
    pub url: String,
    pub name: String,
    /// Language of the name.
    pub lang: String,
    /// The name as escaped HTML with the matching words marked, where a search gave one.
    pub marked_name: Option<String>,
    pub brand: Option<String>,
    pub picture: Picture,
    pub price: Option<PriceView>,
    /// A word on the picture: the reduction, or that it is new.
    pub flag: Option<String>,
    /// Where stock is worth a word: few left, or none.
    pub stock_note: Option<StockNote>,
    pub dots: Vec<ColourDot>,
    /// Colours beyond the dots shown.
    pub more_colours: usize,
    pub is_reduced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockNote {
    pub words: String,
    pub class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColourDot {
    pub name: String,
    pub tone: &'static str,
}

impl Card {
    /// None for a document that this version cannot read: one bad product must not take the page down.
    pub fn of_hit(hit: &SearchHit, lang: &str, now: DateTime<Utc>) -> Option<Self> {
        let document: ProductDocument = serde_json::from_str(&hit.document_json).ok()?;
        let marked_name = hit.highlight.get("name").filter(|html| html.contains("<mark>")).cloned();
        Some(Self { marked_name, ..Self::new(&document, lang, now) })
    }

    pub fn new(document: &ProductDocument, lang: &str, now: DateTime<Utc>) -> Self {
        let price = PriceView::of_product(document);
        let is_new = document
            .released_at
            .is_some_and(|released| released <= now && now - released < TimeDelta::days(NEW_FOR_DAYS));
        let reduction = price.as_ref().and_then(|price| price.reduction_percent);
        let flag = match reduction {
            Some(percent) => Some(format!("−{percent} %")),
            None => is_new.then(|| "New".to_owned()),
        };
        let (dots, more_colours) = colour_dots(document);
        Self {
            sku: document.sku.as_str().to_owned(),
            url: document.url.clone(),
            name: document.name.clone(),
            lang: lang.to_owned(),
            marked_name: None,
            brand: document.brand.clone(),
            picture: Picture::of_card(document),
            is_reduced: price.as_ref().is_some_and(PriceView::is_reduced),
            price,
            flag,
            stock_note: stock_note(document),
            dots,
            more_colours,
        }
    }
}

fn stock_note(document: &ProductDocument) -> Option<StockNote> {
    match document.availability.status {
        AvailabilityStatus::OutOfStock => Some(StockNote { words: "Sold out".to_owned(), class: "out" }),
        AvailabilityStatus::LowStock => {
            let quantity = document.availability.quantity.unwrap_or(0);
            Some(StockNote { words: format!("Only {quantity} left"), class: "low" })
        }
        AvailabilityStatus::InStock | AvailabilityStatus::Unknown => None,
    }
}

/// The colours to choose from, where there is a choice and every one has a tone.
fn colour_dots(document: &ProductDocument) -> (Vec<ColourDot>, usize) {
    let mut names: Vec<&str> = Vec::new();
    for variant in &document.variants {
        for (key, value) in &variant.options {
            if is_colour_key(key) && !names.contains(&value.as_str()) {
                names.push(value);
            }
        }
    }
    if names.len() < 2 {
        return (Vec::new(), 0);
    }
    let dots: Option<Vec<ColourDot>> = names
        .iter()
        .take(MOST_DOTS)
        .map(|name| tone_of(name).map(|tone| ColourDot { name: (*name).to_owned(), tone }))
        .collect();
    match dots {
        Some(dots) => (dots, names.len().saturating_sub(MOST_DOTS)),
        None => (Vec::new(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn shows_reduction_colours_and_low_stock() {
        let mut document = sample::shirt();
        let card = Card::new(&document, "en", sample::now());
        assert_eq!(card.flag.as_deref(), Some("−20 %"));
        assert_eq!(card.dots.len(), 3);
        assert!(card.is_reduced);
        assert!(card.price.expect("a price").is_lowest);
        document.availability = coheron_core::document::Availability::of_quantity(Some(2));
        assert_eq!(Card::new(&document, "en", sample::now()).stock_note.expect("a note").words, "Only 2 left");
    }

    #[test]
    fn an_unreadable_document_gives_no_card() {
        let hit = SearchHit { document_json: "{}".to_owned(), highlight: Default::default() };
        assert!(Card::of_hit(&hit, "en", sample::now()).is_none());
    }
}
