//! A shopper's or a client's question to the catalogue, read from query parameters. API and website share it, so that
//! the same address means the same thing to both.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub const DEFAULT_LIMIT: usize = 24;
pub const MAX_LIMIT: usize = 100;
/// How deep a listing can be paged. Deeper pages are a crawler's need, which the product feed serves better.
pub const MAX_OFFSET: usize = 10_000;
pub const MAX_TEXT_BYTES: usize = 200;
const MAX_FILTER_VALUES: usize = 50;
const MAX_FILTERS: usize = 20;
const MAX_VALUE_BYTES: usize = 256;

/// A validated question. Prices are minor units of the site's currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductQuery {
    pub text: Option<String>,
    /// Category id; products of its subcategories match too.
    pub category: Option<String>,
    /// Any of these brands.
    pub brands: Vec<String>,
    /// Attribute or variant option key to accepted values: any within a key, all keys.
    pub attributes: BTreeMap<String, Vec<String>>,
    pub price_min_minor: Option<i64>,
    pub price_max_minor: Option<i64>,
    pub stock: StockFilter,
    pub sort: Sort,
    pub facets: FacetRequest,
    /// Top-level product fields to return; empty for all.
    pub fields: Vec<String>,
    pub offset: usize,
    pub limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StockFilter {
    #[default]
    Any,
    /// Only what can be ordered now.
    InStock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By score where there is text, else by popularity.
    #[default]
    Relevance,
    PriceAscending,
    PriceDescending,
    Name,
    Newest,
    Popularity,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FacetRequest {
    #[default]
    None,
    /// The keys that tell the matches apart best, chosen by coverage; at most this many.
    Automatic { most: usize },
    /// These keys: `brand`, `category`, or an attribute or option key.
    Keys(Vec<String>),
}

/// A parameter that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    pub field: String,
    pub code: &'static str,
    pub message: String,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Relevance, Self::PriceAscending, Self::PriceDescending, Self::Name, Self::Newest, Self::Popularity];

    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::PriceAscending => "price",
            Self::PriceDescending => "-price",
            Self::Name => "name",
            Self::Newest => "newest",
            Self::Popularity => "popularity",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.parameter() == text)
    }
}

impl ProductQuery {
    /// A question for the first page of everything.
    pub fn all() -> Self {
        Self { limit: DEFAULT_LIMIT, ..Self::default() }
    }

    /// What `read` understands, where nothing is at fault.
    pub fn from_parameters<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<ParameterError>> {
        let (query, errors) = Self::read(pairs);
        if errors.is_empty() { Ok(query) } else { Err(errors) }
    }

