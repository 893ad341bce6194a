//! The product document: what a shopper, a search index and an API client see of a product. It is assembled by a pure
//! function from the parts that the feeds delivered, in whatever order they came.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::as_of::AsOf;
use crate::attribute::Attributes;
use crate::change::{Image, PriceFacts, ProductFacts, StockFacts};
use crate::money::Money;
use crate::sku::Sku;
use crate::slug::slugify;

/// Up to this many pieces, stock is called low.
pub const LOW_STOCK_QUANTITY: i64 = 5;

/// A product with everything that is shown of it, in the shape of the HTTP API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductDocument {
    pub sku: Sku,
    pub name: String,
    pub slug: String,
    /// Path of the product page: `/p/<sku>/<slug>`, percent-encoded.
    pub url: String,
    pub description: String,
    pub brand: Option<String>,
    pub categories: Vec<DocumentCategory>,
    pub attributes: Attributes,
    pub images: Vec<Image>,
    /// The lowest price of the product and its variants; null until a price has arrived.
    pub price: Option<Money>,
    /// The price before the reduction, only where it is higher than `price`.
    pub list_price: Option<Money>,
    pub availability: Availability,
    pub variants: Vec<DocumentVariant>,
    pub gtins: Vec<String>,
    pub mpn: Option<String>,
    pub popularity: f64,
    pub released_at: Option<DateTime<Utc>>,
    /// The latest of the records that made this document.
    pub as_of: AsOf,
    /// The latest of the stock figures that `availability` is made of: how fresh it is. None where no figure is known.
    pub stock_as_of: Option<AsOf>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentVariant {
    pub sku: Sku,
    pub options: IndexMap<String, String>,
    pub images: Vec<Image>,
    pub price: Option<Money>,
    pub list_price: Option<Money>,
    pub availability: Availability,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCategory {
    pub id: String,
    pub name: String,
    /// The ancestors from the root down to this category itself.
    pub path: Vec<CategoryCrumb>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCrumb {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub status: AvailabilityStatus,
    /// Pieces that can be sold; null where the ERP has not told.
    pub quantity: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityStatus {
    InStock,
    /// One to five pieces left.
    LowStock,
    OutOfStock,
    /// No stock record has arrived.
    Unknown,
}

/// What the stores hold of one product.
#[derive(Debug, Clone)]
pub struct DocumentParts {
    pub sku: Sku,
    pub product: ProductFacts,
    pub product_as_of: AsOf,
    /// The paths of the product's categories that exist, in the product's order.
    pub categories: Vec<DocumentCategory>,
    /// Prices by SKU, of the product itself and of its variants.
    pub prices: HashMap<String, (PriceFacts, AsOf)>,
    /// Stock by SKU, of the product itself and of its variants.
    pub stock: HashMap<String, (StockFacts, AsOf)>,
    /// Records that are reflected without a fact of their own above: those of the categories on the paths, and those that
    /// withdrew a price, a stock figure or a category.
    pub further_sources: Vec<AsOf>,
}

impl Availability {
    pub fn of_quantity(quantity: Option<i64>) -> Self {
        let quantity = quantity.map(|pieces| pieces.max(0));
        let status = match quantity {
            None => AvailabilityStatus::Unknown,
            Some(0) => AvailabilityStatus::OutOfStock,
            Some(pieces) if pieces <= LOW_STOCK_QUANTITY => AvailabilityStatus::LowStock,
            Some(_) => AvailabilityStatus::InStock,
        };
        Self { status, quantity }
    }

    /// Whether a shopper can order it. Unknown stock is not for sale.
    pub fn is_orderable(&self) -> bool {
        matches!(self.status, AvailabilityStatus::InStock | AvailabilityStatus::LowStock)
    }
}

impl ProductDocument {
    /// Assembles the document. The same parts give the same document, whatever order they arrived in.
    pub fn assemble(parts: DocumentParts) -> Self {
        let DocumentParts { sku, product, product_as_of, categories, prices, stock, further_sources } = parts;
        let variants: Vec<DocumentVariant> = product
            .variants
            .into_iter()
            .map(|variant| {
                let (price, list_price) = price_of(&prices, variant.sku.as_str(), sku.as_str());
                let quantity = stock.get(variant.sku.as_str()).map(|(facts, _)| facts.on_hand);
                DocumentVariant {
                    sku: variant.sku,
                    options: variant.options,
                    images: variant.images,
                    price,
                    list_price,
                    availability: Availability::of_quantity(quantity),
                }
            })
            .collect();
        let (price, list_price) =
            if variants.is_empty() { price_of(&prices, sku.as_str(), sku.as_str()) } else { lowest_price(&variants) };
        let quantity = if variants.is_empty() {
            stock.get(sku.as_str()).map(|(facts, _)| facts.on_hand)
        } else {
            variants.iter().filter_map(|variant| variant.availability.quantity).reduce(i64::saturating_add)
        };
        // A figure under the product's own SKU is not what is sold where there are variants.
        let stock_as_of = if variants.is_empty() {
            stock.get(sku.as_str()).map(|(_, as_of)| as_of.clone())
        } else {
            latest(variants.iter().filter_map(|variant| stock.get(variant.sku.as_str())).map(|(_, as_of)| as_of))
        };
        let sources = std::iter::once(&product_as_of)
            .chain(prices.values().map(|(_, as_of)| as_of))
            .chain(stock.values().map(|(_, as_of)| as_of))
            .chain(&further_sources);
        let as_of = latest(sources).unwrap_or(product_as_of);
        let slug = slugify(&product.name);
        Self {
            url: product_url(sku.as_str(), &slug),
            slug,
            name: product.name,
            description: product.description,
            brand: product.brand,
            categories,
            attributes: product.attributes,
            images: product.images,
            price,
            list_price,
            availability: Availability::of_quantity(quantity),
            variants,
            gtins: product.gtins,
            mpn: product.mpn,
            popularity: product.popularity,
            released_at: product.released_at,
            updated_at: as_of.erp_time,
            as_of,
            stock_as_of,
            sku,
        }
    }

    /// SHA-256 over the document's content, without its positions in the stream: two stores that agree on every
    /// product have the same hashes, also after a replay.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        // Writing into a hasher cannot fail, and every value of a document has a JSON form.
        let written = serde_json::to_writer(HashWriter(&mut hasher), &DocumentContent::of(self));
        debug_assert!(written.is_ok(), "{written:?}");
        hasher.finalize().into()
    }
}

/// Everything of a document that two stores must agree on. A new field of the document belongs here too, unless it
/// tells a position.
#[derive(Serialize)]
struct DocumentContent<'a> {
    sku: &'a Sku,
    name: &'a str,
    slug: &'a str,
    url: &'a str,
    description: &'a str,
    brand: &'a Option<String>,
    categories: &'a [DocumentCategory],
    attributes: &'a Attributes,
    images: &'a [Image],
    price: Option<Money>,
    list_price: Option<Money>,
    availability: Availability,
    variants: &'a [DocumentVariant],
    gtins: &'a [String],
    mpn: &'a Option<String>,
    popularity: f64,
    released_at: Option<DateTime<Utc>>,
}

impl<'a> DocumentContent<'a> {
    fn of(document: &'a ProductDocument) -> Self {
        // Taken apart without `..`, so that the compiler asks about every new field.
        let ProductDocument {
            sku,
            name,
            slug,
            url,
            description,
            brand,
            categories,
            attributes,
            images,
            price,
            list_price,
            availability,
            variants,
            gtins,
            mpn,
            popularity,
            released_at,
            as_of: _,
            stock_as_of: _,
            updated_at: _,
        } = document;
        Self {
            sku,
            name,
            slug,
            url,
            description,
            brand,
            categories,
            attributes,
            images,
            price: *price,
            list_price: *list_price,
            availability: *availability,
            variants,
            gtins,
            mpn,
            popularity: *popularity,
            released_at: *released_at,
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Path of a product page.
pub fn product_url(sku: &str, slug: &str) -> String {
    format!("/p/{}/{slug}", encode_path_segment(sku))
}

/// Path of a category page.
pub fn category_url(category_id: &str, name: &str) -> String {
    format!("/c/{}/{}", encode_path_segment(category_id), slugify(name))
}

/// Percent-encodes everything but RFC 3986 unreserved characters.
pub fn encode_path_segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A variant without a price of its own sells at the product's price.
fn price_of(
    prices: &HashMap<String, (PriceFacts, AsOf)>,
    sku: &str,
    product_sku: &str,
) -> (Option<Money>, Option<Money>) {
    let Some((facts, _)) = prices.get(sku).or_else(|| prices.get(product_sku)) else { return (None, None) };
    let price = Money::new(facts.amount_minor, facts.currency);
    let list_price = facts
        .list_amount_minor
        .filter(|list_amount| *list_amount > facts.amount_minor)
        .map(|list_amount| Money::new(list_amount, facts.currency));
    (Some(price), list_price)
}

fn lowest_price(variants: &[DocumentVariant]) -> (Option<Money>, Option<Money>) {
    variants
        .iter()
        .filter_map(|variant| variant.price.map(|price| (price, variant.list_price)))
        .min_by_key(|(price, _)| price.amount_minor)
        .map_or((None, None), |(price, list_price)| (Some(price), list_price))
}

fn latest<'a>(sources: impl Iterator<Item = &'a AsOf>) -> Option<AsOf> {
    // Ties on the ERP's time are broken by the position, so that the answer does not depend on iteration order.
    sources
        .max_by(|left, right| {
            (left.erp_time, &left.topic, left.partition, left.offset).cmp(&(
                right.erp_time,
                &right.topic,
                right.partition,
                right.offset,
            ))
        })
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::VariantFacts;
    use crate::money::Currency;

    fn as_of(topic: &str, offset: i64, second: i64) -> AsOf {
        let erp_time = DateTime::from_timestamp(1_700_000_000 + second, 0).expect("a time");
        AsOf { topic: topic.to_owned(), partition: 0, offset, erp_time, entity_version: offset }
    }

    fn price(amount_minor: i64, list_amount_minor: Option<i64>) -> PriceFacts {
        PriceFacts { currency: Currency::parse("EUR").expect("a currency"), amount_minor, list_amount_minor }
    }

    fn stock(on_hand: i64) -> StockFacts {
        StockFacts { on_hand, last_order_number: None }
    }

    fn parts(variant_skus: &[&str]) -> DocumentParts {
        DocumentParts {
            sku: Sku::parse("TEE").expect("a SKU"),
            product: ProductFacts {
                variants: variant_skus
                    .iter()
                    .map(|sku| VariantFacts {
                        sku: Sku::parse(*sku).expect("a SKU"),
                        options: IndexMap::new(),
                        images: vec![],
                    })
                    .collect(),
                ..ProductFacts::named("Heavy T-shirt")
            },
            product_as_of: as_of("product", 1, 0),
            categories: vec![],
            prices: HashMap::new(),
            stock: HashMap::new(),
            further_sources: vec![],
        }
    }

    #[test]
    fn a_product_without_price_and_stock_says_so() {
        let document = ProductDocument::assemble(parts(&[]));
        assert_eq!(document.price, None);
        assert_eq!(document.availability, Availability { status: AvailabilityStatus::Unknown, quantity: None });
        assert!(!document.availability.is_orderable());
        assert_eq!(document.url, "/p/TEE/heavy-t-shirt");
    }

    #[test]
    fn variants_give_the_lowest_price_and_the_summed_stock() {
        let mut parts = parts(&["TEE-S", "TEE-M"]);
        parts.prices.insert("TEE".to_owned(), (price(3200, Some(3900)), as_of("price", 2, 5)));
        parts.prices.insert("TEE-M".to_owned(), (price(2900, Some(2900)), as_of("price", 3, 6)));
        parts.stock.insert("TEE-S".to_owned(), (stock(-2), as_of("stock", 4, 9)));
        parts.stock.insert("TEE-M".to_owned(), (stock(4), as_of("stock", 5, 7)));
        let document = ProductDocument::assemble(parts);
        assert_eq!(document.price.map(|price| price.amount_minor), Some(2900));
        assert_eq!(document.list_price, None, "a list price that is not higher is none");
        assert_eq!(document.variants[0].list_price.map(|price| price.amount_minor), Some(3900));
        assert_eq!(document.availability, Availability { status: AvailabilityStatus::LowStock, quantity: Some(4) });
        assert_eq!(document.variants[0].availability.status, AvailabilityStatus::OutOfStock);
        assert_eq!(document.as_of, as_of("stock", 4, 9));
    }

    #[test]
    fn only_stock_that_is_sold_tells_how_fresh_the_availability_is() {
        let mut varied = parts(&["TEE-S", "TEE-M"]);
        varied.stock.insert("TEE".to_owned(), (stock(7), as_of("stock", 6, 11)));
        let unknown = ProductDocument::assemble(varied.clone());
        assert_eq!((unknown.stock_as_of, unknown.availability.quantity), (None, None));
        assert_eq!(unknown.as_of, as_of("stock", 6, 11), "it was read all the same");
        varied.stock.insert("TEE-S".to_owned(), (stock(1), as_of("stock", 4, 9)));
        varied.stock.insert("TEE-M".to_owned(), (stock(4), as_of("stock", 5, 7)));
        assert_eq!(ProductDocument::assemble(varied).stock_as_of, Some(as_of("stock", 4, 9)));
        let mut plain = parts(&[]);
        plain.stock.insert("TEE".to_owned(), (stock(7), as_of("stock", 6, 11)));
        assert_eq!(ProductDocument::assemble(plain).stock_as_of, Some(as_of("stock", 6, 11)));
    }

    #[test]
    fn what_left_no_fact_of_its_own_is_reflected_too() {
        let mut parts = parts(&[]);
        parts.prices.insert("TEE".to_owned(), (price(3200, None), as_of("price", 2, 5)));
        parts.stock.insert("TEE".to_owned(), (stock(4), as_of("stock", 3, 6)));
        let told = ProductDocument::assemble(parts.clone());
        parts.further_sources = vec![as_of("category", 9, 4), as_of("category", 8, 7)];
        let renamed = ProductDocument::assemble(parts.clone());
        assert_eq!((told.as_of, renamed.as_of), (as_of("stock", 3, 6), as_of("category", 8, 7)));
        assert_eq!(renamed.updated_at, as_of("category", 8, 7).erp_time);
        parts.stock.clear();
        parts.further_sources.push(as_of("stock", 4, 8));
        let withdrawn = ProductDocument::assemble(parts);
        assert_eq!(withdrawn.as_of, as_of("stock", 4, 8), "not an older record than before");
        assert_eq!((withdrawn.stock_as_of, withdrawn.availability.quantity), (None, None));
    }

    #[test]
    fn the_content_hash_ignores_positions_but_not_content() {
        let first = ProductDocument::assemble(parts(&[]));
        let mut replayed = parts(&[]);
        replayed.product_as_of = as_of("product", 99, 50);
        assert_eq!(first.content_hash(), ProductDocument::assemble(replayed).content_hash());
        let mut renamed = parts(&[]);
        renamed.product.name = "Light T-shirt".to_owned();
        assert_ne!(first.content_hash(), ProductDocument::assemble(renamed).content_hash());
    }
}
