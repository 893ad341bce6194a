//! One product of a feed.

use coheron_core::change::{FieldProblem, Image, PriceFacts, ProductFacts, StockFacts};
use coheron_core::money::Currency;
use coheron_core::sku::Sku;

use super::category_path::CategoryPath;

/// A product as one line of a feed tells it. The facts are valid by the ERP contract.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedProduct {
    /// Where it stands in the file, from 1.
    pub line: u64,
    pub sku: Sku,
    pub facts: ProductFacts,
    /// The paths behind `facts.category_ids`, in the same order.
    pub categories: Vec<CategoryPath>,
    pub price: Option<PriceFacts>,
    pub stock: Option<StockFacts>,
}

pub(super) fn parse_sku(text: &str) -> Result<Sku, FieldProblem> {
    Sku::parse(text.trim()).map_err(|problem| FieldProblem::new("sku", problem))
}

pub(super) fn parse_price(
    amount_minor: Option<i64>,
    currency: Option<&str>,
) -> Result<Option<PriceFacts>, FieldProblem> {
    let Some(amount_minor) = amount_minor else { return Ok(None) };
    let Some(code) = currency else {
        return Err(FieldProblem::new("currency", "is missing, though there is a price"));
    };
    let currency = Currency::parse(code).map_err(|problem| FieldProblem::new("currency", problem))?;
    let price = PriceFacts { currency, amount_minor, list_amount_minor: None };
    price.validate().map_err(|problem| FieldProblem::new("price_minor", problem.problem))?;
    Ok(Some(price))
}

pub(super) fn parse_categories<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<CategoryPath>, FieldProblem> {
    let mut paths = Vec::new();
    for text in texts {
        paths.extend(CategoryPath::parse(text)?.filter(|path| !paths.contains(path)));
    }
    Ok(paths)
}

pub(super) fn images_of<'a>(urls: impl Iterator<Item = &'a str>, name: &str) -> Vec<Image> {
    urls.map(|url| Image { url: url.to_owned(), alt: name.chars().take(200).collect() }).collect()
}
