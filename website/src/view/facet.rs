//! Filters of a listing: what can be ticked, what is ticked, and how to take it off again.

use std::collections::BTreeMap;

use coheron_core::money::Money;
use coheron_core::ports::SearchPage;
use coheron_core::product_query::{ProductQuery, StockFilter, escape_value};

use super::label::{key_label, value_label};
use super::shell::{Shop, grouped};
use crate::listing_address::ListingAddress;

/// Values of a facet shown before "Show more".
const VALUES_AT_FIRST: usize = 7;
/// Facets that are open before a shopper touches them.
const OPEN_AT_FIRST: usize = 4;

#[derive(Debug, Clone)]
pub struct Filters {
    pub facets: Vec<Facet>,
    pub price: Option<PriceFilter>,
    pub is_in_stock_only: bool,
    /// Parameters that the form must carry along because no field shows them.
    pub hidden: Vec<(String, String)>,
    pub chips: Vec<Chip>,
    pub clear_url: String,
}

#[derive(Debug, Clone)]
pub struct Facet {
    pub key: String,
    pub label: String,
    pub values: Vec<FacetChoice>,
    pub more_values: Vec<FacetChoice>,
    pub is_open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetChoice {
    /// Name and value of the checkbox.
    pub name: String,
    pub value: String,
    pub label: String,
    pub count: String,
    pub is_selected: bool,
}

/// Fields in major units, as shoppers write prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFilter {
    pub symbol: String,
    pub low: String,
    pub high: String,
    pub lowest: String,
    pub highest: String,
    pub is_low_refused: bool,
    pub is_high_refused: bool,
    /// Told beside the fields where what was typed into one of them is no price.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub label: String,
    /// The listing without this filter.
    pub url: String,
}

impl Filters {
    pub fn new(shop: &Shop, address: &ListingAddress, page: &SearchPage) -> Self {
        let facets = facets(&address.query, page);
        let hidden = hidden_parameters(address, &facets);
        Self {
            price: price_filter(shop, address, page.price_range_minor),
            is_in_stock_only: address.query.stock == StockFilter::InStock,
            chips: chips(shop, address, page),
            clear_url: address.without_filters().href(),
            hidden,
            facets,
        }
    }
}

fn facets(query: &ProductQuery, page: &SearchPage) -> Vec<Facet> {
    let shown = page.facets.iter().filter(|(key, values)| key.as_str() != "category" && !values.is_empty());
    let mut facets: Vec<Facet> = shown
        .map(|(key, values)| {
            let name = parameter_name(key);
            let mut choices: Vec<FacetChoice> = values
                .iter()
                .map(|value| FacetChoice {
                    name: name.clone(),
                    value: escape_value(&value.value),
                    label: value_label(key, &value.label),
                    count: grouped(value.count),
                    is_selected: value.selected || is_selected(query, key, &value.value),
                })
                .collect();
            // What is ticked stays in sight; the engine's order holds otherwise.
            let first =
                choices.iter().enumerate().filter(|(index, choice)| *index < VALUES_AT_FIRST || choice.is_selected);
            let kept: Vec<usize> = first.map(|(index, _)| index).collect();
            let mut more_values = Vec::new();
            let mut at_first = Vec::new();
            for (index, choice) in choices.drain(..).enumerate() {
                if kept.contains(&index) { at_first.push(choice) } else { more_values.push(choice) }
            }
            Facet { key: key.clone(), label: key_label(key), values: at_first, more_values, is_open: false }
        })
        .collect();
    for (index, facet) in facets.iter_mut().enumerate() {
        facet.is_open = index < OPEN_AT_FIRST || facet.values.iter().any(|choice| choice.is_selected);
    }
    facets
}

fn parameter_name(key: &str) -> String {
    if key == "brand" { "brand".to_owned() } else { format!("filter[{key}]") }
}

fn is_selected(query: &ProductQuery, key: &str, value: &str) -> bool {
    let selected = if key == "brand" { Some(&query.brands) } else { query.attributes.get(key) };
    selected.is_some_and(|values| values.iter().any(|other| other == value))
}

fn hidden_parameters(address: &ListingAddress, facets: &[Facet]) -> Vec<(String, String)> {
    // The sort order has its own field in the form, the price range too, and a changed filter starts at page 1.
    let own_fields = ["sort", "page", "price_min", "price_max", "in_stock"];
    let is_field = |name: &str, value: &str| {
        facets
            .iter()
            .flat_map(|facet| facet.values.iter().chain(&facet.more_values))
            .any(|choice| choice.name == name && choice.value == value)
    };
    address
        .pairs()
        .into_iter()
        .filter(|(name, value)| !own_fields.contains(&name.as_str()) && !is_field(name, value))
        .collect()
}

fn price_filter(shop: &Shop, address: &ListingAddress, range: Option<(i64, i64)>) -> Option<PriceFilter> {
    let ListingAddress { query, refused, .. } = address;
    let is_filtered = query.price_min_minor.is_some() || query.price_max_minor.is_some();
    let range = range.filter(|(low, high)| low < high);
    if range.is_none() && !is_filtered && refused.is_empty() {
        return None;
    }
    let decimal = |amount: Option<i64>| amount.map(|minor| decimal(shop, minor)).unwrap_or_default();
    Some(PriceFilter {
        symbol: shop.currency.symbol().unwrap_or(shop.currency.code()).to_owned(),
        low: refused.low.clone().unwrap_or_else(|| decimal(query.price_min_minor)),
        high: refused.high.clone().unwrap_or_else(|| decimal(query.price_max_minor)),
        lowest: decimal(range.map(|(low, _)| low)),
        highest: decimal(range.map(|(_, high)| high)),
        is_low_refused: refused.low.is_some(),
        is_high_refused: refused.high.is_some(),
        problem: (!refused.is_empty()).then(|| price_words(shop)),
    })
}

