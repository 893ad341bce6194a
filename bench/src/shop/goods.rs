//! What the shop sells, learnt from its own lists as a client would.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use reqwest::Method;
use serde_json::Value;

use crate::system::ShopApi;

const PAGE_SIZE: &str = "100";

/// Something that can be put into a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub sku: String,
    pub price_minor: i64,
    /// Pieces at the start.
    pub on_hand: i64,
}

#[derive(Debug, Default)]
pub struct Goods {
    /// With stock and price.
    pub items: Vec<Item>,
    pub product_skus: Vec<String>,
    pub pages: Vec<String>,
    pub categories: Vec<String>,
    pub names: Vec<String>,
    prices: BTreeMap<String, i64>,
}

impl Goods {
    pub async fn learn(api: &ShopApi) -> anyhow::Result<Self> {
        let mut goods = Self::default();
        let mut cursor: Option<String> = None;
        loop {
            let mut request = api.request(Method::GET, "/products").query(&[("limit", PAGE_SIZE)]);
            if let Some(cursor) = &cursor {
                request = request.query(&[("cursor", cursor)]);
            }
            let page: Value = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
            for product in page["items"].as_array().context("a list of products")? {
                goods.add(product);
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        goods.categories.sort();
        goods.categories.dedup();
        goods.prices = goods.items.iter().map(|item| (item.sku.clone(), item.price_minor)).collect();
        ensure!(!goods.items.is_empty() && !goods.categories.is_empty(), "the shop has nothing to sell");
        Ok(goods)
    }

    pub fn price(&self, sku: &str) -> Option<i64> {
        self.prices.get(sku).copied()
    }

    /// An item with so many pieces at least, where there is one.
    pub fn plentiful(&self, rng: &mut ChaCha8Rng, pieces: i64) -> Option<&Item> {
        let start = rng.random_range(0..self.items.len());
        let (before, after) = self.items.split_at(start);
        after.iter().chain(before).find(|item| item.on_hand >= pieces)
    }

    /// The items with the fewest pieces.
    pub fn scarcest(&self, count: usize) -> Vec<Item> {
        let mut items = self.items.clone();
        items.sort_by_key(|item| item.on_hand);
        items.truncate(count);
        items
    }

    /// Two words of a product's name.
    pub fn query(&self, rng: &mut ChaCha8Rng) -> String {
        let name = self.names.choose(rng).map_or("", String::as_str);
        name.split(' ').filter(|word| word.len() > 2).take(2).collect::<Vec<_>>().join(" ")
    }

    fn add(&mut self, product: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (Some(sku), Some(url), Some(name)) = (text(&product["sku"]), text(&product["url"]), text(&product["name"]))
        else {
            return;
        };
        self.categories
            .extend(product["categories"].as_array().into_iter().flatten().filter_map(|one| text(&one["id"])));
        let variants = product["variants"].as_array().map_or(&[][..], Vec::as_slice);
        let sellable = if variants.is_empty() { std::slice::from_ref(product) } else { variants };
        self.items.extend(sellable.iter().filter_map(item));
        self.product_skus.push(sku);
        self.pages.push(url);
        self.names.push(name);
    }
}

fn item(value: &Value) -> Option<Item> {
    let on_hand = value["availability"]["quantity"].as_i64().filter(|&pieces| pieces > 0)?;
    Some(Item {
        sku: value["sku"].as_str()?.to_owned(),
        price_minor: value["price"]["amount_minor"].as_i64()?,
        on_hand,
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use serde_json::json;

    use super::*;

    #[test]
    fn variants_are_sold_instead_of_their_product() {
        let mut goods = Goods::default();
        let price = json!({"amount_minor": 500});
        goods.add(&json!({"sku": "TEE", "url": "/p/TEE/tee", "name": "Heavy cotton tee", "price": price,
            "categories": [{"id": "shirts"}], "availability": {"quantity": 9}, "variants": [
                {"sku": "TEE-S", "price": price, "availability": {"quantity": 2}},
                {"sku": "TEE-M", "price": price, "availability": {"quantity": 0}}]}));
        goods.add(&json!({"sku": "MUG", "url": "/p/MUG/mug", "name": "Mug", "price": price, "categories": [],
            "availability": {"quantity": 40}}));
        let skus: Vec<&str> = goods.items.iter().map(|item| item.sku.as_str()).collect();
        assert_eq!(skus, ["TEE-S", "MUG"]);
        assert_eq!(goods.scarcest(1)[0].sku, "TEE-S");
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(goods.plentiful(&mut rng, 10).map(|item| item.sku.as_str()), Some("MUG"));
        assert_eq!(goods.plentiful(&mut rng, 50), None);
    }
}
