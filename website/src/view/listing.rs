//! A category page or a page of search results.

use askama::Template;
use coheron_core::ports::{SearchPage, Suggestions};
use coheron_core::product_query::Sort;
use indexmap::IndexMap;

use super::card::Card;
use super::empty_state::EmptyState;
use super::facet::Filters;
use super::json_ld;
use super::narrowing::{CategoryLink, narrowing_categories};
use super::pagination::{Pagination, last_page};
use super::shell::{Crumb, Head, HeaderSearch, Indexing, Shell, Shop, product_count};
use crate::category_tree::Category;
use crate::listing_address::ListingAddress;

#[derive(Debug, Template)]
#[template(path = "listing.html")]
pub struct ListingPage {
    pub shell: Shell,
    pub crumbs: Vec<Crumb>,
    pub heading: String,
    pub count: String,
    /// The question as it was understood, where a misspelt word was replaced.
    pub correction: Option<Correction>,
    pub subcategories: Vec<CategoryLink>,
    pub filters: Filters,
    pub sorts: Vec<SortChoice>,
    pub form_action: String,
    pub cards: Vec<Card>,
    pub pagination: Option<Pagination>,
    pub empty: Option<EmptyState>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub typed: String,
    pub understood: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortChoice {
    pub value: &'static str,
    pub label: &'static str,
    pub is_selected: bool,
}

/// What a listing is made from.
pub struct ListingParts<'a> {
    pub shop: &'a Shop,
    pub address: &'a ListingAddress,
    pub page: &'a SearchPage,
    /// Products per category id.
    pub counts: &'a IndexMap<String, u64>,
    /// Asked for only where nothing was found.
    pub suggestions: Option<&'a Suggestions>,
}

impl ListingPage {
    pub fn of_category(parts: &ListingParts<'_>, category: &Category) -> Self {
        let tree = &parts.shop.categories;
        let path = tree.path(&category.id);
        let mut crumbs = vec![home_crumb()];
        crumbs.extend(
            path.iter()
                .map(|step| Crumb { name: step.name.clone(), url: (step.id != category.id).then(|| step.url.clone()) }),
        );
        let count_of = |id: &str| parts.counts.get(id).copied().unwrap_or(0);
        let subcategories: Vec<CategoryLink> = tree
            .children(category)
            .map(|child| CategoryLink { name: child.name.clone(), url: child.url.clone(), count: count_of(&child.id) })
            .filter(|child| child.count > 0)
            .collect();
        let root_url = path.first().map(|root| root.url.clone());
        let within: Vec<&str> = subcategories.iter().take(5).map(|child| child.name.as_str()).collect();
        let about = if within.is_empty() { String::new() } else { format!(": {}", within.join(", ")) };
        let head = Head {
            title: page_title(&category.name, parts.address.page),
            description: format!(
                "{} in {} at {}{about}. With current prices and stock.",
                product_count(parts.page.total),
                category.name,
                parts.shop.name
            ),
            canonical: Some(parts.shop.absolute(&parts.address.plain_href())),
            json_ld: vec![json_ld::for_script(&json_ld::breadcrumbs(parts.shop, &crumbs, &category.url))],
            ..Head::default()
        };
        let page = Self::new(parts, head, crumbs, category.name.clone());
        Self {
            shell: page.shell.with_current(root_url.as_deref()),
            subcategories,
            form_action: category.url.clone(),
            ..page
        }
    }

    pub fn of_search(parts: &ListingParts<'_>) -> Self {
        let text = parts.address.query.text.clone().unwrap_or_default();
        let understood = parts.page.did_you_mean.clone().filter(|understood| *understood != text);
        let heading = match (&understood, text.is_empty()) {
            (Some(understood), _) => format!("“{understood}”"),
            (None, true) => unsearched_heading(parts.address.query.sort).to_owned(),
            (None, false) => format!("“{text}”"),
        };
        let title = if text.is_empty() { heading.clone() } else { format!("Search: {text}") };
        let head = Head {
            title: page_title(&title, parts.address.page),
            description: format!("{} at {}.", product_count(parts.page.total), parts.shop.name),
            indexing: Indexing::FollowOnly,
            ..Head::default()
        };
        let crumbs = vec![home_crumb(), Crumb { name: "Search".to_owned(), url: None }];
        let page = Self::new(parts, head, crumbs, heading);
        Self {
            shell: page.shell.with_search(HeaderSearch::Shown(text.clone())),
            subcategories: narrowing_categories(parts),
            correction: understood.map(|understood| Correction { typed: text, understood }),
            ..page
        }
    }

