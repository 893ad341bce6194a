//! The shop's HTTP API as a client sees it: one client, connections kept open.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct ShopApi {
    client: reqwest::Client,
    address: SocketAddr,
    base_url: Arc<str>,
    key: Arc<str>,
}

/// Prices of a product and its variants as the list shows them.
#[derive(Debug, Deserialize)]
pub struct ListedProduct {
    sku: String,
    price: Option<ListedPrice>,
    #[serde(default)]
    variants: Vec<ListedVariant>,
}

#[derive(Debug, Deserialize)]
struct ListedVariant {
    sku: String,
    price: Option<ListedPrice>,
}

#[derive(Debug, Deserialize)]
struct ListedPrice {
    amount_minor: i64,
}

#[derive(Deserialize)]
struct ProductList {
    items: Vec<ListedProduct>,
    total: u64,
}

impl ShopApi {
    pub fn new(address: SocketAddr, key: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?;
        Ok(Self { client, address, base_url: format!("http://{address}").into(), key: key.into() })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// A request of a path below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.base_url)).header("X-Coheron-Key", &*self.key)
    }

    /// A request of a page of the website.
    pub fn page(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base_url))
    }

    pub async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/health/ready", self.base_url)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Products that a list with these parameters finds.
    pub async fn total(&self, parameters: &[(&str, &str)]) -> anyhow::Result<u64> {
        let list: ProductList = self.get(&[parameters, &[("limit", "1"), ("fields", "sku,price")]].concat()).await?;
        Ok(list.total)
    }

    /// The price of a SKU as the search index knows it; none where it does not.
    pub async fn indexed_price(&self, sku: &str) -> anyhow::Result<Option<i64>> {
        let list: ProductList = self.get(&[("q", sku), ("limit", "10"), ("fields", "sku,price,variants")]).await?;
        Ok(price_of(&list.items, sku))
    }

    /// A whole answer of a path below `/api/v1`, read to its end. Gives its size in bytes.
    pub async fn fetch(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<usize> {
        let url = format!("{}/api/v1{path}", self.base_url);
        let request = self.client.get(url).query(parameters).header("X-Coheron-Key", &*self.key);
        let answer = request.send().await?.error_for_status()?;
        Ok(answer.bytes().await?.len())
    }

    /// The metrics page of the process.
    pub async fn metrics(&self) -> anyhow::Result<String> {
        let answer = self.client.get(format!("{}/metrics", self.base_url)).send().await?.error_for_status()?;
        Ok(answer.text().await?)
    }

    async fn get<T: DeserializeOwned>(&self, parameters: &[(&str, &str)]) -> anyhow::Result<T> {
        let url = format!("{}/api/v1/products", self.base_url);
        let request = self.client.get(url).query(parameters).header("X-Coheron-Key", &*self.key);
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        serde_json::from_slice(&answer).context("an answer of the API has an unknown form")
    }
}

/// The price of a variant, or of the product itself.
fn price_of(products: &[ListedProduct], sku: &str) -> Option<i64> {
    for product in products {
        let variant = product.variants.iter().find(|variant| variant.sku == sku);
        let price = match variant {
            Some(variant) => variant.price.as_ref(),
            None if product.sku == sku => product.price.as_ref(),
            None => continue,
        };
        return price.map(|price| price.amount_minor);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_of_a_variant_is_its_own() {
        let list: ProductList = serde_json::from_str(
            r#"{"total": 2, "items": [
                {"sku": "B", "price": null},
                {"sku": "A", "price": {"amount_minor": 1, "currency": "EUR"}, "variants": [
                    {"sku": "A-S", "price": {"amount_minor": 1}}, {"sku": "A-M", "price": {"amount_minor": 2}}]}]}"#,
        )
        .expect("a list");
        let prices = ["A", "A-M", "B", "C"].map(|sku| price_of(&list.items, sku));
        assert_eq!(prices, [Some(1), Some(2), None, None]);
    }
}
