//! Addresses of listings: what a shopper asked for, as a question to the catalogue and back as a link.

use coheron_core::money::Currency;
use coheron_core::product_query::{
    DEFAULT_LIMIT, MAX_OFFSET, ParameterError, ProductQuery, Sort, StockFilter, escape_value,
};

/// Products on one page of a listing.
pub const PAGE_SIZE: usize = DEFAULT_LIMIT;
/// The last page that can be asked for.
pub const MAX_PAGE: usize = MAX_OFFSET / PAGE_SIZE;

/// The address of a category page or of search results, with everything that narrows or orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingAddress {
    /// `/search` or the path of a category page.
    pub path: String,
    /// The question without its page. On a category page `category` comes from the path, not from a parameter.
    pub query: ProductQuery,
    /// 1 for the first page.
    pub page: usize,
    pub refused: RefusedPrices,
    kind: ListingKind,
}

/// Bounds of the price that are no prices, as they were typed. The listing is shown without them, and its address has
/// none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusedPrices {
    pub low: Option<String>,
    pub high: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListingKind {
    Search,
    Category,
}

impl ListingAddress {
    pub fn for_search<'a>(
        currency: Currency,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<ParameterError>> {
        let Reading { query, page, refused } = read(currency, pairs, ListingKind::Search)?;
        Ok(Self { path: "/search".to_owned(), query, page, refused, kind: ListingKind::Search })
    }

    pub fn for_category<'a>(
        path: &str,
        category_id: &str,
        currency: Currency,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<ParameterError>> {
        let Reading { query, page, refused } = read(currency, pairs, ListingKind::Category)?;
        let query = ProductQuery { category: Some(category_id.to_owned()), ..query };
        Ok(Self { path: path.to_owned(), query, page, refused, kind: ListingKind::Category })
    }

    /// Path and parameters in one fixed order: equal questions have equal addresses.
    pub fn href(&self) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return self.path.clone();
        }
        let encoded: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        format!("{}?{}", self.path, encoded.join("&"))
    }

    /// Decoded parameters, also for the hidden fields of a form.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let query = &self.query;
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut push = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if let Some(text) = &query.text {
            push("q", text.clone());
        }
        if let (ListingKind::Search, Some(category)) = (self.kind, &query.category) {
            push("category", category.clone());
        }
        for brand in &query.brands {
            push("brand", escape_value(brand));
        }
        for (key, values) in &query.attributes {
            for value in values {
                push(&format!("filter[{key}]"), escape_value(value));
            }
        }
        if let Some(amount) = query.price_min_minor {
            push("price_min", amount.to_string());
        }
        if let Some(amount) = query.price_max_minor {
            push("price_max", amount.to_string());
        }
        if query.stock == StockFilter::InStock {
            push("in_stock", "true".to_owned());
        }
        if query.sort != Sort::Relevance {
            push("sort", query.sort.parameter().to_owned());
        }
        if self.page > 1 {
            push("page", self.page.to_string());
        }
        pairs
    }

    /// How many products lie before this page.
    pub fn offset(&self) -> usize {
        (self.page - 1) * PAGE_SIZE
    }

    /// Whether it is the plain listing, in the default order and without filters, that search engines should keep.
    pub fn is_plain(&self) -> bool {
        self.kind == ListingKind::Category && !self.query.has_filters() && self.query.sort == Sort::Relevance
    }

    pub fn is_search(&self) -> bool {
        self.kind == ListingKind::Search
    }

    pub fn with_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The first page of a changed question.
    pub fn changed(&self, change: impl FnOnce(&mut ProductQuery)) -> Self {
        let mut address = self.with_page(1);
        change(&mut address.query);
        address.query.attributes.retain(|_, values| !values.is_empty());
        address
    }

    /// The address that search engines keep: without filters and in the default order, on the same page.
    pub fn plain_href(&self) -> String {
        let plain = self.without_filters().changed(|query| query.sort = Sort::Relevance);
        plain.with_page(self.page).href()
    }

    /// The same listing without any filter; text, category and order stay.
    pub fn without_filters(&self) -> Self {
        self.changed(|query| {
            query.brands.clear();
            query.attributes.clear();
            query.price_min_minor = None;
            query.price_max_minor = None;
            query.stock = StockFilter::Any;
        })
    }
}

impl RefusedPrices {
    pub fn is_empty(&self) -> bool {
        self.low.is_none() && self.high.is_none()
    }
}

/// The path of a search for `text`.
pub fn search_url(text: &str) -> String {
    format!("/search?q={}", encode(text))
}

/// Percent-encodes everything but RFC 3986 unreserved characters; spaces become `+` as forms write them.
pub fn encode(text: &str) -> String {
    coheron_core::document::encode_path_segment(text).replace("%20", "+")
}

/// What an address asks for.
struct Reading {
    query: ProductQuery,
    page: usize,
    refused: RefusedPrices,
}

