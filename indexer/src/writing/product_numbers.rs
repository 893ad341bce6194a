//! What of a product can change without its texts: a new price or stock figure needs no new index entry.

use std::hash::{DefaultHasher, Hash, Hasher};

use coheron_core::attribute::AttributeValue;
use coheron_core::document::ProductDocument;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProductNumbers {
    /// Of the document in the stream.
    pub(crate) version: i64,
    /// In minor units.
    pub(crate) price: Option<i64>,
    pub(crate) is_orderable: bool,
    /// Always finite.
    pub(crate) popularity: f64,
    /// Microseconds since 1970 of the release, or of the ERP's last change.
    pub(crate) newness: i64,
    /// Of everything else in the document.
    pub(crate) fingerprint: i64,
}

impl ProductNumbers {
    pub(crate) fn of(product: &ProductDocument, version: i64) -> Self {
        Self {
            version,
            price: product.price.map(|price| price.amount_minor),
            is_orderable: product.availability.is_orderable(),
            popularity: if product.popularity.is_finite() { product.popularity } else { 0.0 },
            newness: product.released_at.unwrap_or(product.as_of.erp_time).timestamp_micros(),
            fingerprint: fingerprint(product),
        }
    }
}

/// Over everything of a document but its `DocumentNumbers`. Another build may compute other values: then the next change of a
/// product writes its entry anew, which is only slower.
fn fingerprint(product: &ProductDocument) -> i64 {
    let mut hasher = DefaultHasher::new();
    product.sku.as_str().hash(&mut hasher);
    product.url.hash(&mut hasher);
    product.name.hash(&mut hasher);
    product.brand.hash(&mut hasher);
    product.description.hash(&mut hasher);
    product.mpn.hash(&mut hasher);
    product.gtins.hash(&mut hasher);
    for category in &product.categories {
        (&category.id, &category.name).hash(&mut hasher);
        for crumb in &category.path {
            (&crumb.id, &crumb.name).hash(&mut hasher);
        }
    }
    for (key, value) in &product.attributes {
        key.hash(&mut hasher);
        match value {
            AttributeValue::Flag(flag) => flag.hash(&mut hasher),
            AttributeValue::Number(number) => number.to_bits().hash(&mut hasher),
            AttributeValue::Text(text) => text.hash(&mut hasher),
            AttributeValue::List(values) => values.hash(&mut hasher),
        }
    }
    for image in &product.images {
        (&image.url, &image.alt).hash(&mut hasher);
    }
    for variant in &product.variants {
        variant.sku.as_str().hash(&mut hasher);
        for option in &variant.options {
            option.hash(&mut hasher);
        }
        for image in &variant.images {
            (&image.url, &image.alt).hash(&mut hasher);
        }
    }
    hasher.finish().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::{category, product};

    #[test]
    fn numbers_do_not_touch_the_fingerprint_and_texts_do() {
        let mut mug = product("M-1", "Blue mug");
        mug.categories = vec![category(&[("mugs", "Mugs")])];
        let numbers = ProductNumbers::of(&mug, 3);
        let mut dearer = mug.clone();
        dearer.price = None;
        dearer.popularity = f64::NAN;
        let changed = ProductNumbers::of(&dearer, 4);
        assert_eq!(changed.fingerprint, numbers.fingerprint);
        assert_eq!((changed.version, changed.price, changed.popularity), (4, None, 0.0));
        let mut renamed = mug.clone();
        renamed.name = "Red mug".to_owned();
        assert_ne!(ProductNumbers::of(&renamed, 3).fingerprint, numbers.fingerprint);
        let mut moved = mug;
        moved.categories.clear();
        assert_ne!(ProductNumbers::of(&moved, 3).fingerprint, numbers.fingerprint);
    }
}
