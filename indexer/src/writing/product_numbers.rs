//! What of a product can change without its texts: a new price or stock figure needs no new index entry.

use std::hash::{DefaultHasher, Hash, Hasher};

use coheron_core::attribute::AttributeValue;
use coheron_core::change::Image;
use coheron_core::document::{CategoryCrumb, DocumentCategory, DocumentVariant, ProductDocument};
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

/// Over everything of a document but its `DocumentNumbers`. Another build may compute other values: then the next change of
/// a product writes its entry anew, which is only slower.
fn fingerprint(product: &ProductDocument) -> i64 {
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
        price: _,
        list_price: _,
        availability: _,
        variants,
        gtins,
        mpn,
        popularity: _,
        released_at: _,
        as_of: _,
        stock_as_of: _,
        updated_at: _,
    } = product;
    let mut hasher = DefaultHasher::new();
    (sku.as_str(), name, slug, url, description, brand, mpn, gtins).hash(&mut hasher);
    categories.len().hash(&mut hasher);
    for DocumentCategory { id, name, path } in categories {
        (id, name, path.len()).hash(&mut hasher);
        for CategoryCrumb { id, name } in path {
            (id, name).hash(&mut hasher);
        }
    }
    attributes.len().hash(&mut hasher);
    for (key, value) in attributes {
        key.hash(&mut hasher);
        match value {
            AttributeValue::Flag(flag) => (0, flag).hash(&mut hasher),
            AttributeValue::Number(number) => (1, number.to_bits()).hash(&mut hasher),
            AttributeValue::Text(text) => (2, text).hash(&mut hasher),
            AttributeValue::List(values) => (3, values).hash(&mut hasher),
        }
    }
    hash_images(images, &mut hasher);
    variants.len().hash(&mut hasher);
    for DocumentVariant { sku, options, images, price: _, list_price: _, availability: _ } in variants {
        (sku.as_str(), options.len()).hash(&mut hasher);
        for option in options {
            option.hash(&mut hasher);
        }
        hash_images(images, &mut hasher);
    }
    hasher.finish().cast_signed()
}

fn hash_images(images: &[Image], hasher: &mut DefaultHasher) {
    images.len().hash(hasher);
    for Image { url, alt } in images {
        (url, alt).hash(hasher);
    }
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
        let mut moved = mug.clone();
        moved.categories.clear();
        assert_ne!(ProductNumbers::of(&moved, 3).fingerprint, numbers.fingerprint);
        let mut pictured = mug.clone();
        pictured.images.push(Image { url: "/blue.svg".to_owned(), alt: "Blue".to_owned() });
        assert_ne!(ProductNumbers::of(&pictured, 3).fingerprint, numbers.fingerprint);
        let mut counted = mug.clone();
        counted.attributes.insert("pieces".to_owned(), AttributeValue::Number(2.0));
        let mut told = mug;
        told.attributes.insert("pieces".to_owned(), AttributeValue::Text("2".to_owned()));
        assert_ne!(ProductNumbers::of(&told, 3).fingerprint, ProductNumbers::of(&counted, 3).fingerprint);
    }
}
