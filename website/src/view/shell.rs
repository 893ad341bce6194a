//! What every page shares: the shop it belongs to, its head, its header and its footer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use coheron_core::money::Currency;

use crate::assets;
use crate::category_tree::CategoryTree;

/// The shop that a page is rendered for, as of one moment.
#[derive(Debug, Clone)]
pub struct Shop {
    pub name: String,
    /// BCP 47 language tag of what the feed tells: names, descriptions, attributes. The website's own words are English.
    pub catalogue_lang: String,
    pub currency: Currency,
    /// Scheme and host without a slash at the end.
    pub base_url: String,
    pub categories: Arc<CategoryTree>,
    pub total_products: u64,
    pub counting: Counting,
    /// Days for which goods are taken back, where the shop says so.
    pub return_days: Option<u64>,
    /// Address of the page without its query, where the page is made for one request.
    pub page_url: Option<String>,
    pub now: DateTime<Utc>,
}

/// Whether visits are counted at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counting {
    #[default]
    AtOnce,
    /// Only after the visitor has agreed.
    WithConsent,
}

/// What search engines and previews read.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Without the shop's name, which is added to it.
    pub title: String,
    pub description: String,
    /// Absolute address under which this content is known.
    pub canonical: Option<String>,
    pub indexing: Indexing,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// `website` or `product`.
    pub kind: &'static str,
    /// Absolute address.
    pub image: Option<String>,
    /// JSON that is safe inside a script element, see `json_ld`.
    pub json_ld: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Indexing {
    #[default]
    Allowed,
    /// Search engines follow the links but do not keep the page.
    FollowOnly,
}

#[derive(Debug, Clone)]
pub struct Shell {
    pub shop_name: String,
    pub catalogue_lang: String,
    pub head: Head,
    pub header_search: HeaderSearch,
    pub search_placeholder: String,
    pub navigation: Vec<NavigationLink>,
    pub stylesheet_url: String,
    pub script_url: String,
    pub cart_script_url: String,
    pub events_script_url: String,
    pub counting: Counting,
    /// What the picture counts as the page; where there is none, the `Referer` of its request tells it.
    pub page_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderSearch {
    /// The field with what was searched for.
    Shown(String),
    /// The page has its own large field.
    OnPage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavigationLink {
    pub name: String,
    pub url: String,
    pub is_current: bool,
}

/// One step on the way from the home page; the last has no link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    pub name: String,
    pub url: Option<String>,
}

impl Shell {
    pub fn new(shop: &Shop, head: Head) -> Self {
        let navigation = shop.categories.roots().map(|category| NavigationLink {
            name: category.name.clone(),
            url: category.url.clone(),
            is_current: false,
        });
        Self {
            shop_name: shop.name.clone(),
            catalogue_lang: shop.catalogue_lang.clone(),
            header_search: HeaderSearch::Shown(String::new()),
            search_placeholder: search_placeholder(shop.total_products),
            navigation: navigation.collect(),
            stylesheet_url: assets::url("shop.css"),
            script_url: assets::url("shop.js"),
            cart_script_url: assets::url("cart.js"),
            events_script_url: assets::url("events.js"),
            counting: shop.counting,
            page_url: shop.page_url.clone(),
            head,
        }
    }

    pub fn with_search(mut self, search: HeaderSearch) -> Self {
        self.header_search = search;
        self
    }

    /// Marks the top category that the page lies in.
    pub fn with_current(mut self, root_url: Option<&str>) -> Self {
        for link in &mut self.navigation {
            link.is_current = Some(link.url.as_str()) == root_url;
        }
        self
    }

    pub fn full_title(&self) -> String {
        match self.head.title.as_str() {
            "" => self.shop_name.clone(),
            title => format!("{title} · {}", self.shop_name),
        }
    }
}

impl Shop {
    pub fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.base_url) } else { path.to_owned() }
    }
}

/// `2,140 products`.
pub fn product_count(count: u64) -> String {
    let noun = if count == 1 { "product" } else { "products" };
    format!("{} {noun}", grouped(count))
}

/// Digits in groups of three: `2,140`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn search_placeholder(total_products: u64) -> String {
    match total_products {
        0 => "Search products".to_owned(),
        total => format!("Search {}", product_count(total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(product_count(1), "1 product");
        assert_eq!(product_count(999), "999 products");
        assert_eq!(product_count(2_140), "2,140 products");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
