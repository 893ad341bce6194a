//! The first page of the shop.

use askama::Template;
use coheron_core::ports::SearchPage;

use super::card::Card;
use super::json_ld;
use super::picture::Picture;
use super::shell::{Head, HeaderSearch, Shell, Shop, product_count};

/// Two lines of cards on a desk, one on the widest phone.
const MOST_CARDS: usize = 8;
const CARDS_IN_A_LINE: usize = 4;
const HERO_CARDS: usize = 3;

#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    pub shell: Shell,
    /// `2,140 products`; empty for a shop without any.
    pub count: String,
    pub hero: Vec<Card>,
    pub tiles: Vec<CategoryTile>,
    pub rows: Vec<CardRow>,
}

#[derive(Debug, Clone)]
pub struct CategoryTile {
    pub name: String,
    pub url: String,
    pub count: String,
    pub picture: Picture,
}

#[derive(Debug, Clone)]
pub struct CardRow {
    pub heading: &'static str,
    /// Where there is more of it.
    pub url: Option<&'static str>,
    pub cards: Vec<Card>,
}

/// What the home page is made from.
pub struct HomeParts<'a> {
    pub shop: &'a Shop,
    pub tiles: Vec<CategoryTile>,
    pub newest: &'a SearchPage,
    pub popular: &'a SearchPage,
}

impl HomePage {
    pub fn new(parts: HomeParts<'_>) -> Self {
        let HomeParts { shop, tiles, newest, popular } = parts;
        let cards = |page: &SearchPage| -> Vec<Card> {
            page.hits.iter().filter_map(|hit| Card::of_hit(hit, &shop.catalogue_lang, shop.now)).collect()
        };
        let newest = cards(newest);
        let popular = cards(popular);
        let reduced: Vec<Card> = popular.iter().chain(&newest).filter(|card| card.is_reduced).cloned().collect();
        let hero = distinct_pictures(&popular, HERO_CARDS);
        let rows = [
            row("New in", Some("/search?sort=newest"), newest),
            row("Reduced", None, reduced),
            row("Popular", Some("/search?sort=popularity"), popular),
        ];
        let head = Head {
            description: match shop.total_products {
                0 => shop.name.clone(),
                total => format!("{} at {}, with current prices and stock.", product_count(total), shop.name),
            },
            canonical: Some(shop.absolute("/")),
            kind: "website",
            json_ld: vec![json_ld::for_script(&json_ld::website(shop))],
            ..Head::default()
        };
        Self {
            shell: Shell::new(shop, head).with_search(HeaderSearch::OnPage),
            count: if shop.total_products == 0 { String::new() } else { product_count(shop.total_products) },
            hero,
            tiles,
            rows: rows.into_iter().filter(|row| !row.cards.is_empty()).collect(),
        }
    }
}

fn row(heading: &'static str, url: Option<&'static str>, cards: Vec<Card>) -> CardRow {
    let mut shown: Vec<Card> = Vec::new();
    for card in cards {
        if shown.len() < MOST_CARDS && shown.iter().all(|other| other.sku != card.sku) {
            shown.push(card);
        }
    }
    // A second line is shown full or not at all.
    if shown.len() > CARDS_IN_A_LINE {
        shown.truncate(shown.len() / CARDS_IN_A_LINE * CARDS_IN_A_LINE);
    }
    CardRow { heading, url, cards: shown }
}

/// Cards whose drawings differ in kind, as far as the picture addresses tell (`/pictures/mug-...`).
fn distinct_pictures(cards: &[Card], most: usize) -> Vec<Card> {
    let kind = |card: &Card| -> String {
        let file = card.picture.url.rsplit('/').next().unwrap_or_default();
        file.split('-').next().unwrap_or_default().to_owned()
    };
    let mut chosen: Vec<Card> = Vec::new();
    for card in cards {
        let is_missing = card.picture == Picture::missing();
        if chosen.len() < most && !is_missing && chosen.iter().all(|other| kind(other) != kind(card)) {
            chosen.push(card.clone());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn reduced_products_get_their_own_row() {
        let shop = sample::shop();
        let page = sample::page();
        let tile = CategoryTile {
            name: "Kitchen".to_owned(),
            url: "/c/kitchen/kitchen".to_owned(),
            count: "12 products".to_owned(),
            picture: Picture::missing(),
        };
        let home = HomePage::new(HomeParts { shop: &shop, tiles: vec![tile], newest: &page, popular: &page });
        let reduced = home.rows.iter().find(|row| row.heading == "Reduced").expect("a row");
        assert_eq!(reduced.cards.len(), 1, "each product once");
        assert_eq!(home.hero.len(), 2);
        let html = home.render().expect("HTML");
        assert!(html.contains("Harbour &#38; Field"));
        assert!(html.contains("2,140 products"));
    }

    #[test]
    fn an_empty_shop_has_a_home_page_too() {
        let shop = Shop { total_products: 0, ..sample::shop() };
        let page = SearchPage::default();
        let html = HomePage::new(HomeParts { shop: &shop, tiles: Vec::new(), newest: &page, popular: &page });
        assert!(html.render().expect("HTML").contains("Search products"));
    }
}
