//! ERP changes as plain values: what an ingested record says, whatever its wire format was.

use std::fmt;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::as_of::AsOf;
use crate::attribute::Attributes;
use crate::ids::SiteId;
use crate::money::Currency;
use crate::product_size::check_product_size;
use crate::sku::Sku;

/// Longest values accepted, in bytes. What is longer becomes a dead letter that names the field.
pub const MAX_NAME_BYTES: usize = 1_000;
pub const MAX_DESCRIPTION_BYTES: usize = 256 * 1024;
pub const MAX_ATTRIBUTE_VALUE_BYTES: usize = 8 * 1024;
pub const MAX_ATTRIBUTES: usize = 500;
pub const MAX_VARIANTS: usize = 500;
pub const MAX_IMAGES: usize = 100;
pub const MAX_GTINS: usize = 500;
pub const MAX_CATEGORIES: usize = 50;
pub const MAX_KEY_BYTES: usize = 256;
/// So that a cart of as many pieces as it may hold still has a total. Some systems write the largest number there is for
/// "none".
pub const MAX_PRICE_MINOR: i64 = 1_000_000_000_000;
pub const MAX_ON_HAND: i64 = 1_000_000_000_000;

/// A change of one entity of one feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<Facts> {
    pub site_id: SiteId,
    /// The entity's id within the site: a SKU or a category id.
    pub entity_id: String,
    pub body: ChangeBody<Facts>,
    pub as_of: AsOf,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ChangeBody<Facts> {
    /// The entity's whole new image at `as_of.entity_version`.
    Upsert(Facts),
    /// A tombstone. With a version it is guarded like an upsert; without one it deletes what happened no later than
    /// itself, so that replaying a log in place never deletes a newer image.
    Delete { versioned: VersionedDelete },
}

/// Whether a tombstone carried the ERP's `entity_version` in its headers (`as_of.entity_version` is then meaningful).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionedDelete {
    Yes,
    No,
}