/// The form asks for prices as shoppers write them; links carry minor units like the API.
#[derive(Default)]
struct TypedPrices {
    low: Option<i64>,
    high: Option<i64>,
    refused: RefusedPrices,
}

impl TypedPrices {
    /// The bounds as links carry them. Typed the wrong way round they are meant the other way round.
    fn bounds(&self) -> [(&'static str, Option<i64>); 2] {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low > high => [("price_min", Some(high)), ("price_max", Some(low))],
            (low, high) => [("price_min", low), ("price_max", high)],
        }
    }
}

fn read<'a>(
    currency: Currency,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    kind: ListingKind,
) -> Result<Reading, Vec<ParameterError>> {
    let mut errors = Vec::new();
    let mut page = 1;
    let mut known: Vec<(&str, String)> = Vec::new();
    let mut prices = TypedPrices::default();
    for (name, value) in pairs {
        match name {
            "page" => match value.parse::<usize>() {
                Ok(number) if (1..=MAX_PAGE).contains(&number) => page = number,
                _ => errors.push(ParameterError::new(name, "out_of_range", format!("must be 1 to {MAX_PAGE}"))),
            },
            "min" => (prices.low, prices.refused.low) = read_price(value, currency),
            "max" => (prices.high, prices.refused.high) = read_price(value, currency),
            "q" | "category" if kind == ListingKind::Category => {}
            "q" | "category" | "brand" | "price_min" | "price_max" | "in_stock" | "sort" => {
                known.push((name, value.to_owned()));
            }
            _ if name.starts_with("filter[") => known.push((name, value.to_owned())),
            // Links from outside carry parameters of other systems (campaigns, click ids): they change nothing here.
            _ => {}
        }
    }
    for (name, bound) in prices.bounds() {
        if let Some(amount) = bound {
            known.push((name, amount.to_string()));
        }
    }
    match ProductQuery::from_parameters(known.iter().map(|(name, value)| (*name, value.as_str()))) {
        Ok(query) if errors.is_empty() => Ok(Reading { query, page, refused: prices.refused }),
        Ok(_) => Err(errors),
        Err(others) => {
            errors.extend(others);
            Err(errors)
        }
    }
}

/// The amount, or what was typed where it is none; neither for an empty field.
fn read_price(typed: &str, currency: Currency) -> (Option<i64>, Option<String>) {
    let typed = typed.trim();
    if typed.is_empty() {
        return (None, None);
    }
    match minor_units(typed, currency) {
        Some(amount) => (Some(amount), None),
        None => (None, Some(typed.to_owned())),
    }
}

/// `12`, `12.5`, `12,50`, `1,705.00` or `1.705,00` as minor units.
fn minor_units(text: &str, currency: Currency) -> Option<i64> {
    const MOST_WHOLE_DIGITS: usize = 12;
    let exponent = usize::from(currency.exponent());
    let (whole, fraction) = split_amount(text, exponent)?;
    let fits = !(whole.is_empty() && fraction.is_empty())
        && whole.len() <= MOST_WHOLE_DIGITS
        && fraction.len() <= exponent
        && is_digits(&whole)
        && is_digits(fraction);
    if !fits {
        return None;
    }
    format!("{whole}{fraction:0<exponent$}").parse().ok()
}

/// The digits before and after the decimal mark. Shoppers write comma and point either way, so the digits tell which is
/// which: a mark with exactly three digits behind it divides groups (`1,705` is what the shop itself writes for 1705),
/// any other last mark stands before decimals, and one number has one kind of each. No group begins with a zero, so the
/// mark of `0,999` stands before decimals. In currencies of three decimals a single point does so too, as the shop
/// writes it.
fn split_amount(text: &str, exponent: usize) -> Option<(String, &str)> {
    let Some(last) = text.rfind(['.', ',']) else { return Some((text.to_owned(), "")) };
    let (before, mark, after) = (&text[..last], &text[last..=last], &text[last + 1..]);
    let earlier = before.find(['.', ',']).map(|at| &before[at..=at]);
    let is_shops_point = earlier.is_none() && mark == "." && after.len() == exponent;
    if !is_shops_point && is_grouped(text, mark) {
        return Some((text.replace(mark, ""), ""));
    }
    match earlier {
        None => Some((before.to_owned(), after)),
        Some(earlier) if earlier != mark && is_grouped(before, earlier) => Some((before.replace(earlier, ""), after)),
        Some(_) => None,
    }
}

