//! What of a product document changes without its texts: prices, stock, popularity, and the records they came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::as_of::AsOf;
use crate::document::{Availability, DocumentVariant, ProductDocument};
use crate::money::Money;

/// The numbers of one document: some hundred bytes where the document has thousands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentNumbers {
    price: Option<Money>,
    list_price: Option<Money>,
    availability: Availability,
    /// In the order of the document's variants.
    variants: Vec<VariantNumbers>,
    popularity: f64,
    released_at: Option<DateTime<Utc>>,
    as_of: AsOf,
    stock_as_of: Option<AsOf>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct VariantNumbers {
    price: Option<Money>,
    list_price: Option<Money>,
    availability: Availability,
}

impl DocumentNumbers {
    pub fn of(document: &ProductDocument) -> Self {
        // Taken apart without `..`, so that the compiler asks about every new field: it is a number, or it belongs to the
        // texts by which two documents are told to differ in numbers alone.
        let ProductDocument {
            sku: _,
            name: _,
            slug: _,
            url: _,
            description: _,
            brand: _,
            categories: _,
            attributes: _,
            images: _,
            price,
            list_price,
            availability,
            variants,
            gtins: _,
            mpn: _,
            popularity,
            released_at,
            as_of,
            stock_as_of,
            updated_at,
        } = document;
        Self {
            price: *price,
            list_price: *list_price,
            availability: *availability,
            variants: variants.iter().map(VariantNumbers::of).collect(),
            popularity: *popularity,
            released_at: *released_at,
            as_of: as_of.clone(),
            stock_as_of: stock_as_of.clone(),
            updated_at: *updated_at,
        }
    }

    /// The document with these numbers instead of its own. `document_json` must be of the same texts, images and variants;
    /// then the result is byte for byte the JSON of the whole new document. (JSON that was read before may differ in the last
    /// digit of `popularity`.)
    pub fn written_into(&self, document_json: &str) -> Result<String, serde_json::Error> {
        let mut document: DocumentWithRawTexts<'_> = serde_json::from_str(document_json)?;
        for (variant, numbers) in document.variants.iter_mut().zip(&self.variants) {
            variant.price = numbers.price;
            variant.list_price = numbers.list_price;
            variant.availability = numbers.availability;
        }
        serde_json::to_string(&DocumentWithRawTexts {
            price: self.price,
            list_price: self.list_price,
            availability: self.availability,
            popularity: self.popularity,
            released_at: self.released_at,
            as_of: self.as_of.clone(),
            stock_as_of: self.stock_as_of.clone(),
            updated_at: self.updated_at,
            ..document
        })
    }
}

impl VariantNumbers {
    fn of(variant: &DocumentVariant) -> Self {
        let DocumentVariant { sku: _, options: _, images: _, price, list_price, availability } = variant;
        Self { price: *price, list_price: *list_price, availability: *availability }
    }
}