    /// What was searched for, where something was.
    fn searched(&self) -> Option<&str> {
        match &self.shell.header_search {
            HeaderSearch::Shown(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn new(parts: &ListingParts<'_>, head: Head, crumbs: Vec<Crumb>, heading: String) -> Self {
        let ListingParts { shop, address, page, .. } = *parts;
        let pagination = Pagination::new(address, page.total);
        let absolute = |url: &Option<String>| url.as_deref().map(|url| shop.absolute(url));
        let head = Head {
            kind: "website",
            indexing: if address.is_plain() { head.indexing } else { Indexing::FollowOnly },
            previous: pagination.as_ref().and_then(|pages| absolute(&pages.previous)),
            next: pagination.as_ref().and_then(|pages| absolute(&pages.next)),
            ..head
        };
        let cards: Vec<Card> =
            page.hits.iter().filter_map(|hit| Card::of_hit(hit, &shop.catalogue_lang, shop.now)).collect();
        Self {
            shell: Shell::new(shop, head),
            crumbs,
            heading,
            count: product_count(page.total),
            correction: None,
            subcategories: Vec::new(),
            filters: Filters::new(shop, address, page),
            sorts: sorts(address),
            form_action: address.path.clone(),
            empty: cards.is_empty().then(|| EmptyState::new(parts)),
            cards,
            pagination,
        }
    }
}

/// Whether the asked page lies behind the last one.
pub fn is_beyond_the_end(address: &ListingAddress, total: u64) -> bool {
    address.page > last_page(total)
}

fn home_crumb() -> Crumb {
    Crumb { name: "Home".to_owned(), url: Some("/".to_owned()) }
}

fn page_title(title: &str, page: usize) -> String {
    if page > 1 { format!("{title}, page {page}") } else { title.to_owned() }
}

fn unsearched_heading(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "New in",
        Sort::Popularity => "Popular",
        _ => "All products",
    }
}

fn sorts(address: &ListingAddress) -> Vec<SortChoice> {
    let has_text = address.query.text.is_some();
    Sort::ALL
        .into_iter()
        // Without words to match, relevance is popularity already.
        .filter(|sort| has_text || *sort != Sort::Popularity || address.query.sort == Sort::Popularity)
        .map(|sort| SortChoice {
            value: sort.parameter(),
            label: match sort {
                Sort::Relevance if has_text => "Best match",
                Sort::Relevance => "Recommended",
                Sort::PriceAscending => "Price, low to high",
                Sort::PriceDescending => "Price, high to low",
                Sort::Name => "Name",
                Sort::Newest => "Newest",
                Sort::Popularity => "Most popular",
            },
            is_selected: sort == address.query.sort,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    fn render_search(pairs: &[(&str, &str)], page: &SearchPage) -> String {
        let shop = sample::shop();
        let address = ListingAddress::for_search(shop.currency, pairs.iter().copied()).expect("an address");
        let counts = IndexMap::new();
        let parts = ListingParts { shop: &shop, address: &address, page, counts: &counts, suggestions: None };
        ListingPage::of_search(&parts).render().expect("HTML")
    }

    #[test]
    fn a_search_shows_what_it_understood() {
        let page = SearchPage { did_you_mean: Some("mug".to_owned()), ..sample::page() };
        let html = render_search(&[("q", "mgu")], &page);
        assert!(html.contains("mgu"));
        assert!(html.contains("<mark>mug</mark>"));
        assert!(html.contains(r#"name="robots" content="noindex"#));
        assert!(html.contains("148 products"));
    }

    #[test]
    fn text_of_shoppers_and_feeds_is_escaped() {
        let evil = "\"><script>alert(1)</script>";
        let mut document = sample::mug();
        document.name = evil.to_owned();
        document.brand = Some(evil.to_owned());
        let mut hit = sample::hit(&document);
        hit.highlight.clear();
        let mut page = SearchPage { hits: vec![hit], did_you_mean: Some(evil.to_owned()), ..sample::page() };
        page.facets["brand"][0].label = evil.to_owned();
        page.facets["brand"][0].value = evil.to_owned();
        let html = render_search(&[("q", evil), ("brand", evil), ("filter[\"><i>]", evil)], &page);
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(!html.contains("\"><i>"));
    }

    #[test]
    fn a_bound_that_is_no_price_is_told_beside_its_field() {
        let html = render_search(&[("min", "<cheap>"), ("max", "40")], &sample::page());
        assert!(html.contains(r#"value="&#60;cheap&#62;""#) && html.contains("148 products"), "{html}");
        assert_eq!(html.matches(r#"aria-invalid="true" aria-describedby="price-error""#).count(), 1);
        assert!(html.contains(r#"id="price-error">Please write the price"#));
        let html = render_search(&[("min", "1,705")], &sample::page());
        assert!(html.contains(r#"name="min" inputmode="decimal" autocomplete="off" value="1705""#), "{html}");
        assert!(!html.contains("price-error"));
    }

    #[test]
    fn an_empty_result_offers_a_way_on() {
        let page = SearchPage::default();
        let html = render_search(&[("q", "zzz"), ("brand", "A")], &page);
        assert!(html.contains("Nothing matches"));
        assert!(html.contains("Kitchen"));
        assert!(html.contains(r#"href="/search?q=zzz""#));
    }

    #[test]
    fn a_category_knows_its_place() {
        let shop = sample::shop();
        let category = shop.categories.find("drinkware").expect("a category");
        let address = ListingAddress::for_category(&category.url, "drinkware", shop.currency, [("page", "2")])
            .expect("an address");
        let counts = IndexMap::from([("mugs".to_owned(), 12)]);
        let page = sample::page();
        let parts = ListingParts { shop: &shop, address: &address, page: &page, counts: &counts, suggestions: None };
        let view = ListingPage::of_category(&parts, category);
        assert_eq!(view.subcategories.len(), 1);
        assert_eq!(view.shell.head.canonical.as_deref(), Some("https://shop.example/c/drinkware/cups-and-mugs?page=2"));
        assert_eq!(view.shell.head.previous.as_deref(), Some("https://shop.example/c/drinkware/cups-and-mugs"));
        assert!(view.shell.navigation.iter().any(|link| link.name == "Kitchen" && link.is_current));
        assert!(view.render().expect("HTML").contains("BreadcrumbList"));
        assert!(!is_beyond_the_end(&address, 148));
        assert!(is_beyond_the_end(&address.with_page(8), 148));
    }
}
