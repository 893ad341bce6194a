//! Structured data for search engines (schema.org as JSON-LD).

use coheron_core::document::{AvailabilityStatus, ProductDocument};
use coheron_core::money::Money;
use serde_json::{Map, Value, json};

use super::description::excerpt;
use super::picture::Picture;
use super::shell::{Crumb, Shop};

const MOST_OFFERS: usize = 100;
const DESCRIPTION_CHARACTERS: usize = 1_000;

/// JSON that may stand inside a script element: no character of it can end the element or open a comment.
pub fn for_script(value: &Value) -> String {
    let json = value.to_string();
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

pub fn product(shop: &Shop, document: &ProductDocument) -> Value {
    let url = shop.absolute(&document.url);
    let images: Vec<String> = Picture::gallery(document, None, 10)
        .iter()
        .filter(|picture| **picture != Picture::missing())
        .map(|picture| shop.absolute(&picture.url))
        .collect();
    let mut product = Map::new();
    product.insert("@context".to_owned(), json!("https://schema.org"));
    product.insert("@type".to_owned(), json!("Product"));
    product.insert("name".to_owned(), json!(document.name));
    product.insert("sku".to_owned(), json!(document.sku));
    product.insert("url".to_owned(), json!(url));
    if !document.description.is_empty() {
        product.insert("description".to_owned(), json!(excerpt(&document.description, DESCRIPTION_CHARACTERS)));
    }
    if !images.is_empty() {
        product.insert("image".to_owned(), json!(images));
    }
    if let Some(brand) = &document.brand {
        product.insert("brand".to_owned(), json!({"@type": "Brand", "name": brand}));
    }
    if let Some(gtin) = document.gtins.first() {
        product.insert("gtin".to_owned(), json!(gtin));
    }
    if let Some(mpn) = &document.mpn {
        product.insert("mpn".to_owned(), json!(mpn));
    }
    let offers = offers(document, &url);
    if !offers.is_empty() {
        product.insert("offers".to_owned(), Value::Array(offers));
    }
    Value::Object(product)
}

pub fn breadcrumbs(shop: &Shop, crumbs: &[Crumb], page_url: &str) -> Value {
    let items: Vec<Value> = crumbs
        .iter()
        .enumerate()
        .map(|(index, crumb)| {
            let url = crumb.url.as_deref().unwrap_or(page_url);
            json!({"@type": "ListItem", "position": index + 1, "name": crumb.name, "item": shop.absolute(url)})
        })
        .collect();
    json!({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
}

pub fn website(shop: &Shop) -> Value {
    json!({"@context": "https://schema.org", "@type": "WebSite", "name": shop.name, "url": shop.absolute("/")})
}

fn offers(document: &ProductDocument, url: &str) -> Vec<Value> {
    if document.variants.is_empty() {
        return offer(document.sku.as_str(), url, document.price, document.availability.status).into_iter().collect();
    }
    document
        .variants
        .iter()
        .take(MOST_OFFERS)
        .filter_map(|variant| {
            let url = format!("{url}?variant={}", crate::listing_address::encode(variant.sku.as_str()));
            offer(variant.sku.as_str(), &url, variant.price, variant.availability.status)
        })
        .collect()
}

/// Without a price there is nothing on offer.
fn offer(sku: &str, url: &str, price: Option<Money>, status: AvailabilityStatus) -> Option<Value> {
    let price = price?;
    let mut offer = json!({
        "@type": "Offer",
        "sku": sku,
        "url": url,
        "price": price.decimal(),
        "priceCurrency": price.currency.code(),
    });
    let availability = match status {
        AvailabilityStatus::InStock => Some("https://schema.org/InStock"),
        AvailabilityStatus::LowStock => Some("https://schema.org/LimitedAvailability"),
        AvailabilityStatus::OutOfStock => Some("https://schema.org/OutOfStock"),
        AvailabilityStatus::Unknown => None,
    };
    if let (Some(availability), Some(fields)) = (availability, offer.as_object_mut()) {
        fields.insert("availability".to_owned(), json!(availability));
    }
    Some(offer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn nothing_in_a_text_ends_the_script() {
        let safe = for_script(&json!({"name": "</script><script>alert(1)</script><!-- & \u{2028}"}));
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']));
        let back: Value = serde_json::from_str(&safe).expect("JSON");
        assert_eq!(back["name"], "</script><script>alert(1)</script><!-- & \u{2028}");
    }

    #[test]
    fn a_product_offers_each_variant() {
        let value = product(&sample::shop(), &sample::shirt());
        let offers = value["offers"].as_array().expect("offers");
        assert_eq!(offers.len(), sample::shirt().variants.len());
        assert_eq!(offers[0]["price"], "32.00");
        assert_eq!(offers[0]["priceCurrency"], "EUR");
        assert_eq!(offers[0]["availability"], "https://schema.org/InStock");
        assert_eq!(value["brand"]["name"], "Plainweave");
        assert_eq!(value["gtin"], "4006381333931");
    }

    #[test]
    fn without_a_price_there_is_no_offer() {
        let mut document = sample::mug();
        document.price = None;
        assert!(product(&sample::shop(), &document).get("offers").is_none());
    }

    #[test]
    fn breadcrumbs_are_absolute() {
        let crumbs = [
            Crumb { name: "Home".to_owned(), url: Some("/".to_owned()) },
            Crumb { name: "Mugs".to_owned(), url: None },
        ];
        let value = breadcrumbs(&sample::shop(), &crumbs, "/c/mugs/mugs");
        assert_eq!(value["itemListElement"][1]["item"], "https://shop.example/c/mugs/mugs");
        assert_eq!(value["itemListElement"][1]["position"], 2);
    }
}