/// Whether these are digits in groups of three, as in `1,705` and not as in `0,999`.
fn is_grouped(text: &str, mark: &str) -> bool {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && is_digits(first)
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur() -> Currency {
        Currency::parse("EUR").expect("a currency")
    }

    #[test]
    fn an_address_reads_back_as_itself() {
        let pairs = [
            ("q", "red mug"),
            ("brand", "Verd & Co"),
            ("filter[colour]", "Moss"),
            ("filter[screen]", "13\\,3 inch"),
            ("min", "12,5"),
            ("max", "40"),
            ("in_stock", "true"),
            ("sort", "-price"),
            ("page", "3"),
            ("utm_source", "letter"),
        ];
        let address = ListingAddress::for_search(eur(), pairs).expect("an address");
        assert_eq!(address.query.price_min_minor, Some(1250));
        assert_eq!(address.query.price_max_minor, Some(4000));
        assert_eq!(
            address.href(),
            "/search?q=red+mug&brand=Verd+%26+Co&filter%5Bcolour%5D=Moss&filter%5Bscreen%5D=13%5C%2C3+inch\
             &price_min=1250&price_max=4000&in_stock=true&sort=-price&page=3"
        );
        let pairs = address.pairs();
        let again =
            ListingAddress::for_search(eur(), pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert_eq!(again.expect("an address"), address);
    }

    #[test]
    fn bad_parameters_are_named() {
        let pairs = [("page", "0"), ("min", "a"), ("sort", "best"), ("price_max", "1.5")];
        let errors = ListingAddress::for_search(eur(), pairs).expect_err("errors");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["page", "sort", "price_max"]);
    }

    #[test]
    fn a_typed_bound_that_is_no_price_is_left_out_and_kept_as_it_was_typed() {
        let address = ListingAddress::for_search(eur(), [("q", "mug"), ("min", " cheap "), ("max", "40")]);
        let address = address.expect("an address");
        assert_eq!(address.href(), "/search?q=mug&price_max=4000");
        assert_eq!(address.refused, RefusedPrices { low: Some("cheap".to_owned()), high: None });
        let address = ListingAddress::for_search(eur(), [("min", "1"), ("max", "-5")]).expect("an address");
        assert_eq!((address.href().as_str(), address.refused.high.as_deref()), ("/search?price_min=100", Some("-5")));
        let address = ListingAddress::for_search(eur(), [("min", " "), ("max", "")]).expect("an address");
        assert_eq!((address.href().as_str(), address.refused.is_empty()), ("/search", true));
    }

    #[test]
    fn bounds_typed_the_wrong_way_round_are_turned() {
        let address = ListingAddress::for_search(eur(), [("min", "40"), ("max", "12,5")]).expect("an address");
        assert_eq!(address.href(), "/search?price_min=1250&price_max=4000");
        assert!(address.refused.is_empty());
    }

    #[test]
    fn a_category_takes_its_category_from_the_path() {
        let address =
            ListingAddress::for_category("/c/mugs/mugs", "mugs", eur(), [("category", "lamps")]).expect("an address");
        assert_eq!(address.query.category.as_deref(), Some("mugs"));
        assert_eq!(address.href(), "/c/mugs/mugs");
        assert!(address.is_plain());
    }

    #[test]
    fn amounts_are_read_as_shops_and_shoppers_write_them() {
        let cases = [
            ("12", Some(1_200)),
            ("0", Some(0)),
            ("12.50", Some(1_250)),
            ("12,5", Some(1_250)),
            (".5", Some(50)),
            ("1.", Some(100)),
            ("0,99", Some(99)),
            ("1,705", Some(170_500)),
            ("1.705", Some(170_500)),
            ("1,705.00", Some(170_500)),
            ("1.705,50", Some(170_550)),
            ("1,234,567", Some(123_456_700)),
            ("1.234.567,8", Some(123_456_780)),
            // Decimals that the currency does not have.
            ("0,999", None),
            ("1705,500", None),
            ("1,705.500", None),
            ("1.7055", None),
            // Groups that are none.
            ("1,70,500", None),
            ("1,7.50", None),
            ("1.705,500.00", None),
            ("1,705,50", None),
            (".", None),
            (",.", None),
            ("-1", None),
            ("1 705", None),
            ("€5", None),
            ("1234567890123", None),
        ];
        for (text, expected) in cases {
            assert_eq!(minor_units(text, eur()), expected, "{text}");
        }
    }

    #[test]
    fn amounts_follow_the_currency() {
        let yen = Currency::parse("JPY").expect("a currency");
        assert_eq!(minor_units("1500", yen), Some(1_500));
        assert_eq!(minor_units("1,500", yen), Some(1_500));
        assert_eq!(minor_units("15.5", yen), None);
        let dinars = Currency::parse("KWD").expect("a currency");
        for (text, expected) in [("1.500", 1_500), ("1,500", 1_500_000), ("1,705.500", 1_705_500), ("0,999", 999)] {
            assert_eq!(minor_units(text, dinars), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_change_goes_back_to_the_first_page() {
        let address = ListingAddress::for_search(eur(), [("brand", "A"), ("page", "4")]).expect("an address");
        let changed = address.changed(|query| query.brands.clear());
        assert_eq!((changed.page, changed.href().as_str()), (1, "/search"));
    }
}
