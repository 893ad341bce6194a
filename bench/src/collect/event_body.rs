//! Events as a browser sends them.

use uuid::Uuid;

/// A product view of some 400 bytes with an id of its own.
pub fn product_view(number: u64) -> String {
    let product = number % 5_000;
    format!(
        r#"{{"event_id":"{}","name":"view_item","session_id":"5f2b1c3e-{number:012}","page":{{"url":"https://shop.example/p/SKU-{product}/a-product-of-the-shop","title":"A product of the shop · Shop","referrer":"https://shop.example/search?q=product"}},"items":[{{"sku":"SKU-{product}","name":"A product of the shop","price_minor":1999,"currency":"EUR"}}],"value_minor":1999,"currency":"EUR"}}"#,
        Uuid::now_v7()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_json_with_an_id_of_its_own() {
        let read = |number| serde_json::from_str::<serde_json::Value>(&product_view(number)).expect("json");
        assert_eq!(read(7)["items"][0]["sku"], "SKU-7");
        assert_ne!(read(7)["event_id"], read(7)["event_id"]);
    }
}