    /// Reads decoded `name=value` pairs, as far as they can be understood, and names all that are at fault. Unknown
    /// parameters are at fault, so that a typing error does not silently widen a result. `cursor` is not read here: it
    /// belongs to the HTTP layer.
    ///
    /// Repeated parameters add up: `filter[colour]=Moss&filter[colour]=Sand` equals `filter[colour]=Moss,Sand`. A comma
    /// inside a value is written `\,` and a backslash `\\`.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<ParameterError>) {
        let mut query = Self::all();
        let mut errors = Vec::new();
        for (name, value) in pairs {
            if let Err(error) = query.read_parameter(name, value) {
                errors.push(error);
            }
        }
        if let (Some(low), Some(high)) = (query.price_min_minor, query.price_max_minor)
            && low > high
        {
            errors.push(ParameterError::new("price_max", "out_of_range", "price_max is below price_min"));
        }
        (query, errors)
    }

    fn read_parameter(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        if value.contains('\0') {
            return Err(ParameterError::new(name, "invalid", "contains a NUL character"));
        }
        match name {
            "q" => {
                if value.len() > MAX_TEXT_BYTES {
                    let message = format!("has {} bytes; at most {MAX_TEXT_BYTES} are accepted", value.len());
                    return Err(ParameterError::new(name, "too_long", message));
                }
                self.text = Some(value.trim().to_owned()).filter(|text| !text.is_empty());
            }
            "category" => self.category = Some(value.to_owned()).filter(|id| !id.is_empty()),
            "brand" => extend_values(name, &mut self.brands, value)?,
            "price_min" => self.price_min_minor = read_minor(name, value)?,
            "price_max" => self.price_max_minor = read_minor(name, value)?,
            "in_stock" => {
                self.stock = match value {
                    "true" | "1" => StockFilter::InStock,
                    "false" | "0" | "" => StockFilter::Any,
                    _ => return Err(ParameterError::new(name, "invalid", "must be true or false")),
                }
            }
            "sort" => {
                self.sort = Sort::parse(value).ok_or_else(|| {
                    let known = Sort::ALL.map(|sort| sort.parameter()).join(", ");
                    ParameterError::new(name, "invalid", format!("must be one of {known}"))
                })?;
            }
            "facets" => {
                let mut keys = match std::mem::take(&mut self.facets) {
                    FacetRequest::Keys(keys) => keys,
                    FacetRequest::None | FacetRequest::Automatic { .. } => Vec::new(),
                };
                extend_values(name, &mut keys, value)?;
                self.facets = if keys.is_empty() { FacetRequest::None } else { FacetRequest::Keys(keys) };
            }
            "fields" => extend_values(name, &mut self.fields, value)?,
            "limit" => {
                self.limit =
                    value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
                        ParameterError::new(name, "out_of_range", format!("must be 1 to {MAX_LIMIT}"))
                    })?;
            }
            _ => match name.strip_prefix("filter[").and_then(|rest| rest.strip_suffix(']')) {
                Some(key) if !key.is_empty() && key.len() <= MAX_VALUE_BYTES => {
                    if !self.attributes.contains_key(key) && self.attributes.len() >= MAX_FILTERS {
                        return Err(ParameterError::new(name, "too_many", format!("at most {MAX_FILTERS} filters")));
                    }
                    extend_values(name, self.attributes.entry(key.to_owned()).or_default(), value)?;
                    self.attributes.retain(|_, values| !values.is_empty());
                }
                _ => return Err(ParameterError::new(name, "unknown_parameter", "is not a parameter of this request")),
            },
        }
        Ok(())
    }

    /// Names the sort order and every filter, not the page: a cursor of one question does not fit another. The order in which
    /// the values of a filter were given makes no other question.
    pub fn fingerprint(&self) -> String {
        let mut first_page =
            Self { offset: 0, limit: 0, facets: FacetRequest::None, fields: Vec::new(), ..self.clone() };
        first_page.brands.sort_unstable();
        first_page.attributes.values_mut().for_each(|values| values.sort_unstable());
        let digest = Sha256::digest(format!("{first_page:?}"));
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether anything but the page, the sort order and the text narrows the result.
    pub fn has_filters(&self) -> bool {
        !self.brands.is_empty()
            || !self.attributes.is_empty()
            || self.price_min_minor.is_some()
            || self.price_max_minor.is_some()
            || self.stock == StockFilter::InStock
    }
}