/// A change of any catalogue feed.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "batches are short-lived and mostly one kind; a box per product buys nothing"
)]
pub enum CatalogueChange {
    Product(Change<ProductFacts>),
    Category(Change<CategoryFacts>),
    Price(Change<PriceFacts>),
    Stock(Change<StockFacts>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductFacts {
    pub name: String,
    pub description: String,
    pub brand: Option<String>,
    pub category_ids: Vec<String>,
    pub attributes: Attributes,
    pub images: Vec<Image>,
    pub variants: Vec<VariantFacts>,
    pub gtins: Vec<String>,
    /// Manufacturer part number.
    pub mpn: Option<String>,
    /// Any non-negative number; higher sells better. Used by the sort order `popularity` and as a tie-break.
    pub popularity: f64,
    /// When the product came into the range; used by the sort order `newest`.
    pub released_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantFacts {
    pub sku: Sku,
    /// What sets the variant apart, for example `{"size": "M", "colour": "Moss"}`, in the order of the pickers.
    pub options: IndexMap<String, String>,
    pub images: Vec<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub url: String,
    pub alt: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryFacts {
    pub name: String,
    pub parent_id: Option<String>,
    /// Order among siblings, smallest first.
    pub position: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceFacts {
    pub currency: Currency,
    pub amount_minor: i64,
    /// The price before a reduction, where there is one.
    pub list_amount_minor: Option<i64>,
}

/// Stock below zero is a fact of real warehouses (sold before it was booked in), so such a figure is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockFacts {
    pub on_hand: i64,
    /// Every order up to this number is contained in `on_hand`; none where the ERP does not know.
    pub last_order_number: Option<i64>,
}

/// The ERP's answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStatusFacts {
    pub order_number: i64,
    pub status: ErpOrderStatus,
    /// Number of the document that the ERP made of the order.
    pub document_number: Option<String>,
    /// When the ERP took the order over, by its own clock.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// For the shop's staff.
    pub note: Option<String>,
}

/// An answer with its place and version. Orders are never deleted, so there is no body but the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAnswer {
    pub site_id: SiteId,
    pub facts: OrderStatusFacts,
    pub as_of: AsOf,
}

/// Where an order stands at the ERP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErpOrderStatus {
    Accepted,
    Rejected,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

impl CatalogueChange {
    pub fn entity_id(&self) -> &str {
        match self {
            Self::Product(change) => &change.entity_id,
            Self::Category(change) => &change.entity_id,
            Self::Price(change) => &change.entity_id,
            Self::Stock(change) => &change.entity_id,
        }
    }

    pub fn site_id(&self) -> SiteId {
        match self {
            Self::Product(change) => change.site_id,
            Self::Category(change) => change.site_id,
            Self::Price(change) => change.site_id,
            Self::Stock(change) => change.site_id,
        }
    }
}

/// A value that breaks the ERP contract: the field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct FieldProblem {
    pub field: String,
    pub problem: String,
}

impl FieldProblem {
    pub fn new(field: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { field: field.into(), problem: problem.to_string() }
    }
}

impl ProductFacts {
    /// A product of which nothing but its name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            brand: None,
            category_ids: vec![],
            attributes: Attributes::new(),
            images: vec![],
            variants: vec![],
            gtins: vec![],
            mpn: None,
            popularity: 0.0,
            released_at: None,
        }
    }

    /// Checks everything a shop needs from a product. The first problem is returned.
    pub fn validate(&self) -> Result<(), FieldProblem> {
        check_text("name", &self.name, MAX_NAME_BYTES)?;
        if self.name.trim().is_empty() {
            return Err(FieldProblem::new("name", "is empty; every product needs a name"));
        }
        check_text("description", &self.description, MAX_DESCRIPTION_BYTES)?;
        check_text("brand", self.brand.as_deref().unwrap_or_default(), MAX_NAME_BYTES)?;
        check_text("mpn", self.mpn.as_deref().unwrap_or_default(), MAX_KEY_BYTES)?;
        check_count("category_ids", self.category_ids.len(), MAX_CATEGORIES)?;
        check_count("attributes", self.attributes.len(), MAX_ATTRIBUTES)?;
        check_count("variants", self.variants.len(), MAX_VARIANTS)?;
        check_count("images", self.images.len(), MAX_IMAGES)?;
        check_count("gtins", self.gtins.len(), MAX_GTINS)?;
        for category_id in &self.category_ids {
            check_text("category_ids", category_id, MAX_KEY_BYTES)?;
        }
        for gtin in &self.gtins {
            check_text("gtins", gtin, MAX_KEY_BYTES)?;
        }
        for (key, value) in &self.attributes {
            check_text("attributes", key, MAX_KEY_BYTES)?;
            for text in value.display_values() {
                check_text(&format!("attributes.{key}"), &text, MAX_ATTRIBUTE_VALUE_BYTES)?;
            }
        }
        for image in self.images.iter().chain(self.variants.iter().flat_map(|variant| &variant.images)) {
            check_image(image)?;
        }
        let mut seen = std::collections::HashSet::new();
        for variant in &self.variants {
            if !seen.insert(&variant.sku) {
                return Err(FieldProblem::new("variants.sku", format!("{} stands twice", variant.sku)));
            }
            for (key, value) in &variant.options {
                check_text("variants.options", key, MAX_KEY_BYTES)?;
                check_text("variants.options", value, MAX_KEY_BYTES)?;
            }
        }
        if !self.popularity.is_finite() || self.popularity < 0.0 {
            return Err(FieldProblem::new("popularity", "must be a finite number of at least 0"));
        }
        check_product_size(self)
    }
}

impl CategoryFacts {
    pub fn validate(&self) -> Result<(), FieldProblem> {
        check_text("name", &self.name, MAX_NAME_BYTES)?;
        if self.name.trim().is_empty() {
            return Err(FieldProblem::new("name", "is empty; every category needs a name"));
        }
        check_text("parent_id", self.parent_id.as_deref().unwrap_or_default(), MAX_KEY_BYTES)
    }
}

impl PriceFacts {
    pub fn validate(&self) -> Result<(), FieldProblem> {
        check_price("amount_minor", self.amount_minor)?;
        self.list_amount_minor.map_or(Ok(()), |amount| check_price("list_amount_minor", amount))
    }
}

impl StockFacts {
    pub fn validate(&self) -> Result<(), FieldProblem> {
        if self.on_hand.unsigned_abs() > MAX_ON_HAND.unsigned_abs() {
            return Err(FieldProblem::new(
                "on_hand",
                format!("is {}; at most {MAX_ON_HAND} pieces are accepted", self.on_hand),
            ));
        }
        Ok(())
    }
}