/// How a price is written, by the example of one with all its decimals.
fn price_words(shop: &Shop) -> String {
    let example = Money::new(125_050, shop.currency).decimal();
    format!("Please write the price in digits, for example 12 or {example}.")
}

/// `12` for a round amount, else `12.50`.
fn decimal(shop: &Shop, minor: i64) -> String {
    let text = Money::new(minor, shop.currency).decimal();
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text,
    }
}

fn chips(shop: &Shop, address: &ListingAddress, page: &SearchPage) -> Vec<Chip> {
    let query = &address.query;
    let mut chips = Vec::new();
    for brand in &query.brands {
        let url = address.changed(|query| query.brands.retain(|other| other != brand)).href();
        chips.push(Chip { label: label_of(page, "brand", brand), url });
    }
    for (key, values) in &query.attributes {
        for value in values {
            let url = address.changed(|query| remove_value(&mut query.attributes, key, value)).href();
            chips.push(Chip { label: format!("{}: {}", key_label(key), label_of(page, key, value)), url });
        }
    }
    if query.price_min_minor.is_some() || query.price_max_minor.is_some() {
        let url = address
            .changed(|query| {
                query.price_min_minor = None;
                query.price_max_minor = None;
            })
            .href();
        chips.push(Chip { label: price_label(shop, query.price_min_minor, query.price_max_minor), url });
    }
    if query.stock == StockFilter::InStock {
        let url = address.changed(|query| query.stock = StockFilter::Any).href();
        chips.push(Chip { label: "In stock".to_owned(), url });
    }
    if let (true, Some(category)) = (address.is_search(), &query.category) {
        let name = shop.categories.find(category).map_or(category.as_str(), |category| category.name.as_str());
        let url = address.changed(|query| query.category = None).href();
        chips.push(Chip { label: format!("In {name}"), url });
    }
    chips
}

fn remove_value(attributes: &mut BTreeMap<String, Vec<String>>, key: &str, value: &str) {
    if let Some(values) = attributes.get_mut(key) {
        values.retain(|other| other != value);
    }
}

fn label_of(page: &SearchPage, key: &str, value: &str) -> String {
    let facet = page.facets.get(key).and_then(|values| values.iter().find(|facet| facet.value == value));
    value_label(key, facet.map_or(value, |facet| facet.label.as_str()))
}

fn price_label(shop: &Shop, low: Option<i64>, high: Option<i64>) -> String {
    let shown = |minor: i64| match shop.currency.symbol() {
        Some(symbol) => format!("{symbol}{}", decimal(shop, minor)),
        None => format!("{} {}", decimal(shop, minor), shop.currency),
    };
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
        (Some(low), None) => format!("From {}", shown(low)),
        (None, high) => format!("Up to {}", shown(high.unwrap_or(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    fn filters(pairs: &[(&str, &str)]) -> Filters {
        let shop = sample::shop();
        let address = ListingAddress::for_search(shop.currency, pairs.iter().copied()).expect("an address");
        Filters::new(&shop, &address, &sample::page())
    }

    #[test]
    fn selected_values_stay_in_sight_and_can_be_taken_off() {
        let filters = filters(&[("q", "mug"), ("brand", "Brand 9"), ("min", "10"), ("in_stock", "true")]);
        let brand = &filters.facets[0];
        assert_eq!((brand.label.as_str(), brand.values.len(), brand.more_values.len()), ("Brand", 8, 2));
        assert!(brand.values.iter().any(|choice| choice.label == "Brand 9" && choice.is_selected));
        let chips: Vec<(&str, &str)> =
            filters.chips.iter().map(|chip| (chip.label.as_str(), chip.url.as_str())).collect();
        assert_eq!(
            chips,
            [
                ("Brand 9", "/search?q=mug&price_min=1000&in_stock=true"),
                ("From €10", "/search?q=mug&brand=Brand+9&in_stock=true"),
                ("In stock", "/search?q=mug&brand=Brand+9&price_min=1000"),
            ]
        );
        assert_eq!(filters.clear_url, "/search?q=mug");
    }

    #[test]
    fn the_form_carries_what_it_does_not_show() {
        let filters = filters(&[
            ("q", "mug"),
            ("category", "mugs"),
            ("filter[glaze]", "Matt"),
            ("brand", "Brand 1"),
            ("sort", "name"),
        ]);
        let hidden: Vec<(&str, &str)> =
            filters.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(hidden, [("q", "mug"), ("category", "mugs"), ("filter[glaze]", "Matt")]);
    }

    #[test]
    fn what_is_no_price_stays_in_its_field() {
        let filters = filters(&[("min", "a lot"), ("max", "40")]);
        assert_eq!(filters.chips.iter().map(|chip| chip.label.as_str()).collect::<Vec<_>>(), ["Up to €40"]);
        let price = filters.price.expect("a price filter");
        assert_eq!((price.low.as_str(), price.high.as_str()), ("a lot", "40"));
        assert_eq!((price.is_low_refused, price.is_high_refused), (true, false));
        let problem = price.problem.expect("a problem");
        assert_eq!(problem, "Please write the price in digits, for example 12 or 1250.50.");
    }

    #[test]
    fn prices_are_shown_in_major_units() {
        let filters = filters(&[("min", "12.50")]);
        let price = filters.price.expect("a price filter");
        assert_eq!((price.low.as_str(), price.high.as_str()), ("12.50", ""));
        assert_eq!((price.lowest.as_str(), price.highest.as_str()), ("9", "219.95"));
    }
}
