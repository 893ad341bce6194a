//! How large a product may be, all its fields together.

use std::io;

use serde::Serialize;

use crate::change::{FieldProblem, ProductFacts};

/// Of all fields of a product together, in bytes of JSON, as they stand in its document. A document is indexed up to 1 MiB:
/// the rest is for what other records add, such as the prices and stock figures of 500 variants (150 KiB) and the paths of
/// the categories.
pub const MAX_PRODUCT_BYTES: usize = 768 * 1024;

/// Names the largest field of a product that is too large.
pub(crate) fn check_product_size(facts: &ProductFacts) -> Result<(), FieldProblem> {
    // Taken apart without `..`, so that the compiler asks about every new field.
    let ProductFacts {
        name,
        description,
        brand,
        category_ids,
        attributes,
        images,
        variants,
        gtins,
        mpn,
        popularity: _,
        released_at: _,
    } = facts;
    let sizes = [
        ("name", json_bytes(name)),
        ("description", json_bytes(description)),
        ("brand", json_bytes(brand)),
        ("category_ids", json_bytes(category_ids)),
        ("attributes", json_bytes(attributes)),
        ("images", json_bytes(images)),
        ("variants", json_bytes(variants)),
        ("gtins", json_bytes(gtins)),
        ("mpn", json_bytes(mpn)),
    ];
    let total: usize = sizes.iter().map(|(_, bytes)| bytes).sum();
    let largest = sizes.into_iter().max_by_key(|(_, bytes)| *bytes);
    match largest {
        Some((field, bytes)) if total > MAX_PRODUCT_BYTES => {
            let problem = format!(
                "has {bytes} of the product's {total} bytes (as JSON); at most {MAX_PRODUCT_BYTES} are accepted together"
            );
            Err(FieldProblem::new(field, problem))
        }
        _ => Ok(()),
    }
}

fn json_bytes(value: &impl Serialize) -> usize {
    let mut counter = ByteCounter(0);
    // Counting cannot fail, and every fact has a JSON form.
    let written = serde_json::to_writer(&mut counter, value);
    debug_assert!(written.is_ok(), "{written:?}");
    counter.0
}

struct ByteCounter(usize);

impl io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{AttributeValue, Attributes};
    use crate::change::{Image, MAX_ATTRIBUTE_VALUE_BYTES, MAX_DESCRIPTION_BYTES, MAX_VARIANTS, VariantFacts};
    use crate::sku::Sku;

    fn product() -> ProductFacts {
        ProductFacts::named("Tee")
    }

    fn attributes(count: usize) -> Attributes {
        let text = AttributeValue::Text("x".repeat(MAX_ATTRIBUTE_VALUE_BYTES));
        (0..count).map(|number| (format!("attribute {number}"), text.clone())).collect()
    }

    fn variant(number: usize) -> VariantFacts {
        let image = Image { url: format!("/{}", "x".repeat(2_000)), alt: String::new() };
        let sku = Sku::parse(format!("TEE-{number}")).expect("a SKU");
        VariantFacts {
            sku,
            options: [("size".to_owned(), number.to_string())].into_iter().collect(),
            images: vec![image],
        }
    }

    #[test]
    fn a_product_that_is_too_large_names_its_largest_field() {
        let description = "x".repeat(MAX_DESCRIPTION_BYTES);
        let fits = ProductFacts { description, attributes: attributes(50), ..product() };
        assert_eq!(fits.validate(), Ok(()));
        let too_large = ProductFacts { attributes: attributes(70), ..fits.clone() };
        let problem = too_large.validate().expect_err("too large");
        assert_eq!(problem.field, "attributes");
        assert!(problem.problem.contains(&MAX_PRODUCT_BYTES.to_string()), "{problem}");
        let variants = (0..MAX_VARIANTS).map(variant).collect();
        let too_large = ProductFacts { variants, ..product() };
        assert_eq!(too_large.validate().expect_err("too large").field, "variants");
    }

    #[test]
    fn what_json_writes_longer_counts_as_it_is_written() {
        let too_large = ProductFacts { description: "\u{1}".repeat(MAX_DESCRIPTION_BYTES), ..product() };
        assert_eq!(too_large.validate().expect_err("too large").field, "description");
    }
}
