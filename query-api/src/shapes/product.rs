//! A product and its parts.

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use coheron_platform::shapes::{Availability, Money};

/// A product as shoppers see it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    #[schema(example = "TEE")]
    pub sku: String,
    #[schema(example = "Heavy cotton T-shirt")]
    pub name: String,
    /// Readable part of the product page's address.
    #[schema(example = "heavy-cotton-t-shirt")]
    pub slug: String,
    /// Path of the product page on the site.
    #[schema(example = "/p/TEE/heavy-cotton-t-shirt")]
    pub url: String,
    pub description: String,
    #[schema(example = "Plainweave")]
    pub brand: Option<String>,
    pub categories: Vec<ProductCategory>,
    /// Attributes by key, in the ERP's order; a value is a text, a number, a truth value or a list of texts.
    #[schema(value_type = Object, example = json!({"material": "Cotton", "weight_g": 220, "organic": true}))]
    pub attributes: IndexMap<String, serde_json::Value>,
    pub images: Vec<Image>,
    /// The lowest price of the product and its variants; null until the ERP has sent one.
    pub price: Option<Money>,
    /// The price before a reduction, where there is one.
    pub list_price: Option<Money>,
    pub availability: Availability,
    /// Empty for a product without variants.
    pub variants: Vec<Variant>,
    /// Global trade item numbers (EAN, UPC).
    pub gtins: Vec<String>,
    /// Manufacturer part number.
    pub mpn: Option<String>,
    /// Higher sells better.
    #[schema(example = 12.5)]
    pub popularity: f64,
    /// When the product came into the range.
    pub released_at: Option<DateTime<Utc>>,
    /// The latest ERP record that this answer reflects.
    pub as_of: AsOf,
    /// The latest stock figure that `availability` is made of; null while none is known.
    pub stock_as_of: Option<AsOf>,
    /// When the product last changed in the ERP.
    pub updated_at: DateTime<Utc>,
}

/// A category of a product.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductCategory {
    #[schema(example = "shirts")]
    pub id: String,
    #[schema(example = "Shirts")]
    pub name: String,
    /// From the root of the tree down to this category itself.
    pub path: Vec<PathStep>,
}

/// One category on the way from the root.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathStep {
    #[schema(example = "clothing")]
    pub id: String,
    #[schema(example = "Clothing")]
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    #[schema(example = "/demo/images/tee.svg")]
    pub url: String,
    /// What the picture shows, for those who do not see it.
    #[schema(example = "Heavy cotton T-shirt in moss green")]
    pub alt: String,
}

/// One way in which a product can be bought.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    #[schema(example = "TEE-M-MOSS")]
    pub sku: String,
    /// What sets the variant apart, in the order of the pickers.
    #[schema(value_type = Object, example = json!({"size": "M", "colour": "Moss"}))]
    pub options: IndexMap<String, String>,
    pub images: Vec<Image>,
    pub price: Option<Money>,
    pub list_price: Option<Money>,
    pub availability: Availability,
}

/// The record of the stream that something reflects.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    #[schema(example = "erp.price.change.v1")]
    pub topic: String,
    #[schema(example = 2)]
    pub partition: i32,
    #[schema(example = 18211)]
    pub offset: i64,
    /// When the change happened, by the ERP's clock.
    pub erp_time: DateTime<Utc>,
    /// The ERP's version of the entity; it only grows.
    #[schema(example = 42)]
    pub entity_version: i64,
}

/// All variants of one product.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantList {
    pub items: Vec<Variant>,
    /// Always null: all variants are in one answer.
    pub next_cursor: Option<String>,
    #[schema(example = 6)]
    pub total: u64,
    /// The latest ERP record of the product that this answer reflects.
    pub as_of: AsOf,
    /// The latest stock figure that the variants' `availability` is made of; null while none is known.
    pub stock_as_of: Option<AsOf>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use coheron_core::as_of::AsOf as StoredAsOf;
    use coheron_core::attribute::{AttributeValue, Attributes};
    use coheron_core::change::{Image as StoredImage, PriceFacts, ProductFacts, StockFacts, VariantFacts};
    use coheron_core::document::{CategoryCrumb, DocumentCategory, DocumentParts, ProductDocument};
    use coheron_core::money::Currency;
    use coheron_core::sku::Sku;

    use super::*;
    use crate::product_json::PRODUCT_FIELDS;
    use crate::routes::products::list_variants::variant_list;

    fn full_document() -> ProductDocument {
        let sku = |text: &str| Sku::parse(text).expect("a SKU");
        let as_of = StoredAsOf {
            topic: "erp.product.change.v1".to_owned(),
            partition: 1,
            offset: 7,
            erp_time: DateTime::from_timestamp(1_700_000_000, 0).expect("a time"),
            entity_version: 3,
        };
        let image = StoredImage { url: "/i.svg".to_owned(), alt: "A shirt".to_owned() };
        let crumb = CategoryCrumb { id: "c".to_owned(), name: "C".to_owned() };
        let currency = Currency::parse("EUR").expect("a currency");
        let price = PriceFacts { currency, amount_minor: 900, list_amount_minor: Some(1200) };
        ProductDocument::assemble(DocumentParts {
            sku: sku("TEE"),
            product: ProductFacts {
                name: "Shirt".to_owned(),
                description: "Heavy".to_owned(),
                brand: Some("Plainweave".to_owned()),
                category_ids: vec!["c".to_owned()],
                attributes: Attributes::from([("organic".to_owned(), AttributeValue::Flag(true))]),
                images: vec![image.clone()],
                variants: vec![VariantFacts {
                    sku: sku("TEE-M"),
                    options: IndexMap::from([("size".to_owned(), "M".to_owned())]),
                    images: vec![image],
                }],
                gtins: vec!["4006381333931".to_owned()],
                mpn: Some("77".to_owned()),
                popularity: 2.0,
                released_at: Some(as_of.erp_time),
            },
            product_as_of: as_of.clone(),
            categories: vec![DocumentCategory { id: "c".to_owned(), name: "C".to_owned(), path: vec![crumb] }],
            prices: HashMap::from([("TEE-M".to_owned(), (price, as_of.clone()))]),
            stock: HashMap::from([("TEE-M".to_owned(), (StockFacts { on_hand: 4, last_order_number: None }, as_of))]),
            further_sources: vec![],
        })
    }

    #[test]
    fn the_stored_document_has_exactly_the_documented_shape() {
        let stored = serde_json::to_value(full_document()).expect("json");
        let product: Product = serde_json::from_value(stored.clone()).expect("the documented shape");
        assert_eq!(serde_json::to_value(product).expect("json"), stored);
        let mut names: Vec<&str> = stored.as_object().expect("an object").keys().map(String::as_str).collect();
        let mut documented = PRODUCT_FIELDS.to_vec();
        names.sort_unstable();
        documented.sort_unstable();
        assert_eq!(names, documented);
    }

    #[test]
    fn the_variants_of_a_document_have_exactly_the_documented_shape() {
        let document = serde_json::to_value(full_document()).expect("json");
        let answer: serde_json::Value = serde_json::from_str(&variant_list(&document.to_string())).expect("json");
        let list: VariantList = serde_json::from_value(answer.clone()).expect("the documented shape");
        assert_eq!(serde_json::to_value(list).expect("json"), answer);
        assert_eq!((&answer["items"], &answer["total"]), (&document["variants"], &serde_json::json!(1)));
        assert_eq!((&answer["as_of"], &answer["stock_as_of"]), (&document["as_of"], &document["stock_as_of"]));
        assert!(answer["stock_as_of"].is_object());
    }
}
