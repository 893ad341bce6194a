//! Completions below the search field, as a fragment of HTML.

use askama::Template;
use coheron_core::ports::Suggestions;

use super::picture::Picture;
use super::price::shown_amount;
use crate::listing_address::search_url;

const MOST_QUERIES: usize = 5;
const MOST_PRODUCTS: usize = 5;
const MOST_LINKS: usize = 3;

#[derive(Debug, Template)]
#[template(path = "suggest.html")]
pub struct SuggestFragment {
    pub groups: Vec<SuggestGroup>,
    pub products: Vec<SuggestedProduct>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestGroup {
    pub label: &'static str,
    pub rows: Vec<SuggestedRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRow {
    /// Unique on the page: the field points at the active row by it.
    pub id: String,
    pub label: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedProduct {
    pub id: String,
    pub name: String,
    pub url: String,
    pub picture: Picture,
    pub price: Option<String>,
}

impl SuggestFragment {
    pub fn new(suggestions: &Suggestions) -> Self {
        let rows = |kind: &str, links: Vec<(String, String)>, most: usize| -> Vec<SuggestedRow> {
            let numbered = links.into_iter().take(most).enumerate();
            numbered.map(|(at, (label, url))| SuggestedRow { id: format!("suggest-{kind}-{at}"), label, url }).collect()
        };
        let searches = |texts: &[String]| texts.iter().map(|text| (text.clone(), search_url(text))).collect();
        let categories = suggestions.categories.iter().map(|category| (category.name.clone(), category.url.clone()));
        let brand_url = |brand: &String| {
            let value = coheron_core::product_query::escape_value(brand);
            (brand.clone(), format!("/search?brand={}", crate::listing_address::encode(&value)))
        };
        let groups = vec![
            SuggestGroup { label: "Searches", rows: rows("query", searches(&suggestions.queries), MOST_QUERIES) },
            SuggestGroup { label: "Categories", rows: rows("category", categories.collect(), MOST_LINKS) },
            SuggestGroup {
                label: "Brands",
                rows: rows("brand", suggestions.brands.iter().map(brand_url).collect(), MOST_LINKS),
            },
        ];
        let products =
            suggestions.products.iter().take(MOST_PRODUCTS).enumerate().map(|(at, product)| SuggestedProduct {
                id: format!("suggest-product-{at}"),
                name: product.name.clone(),
                url: product.url.clone(),
                picture: product.image_url.as_deref().map_or_else(Picture::missing, |url| Picture::of_url(url, "")),
                price: product.price.map(shown_amount),
            });
        Self {
            groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
            products: products.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::ports::{CategorySuggestion, ProductSuggestion};
    use coheron_core::sku::Sku;

    use super::*;
    use crate::view::sample;

    #[test]
    fn every_row_is_an_option_with_its_own_id() {
        let suggestions = Suggestions {
            queries: vec!["red mug".to_owned(), "<i>".to_owned()],
            products: vec![ProductSuggestion {
                sku: Sku::parse("A").expect("a SKU"),
                name: "Mug & saucer".to_owned(),
                url: "/p/A/mug".to_owned(),
                image_url: None,
                price: Some(sample::eur(900)),
            }],
            categories: vec![CategorySuggestion {
                id: "mugs".to_owned(),
                name: "Mugs".to_owned(),
                url: "/c/mugs/mugs".to_owned(),
            }],
            brands: vec!["Verd, Ltd".to_owned()],
        };
        let html = SuggestFragment::new(&suggestions).render().expect("HTML");
        assert_eq!(html.matches(r#"role="option""#).count(), 5);
        assert!(html.contains("/search?q=red+mug"));
        assert!(html.contains("/search?brand=Verd%5C%2C+Ltd"));
        assert!(html.contains("Mug &#38; saucer"));
        assert!(!html.contains("<i>"));
        assert!(html.contains("€9.00"));
    }

    #[test]
    fn nothing_to_suggest_is_empty() {
        let html = SuggestFragment::new(&Suggestions::default()).render().expect("HTML");
        assert_eq!(html.trim(), "");
    }
}
