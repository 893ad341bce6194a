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
    kind: ListingKind,
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
        let (query, page) = read(currency, pairs, ListingKind::Search)?;
        Ok(Self { path: "/search".to_owned(), query, page, kind: ListingKind::Search })
    }

    pub fn for_category<'a>(
        path: &str,
        category_id: &str,
        currency: Currency,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<ParameterError>> {
        let (query, page) = read(currency, pairs, ListingKind::Category)?;
        let query = ProductQuery { category: Some(category_id.to_owned()), ..query };
        Ok(Self { path: path.to_owned(), query, page, kind: ListingKind::Category })
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

/// The path of a search for `text`.
pub fn search_url(text: &str) -> String {
    format!("/search?q={}", encode(text))
}

/// Percent-encodes everything but RFC 3986 unreserved characters; spaces become `+` as forms write them.
pub fn encode(text: &str) -> String {
    coheron_core::document::encode_path_segment(text).replace("%20", "+")
}

fn read<'a>(
    currency: Currency,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    kind: ListingKind,
) -> Result<(ProductQuery, usize), Vec<ParameterError>> {
    let mut errors = Vec::new();
    let mut page = 1;
    let mut known: Vec<(&str, String)> = Vec::new();
    for (name, value) in pairs {
        match name {
            "page" => match value.parse::<usize>() {
                Ok(number) if (1..=MAX_PAGE).contains(&number) => page = number,
                _ => errors.push(ParameterError::new(name, "out_of_range", format!("must be 1 to {MAX_PAGE}"))),
            },
            // The form asks for prices as shoppers write them; links carry minor units like the API.
            "min" | "max" => match minor_units(value, currency) {
                Ok(Some(amount)) => known.push((if name == "min" { "price_min" } else { "price_max" }, amount)),
                Ok(None) => {}
                Err(message) => errors.push(ParameterError::new(name, "invalid", message)),
            },
            "q" | "category" if kind == ListingKind::Category => {}
            "q" | "category" | "brand" | "price_min" | "price_max" | "in_stock" | "sort" => {
                known.push((name, value.to_owned()));
            }
            _ if name.starts_with("filter[") => known.push((name, value.to_owned())),
            // Links from outside carry parameters of other systems (campaigns, click ids): they change nothing here.
            _ => {}
        }
    }
    match ProductQuery::from_parameters(known.iter().map(|(name, value)| (*name, value.as_str()))) {
        Ok(query) if errors.is_empty() => Ok((query, page)),
        Ok(_) => Err(errors),
        Err(others) => {
            errors.extend(others);
            Err(errors)
        }
    }
}

/// `12.5`, `12,50` or `12` as minor units in digits; nothing for an empty field.
fn minor_units(text: &str, currency: Currency) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let exponent = usize::from(currency.exponent());
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !(whole.is_empty() && fraction.is_empty())
        && whole.len() <= 12
        && fraction.len() <= exponent
        && digits_only(whole)
        && digits_only(fraction);
    if !fits {
        return Err(format!("must be an amount in {currency} with at most {exponent} decimals, for example 12"));
    }
    let padded = format!("{whole}{fraction:0<exponent$}");
    let trimmed = padded.trim_start_matches('0');
    Ok(Some(if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }))
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
        let errors =
            ListingAddress::for_search(eur(), [("page", "0"), ("min", "a"), ("sort", "best"), ("max", "1.234")])
                .expect_err("errors");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["page", "min", "max", "sort"]);
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
    fn amounts_follow_the_currency() {
        let yen = Currency::parse("JPY").expect("a currency");
        assert_eq!(minor_units("1500", yen), Ok(Some("1500".to_owned())));
        assert!(minor_units("15.5", yen).is_err());
        assert_eq!(minor_units(".5", eur()), Ok(Some("50".to_owned())));
        assert_eq!(minor_units("0", eur()), Ok(Some("0".to_owned())));
        assert_eq!(minor_units(" ", eur()), Ok(None));
        assert!(minor_units("-1", eur()).is_err());
        assert!(minor_units(".", eur()).is_err());
    }

    #[test]
    fn a_change_goes_back_to_the_first_page() {
        let address = ListingAddress::for_search(eur(), [("brand", "A"), ("page", "4")]).expect("an address");
        let changed = address.changed(|query| query.brands.clear());
        assert_eq!((changed.page, changed.href().as_str()), (1, "/search"));
    }
}