impl ParameterError {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

fn read_minor(name: &str, value: &str) -> Result<Option<i64>, ParameterError> {
    if value.is_empty() {
        return Ok(None);
    }
    match value.parse::<i64>() {
        Ok(amount) if amount >= 0 => Ok(Some(amount)),
        _ => Err(ParameterError::new(name, "invalid", "must be a whole number of minor units (cents), at least 0")),
    }
}

fn extend_values(name: &str, values: &mut Vec<String>, text: &str) -> Result<(), ParameterError> {
    for value in split_unescaped_commas(text) {
        if value.len() > MAX_VALUE_BYTES {
            return Err(ParameterError::new(name, "too_long", format!("a value has at most {MAX_VALUE_BYTES} bytes")));
        }
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if values.len() > MAX_FILTER_VALUES {
        return Err(ParameterError::new(name, "too_many", format!("at most {MAX_FILTER_VALUES} values")));
    }
    Ok(())
}

fn split_unescaped_commas(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped @ (',' | '\\')) => push_last(&mut values, escaped),
                // Values that nobody escaped are taken as they are.
                Some(other) => {
                    push_last(&mut values, '\\');
                    push_last(&mut values, other);
                }
                None => push_last(&mut values, '\\'),
            },
            ',' => values.push(String::new()),
            other => push_last(&mut values, other),
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

fn push_last(values: &mut [String], character: char) {
    if let Some(last) = values.last_mut() {
        last.push(character);
    }
}

/// Writes a value so that `from_parameters` reads it back whole.
pub fn escape_value(value: &str) -> String {
    value.replace('\\', "\\\\").replace(',', "\\,")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_every_parameter() {
        let query = ProductQuery::from_parameters([
            ("q", " red mug "),
            ("category", "kitchen"),
            ("brand", "Verd,Plainweave"),
            ("filter[colour]", "Moss"),
            ("filter[colour]", "Sand,Moss"),
            ("filter[screen]", "13\\,3 inch"),
            ("price_min", "100"),
            ("price_max", "2000"),
            ("in_stock", "true"),
            ("sort", "-price"),
            ("facets", "brand"),
            ("facets", "colour,brand"),
            ("limit", "10"),
        ])
        .expect("a query");
        assert_eq!(query.text.as_deref(), Some("red mug"));
        assert_eq!(query.brands, ["Verd", "Plainweave"]);
        assert_eq!(query.attributes["colour"], ["Moss", "Sand"]);
        assert_eq!(query.attributes["screen"], ["13,3 inch"]);
        assert_eq!((query.price_min_minor, query.price_max_minor), (Some(100), Some(2000)));
        assert_eq!(query.sort, Sort::PriceDescending);
        assert_eq!(query.facets, FacetRequest::Keys(vec!["brand".to_owned(), "colour".to_owned()]));
        assert_eq!((query.stock, query.limit), (StockFilter::InStock, 10));
    }

    #[test]
    fn names_every_bad_parameter_at_once() {
        let errors = ProductQuery::from_parameters([
            ("limit", "0"),
            ("sort", "cheapest"),
            ("price_min", "-1"),
            ("colour", "Moss"),
            ("in_stock", "maybe"),
        ])
        .expect_err("errors");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["limit", "sort", "price_min", "colour", "in_stock"]);
    }

    #[test]
    fn the_fingerprint_names_filters_and_sort_but_not_the_page() {
        let first = ProductQuery { offset: 24, ..ProductQuery::all() };
        assert_eq!(first.fingerprint(), ProductQuery::all().fingerprint());
        let sorted = ProductQuery { sort: Sort::Name, ..ProductQuery::all() };
        assert_ne!(sorted.fingerprint(), ProductQuery::all().fingerprint());
    }

    #[test]
    fn the_fingerprint_does_not_depend_on_the_order_of_values() {
        let fingerprint = |pairs: &[(&str, &str)]| {
            ProductQuery::from_parameters(pairs.iter().copied()).expect("a query").fingerprint()
        };
        let first = fingerprint(&[("brand", "A,B"), ("filter[colour]", "Moss,Sand"), ("filter[size]", "M")]);
        let turned = [("filter[size]", "M"), ("brand", "B"), ("filter[colour]", "Sand,Moss"), ("brand", "A")];
        assert_eq!(fingerprint(&turned), first);
        assert_ne!(fingerprint(&[("brand", "A,B"), ("filter[colour]", "Moss"), ("filter[size]", "M,Sand")]), first);
    }

    #[test]
    fn values_are_split_at_commas_that_are_not_escaped() {
        for (text, values) in [
            (r"a,b", vec!["a", "b"]),
            (r"a\,b", vec!["a,b"]),
            (r"a\\,b", vec![r"a\", "b"]),
            (r"a\\\,b", vec![r"a\,b"]),
            (r"C:\temp\", vec![r"C:\temp\"]),
            (",,", vec![]),
        ] {
            assert_eq!(split_unescaped_commas(text), values, "{text}");
        }
    }

    proptest! {
        #[test]
        fn escaped_values_read_back_whole(values in proptest::collection::vec(r"[a,\\ä]{1,6}", 1..4)) {
            let escaped: Vec<String> = values.iter().map(|value| escape_value(value)).collect();
            prop_assert_eq!(split_unescaped_commas(&escaped.join(",")), values);
        }
    }
}