/// A `ProductDocument`, field for field, whose texts are copied and never read.
#[derive(Serialize, Deserialize)]
struct DocumentWithRawTexts<'a> {
    #[serde(borrow)]
    sku: &'a RawValue,
    #[serde(borrow)]
    name: &'a RawValue,
    #[serde(borrow)]
    slug: &'a RawValue,
    #[serde(borrow)]
    url: &'a RawValue,
    #[serde(borrow)]
    description: &'a RawValue,
    #[serde(borrow)]
    brand: Option<&'a RawValue>,
    #[serde(borrow)]
    categories: &'a RawValue,
    #[serde(borrow)]
    attributes: &'a RawValue,
    #[serde(borrow)]
    images: &'a RawValue,
    price: Option<Money>,
    list_price: Option<Money>,
    availability: Availability,
    #[serde(borrow)]
    variants: Vec<VariantWithRawTexts<'a>>,
    #[serde(borrow)]
    gtins: &'a RawValue,
    #[serde(borrow)]
    mpn: Option<&'a RawValue>,
    popularity: f64,
    released_at: Option<DateTime<Utc>>,
    as_of: AsOf,
    stock_as_of: Option<AsOf>,
    updated_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct VariantWithRawTexts<'a> {
    #[serde(borrow)]
    sku: &'a RawValue,
    #[serde(borrow)]
    options: &'a RawValue,
    #[serde(borrow)]
    images: &'a RawValue,
    price: Option<Money>,
    list_price: Option<Money>,
    availability: Availability,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{AttributeValue, Attributes};
    use crate::change::Image;
    use crate::document::{CategoryCrumb, DocumentCategory};
    use crate::money::Currency;
    use crate::sku::Sku;

    fn as_of(topic: &str, offset: i64) -> AsOf {
        let erp_time = DateTime::from_timestamp(1_700_000_000 + offset, 123_000_000).expect("a time");
        AsOf { topic: topic.to_owned(), partition: 3, offset, erp_time, entity_version: offset }
    }

    fn euros(amount_minor: i64) -> Option<Money> {
        Some(Money::new(amount_minor, Currency::parse("EUR").expect("a currency")))
    }

    fn variant(sku: &str) -> DocumentVariant {
        DocumentVariant {
            sku: Sku::parse(sku).expect("a SKU"),
            options: [("size".to_owned(), "M \"tall\"".to_owned())].into_iter().collect(),
            images: vec![Image { url: "/m.svg".to_owned(), alt: "M\u{7}".to_owned() }],
            price: None,
            list_price: None,
            availability: Availability::of_quantity(None),
        }
    }

    fn document() -> ProductDocument {
        let crumb = CategoryCrumb { id: "c".to_owned(), name: "Käse & <b>".to_owned() };
        ProductDocument {
            sku: Sku::parse("A").expect("a SKU"),
            name: "Odd \"name\" 🙂".to_owned(),
            slug: "odd".to_owned(),
            url: "/p/A/odd".to_owned(),
            description: "Line\nbreak \\ {}[],".to_owned(),
            brand: None,
            categories: vec![DocumentCategory { id: "c".to_owned(), name: "Käse".to_owned(), path: vec![crumb] }],
            attributes: Attributes::from_iter([("weight_g".to_owned(), AttributeValue::Number(1e21))]),
            images: vec![],
            price: euros(100),
            list_price: None,
            availability: Availability::of_quantity(Some(3)),
            variants: vec![variant("A-1"), variant("A-2")],
            gtins: vec!["4006381333931".to_owned()],
            mpn: Some("M".to_owned()),
            popularity: 0.5,
            released_at: None,
            as_of: as_of("erp.product.change.v1", 1),
            stock_as_of: None,
            updated_at: as_of("", 1).erp_time,
        }
    }

    #[test]
    fn a_document_with_other_numbers_is_byte_for_byte_the_new_document() {
        let old = document();
        let mut new = document();
        (new.price, new.list_price) = (euros(-1), euros(9_999));
        new.availability = Availability::of_quantity(Some(0));
        new.variants[1].price = euros(7);
        new.variants[1].list_price = euros(8);
        new.variants[0].availability = Availability::of_quantity(Some(12));
        (new.popularity, new.released_at) = (1.0 / 3.0, Some(as_of("", 7).erp_time));
        (new.as_of, new.stock_as_of) = (as_of("erp.price.change.v1", 8), Some(as_of("erp.stock.change.v1", 9)));
        new.updated_at = as_of("", 8).erp_time;
        let json = |document| serde_json::to_string(document).expect("JSON");
        assert_eq!(DocumentNumbers::of(&new).written_into(&json(&old)).expect("a document"), json(&new));
        assert_eq!(DocumentNumbers::of(&old).written_into(&json(&new)).expect("a document"), json(&old));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        assert!(DocumentNumbers::of(&document()).written_into("{\"sku\": \"A\"}").is_err());
    }
}