fn check_price(field: &str, amount_minor: i64) -> Result<(), FieldProblem> {
    if amount_minor < 0 {
        return Err(FieldProblem::new(field, format!("is {amount_minor}; a price cannot be negative")));
    }
    if amount_minor > MAX_PRICE_MINOR {
        return Err(FieldProblem::new(
            field,
            format!("is {amount_minor}; at most {MAX_PRICE_MINOR} minor units are accepted"),
        ));
    }
    Ok(())
}

impl OrderStatusFacts {
    pub fn validate(&self) -> Result<(), FieldProblem> {
        check_text("document_number", self.document_number.as_deref().unwrap_or_default(), MAX_KEY_BYTES)?;
        check_text("note", self.note.as_deref().unwrap_or_default(), MAX_NAME_BYTES)
    }
}

impl ErpOrderStatus {
    pub const ALL: [Self; 6] =
        [Self::Accepted, Self::Rejected, Self::Processing, Self::Shipped, Self::Delivered, Self::Cancelled];

    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Reads the number of a shop order, which records carry as text: decimal digits and nothing else.
pub fn order_number(field: &str, text: &str) -> Result<i64, FieldProblem> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| FieldProblem::new(field, "must be the number of an order of the shop, in decimal digits"))
}

fn check_image(image: &Image) -> Result<(), FieldProblem> {
    check_text("images.url", &image.url, 4 * 1024)?;
    check_text("images.alt", &image.alt, MAX_NAME_BYTES)?;
    let scheme_is_safe =
        image.url.starts_with("https://") || image.url.starts_with("http://") || is_local_path(&image.url);
    if scheme_is_safe { Ok(()) } else { Err(FieldProblem::new("images.url", "must be an http(s) address or a path")) }
}

fn is_local_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

fn check_text(field: &str, text: &str, max_bytes: usize) -> Result<(), FieldProblem> {
    if text.len() > max_bytes {
        return Err(FieldProblem::new(field, format!("has {} bytes; at most {max_bytes} are accepted", text.len())));
    }
    // Postgres cannot store U+0000 in text.
    if text.contains('\0') {
        return Err(FieldProblem::new(field, "contains a NUL character"));
    }
    Ok(())
}

fn check_count(field: &str, count: usize, max: usize) -> Result<(), FieldProblem> {
    if count > max {
        return Err(FieldProblem::new(field, format!("has {count} entries; at most {max} are accepted")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_stock_have_an_end() {
        let currency = Currency::parse("EUR").expect("a currency");
        let field_of = |amount_minor, list_amount_minor| {
            let checked = PriceFacts { currency, amount_minor, list_amount_minor }.validate();
            checked.map_err(|problem| problem.field)
        };
        assert_eq!(field_of(0, Some(MAX_PRICE_MINOR)), Ok(()));
        assert_eq!(field_of(MAX_PRICE_MINOR + 1, None), Err("amount_minor".to_owned()));
        assert_eq!(field_of(-1, None), Err("amount_minor".to_owned()));
        assert_eq!(field_of(1, Some(i64::MAX)), Err("list_amount_minor".to_owned()));
        for (on_hand, fits) in [(-5, true), (MAX_ON_HAND, true), (MAX_ON_HAND + 1, false), (i64::MIN, false)] {
            assert_eq!(StockFacts { on_hand, last_order_number: None }.validate().is_ok(), fits, "{on_hand}");
        }
    }

    #[test]
    fn order_numbers_are_digits_and_fit() {
        assert_eq!(order_number("n", "100001"), Ok(100_001));
        assert_eq!(order_number("n", "0000100001"), Ok(100_001), "some systems pad");
        for wrong in ["", "SO-1", "+1", "-1", " 1", "1.0", "99999999999999999999"] {
            let problem = order_number("last_order_number", wrong).expect_err("refused");
            assert_eq!(problem.field, "last_order_number", "{wrong}");
        }
    }

    #[test]
    fn names_of_statuses_are_read_back() {
        for status in ErpOrderStatus::ALL {
            assert_eq!(ErpOrderStatus::parse(status.name()), Some(status));
        }
        assert_eq!(ErpOrderStatus::parse("Accepted"), None);
    }
}
