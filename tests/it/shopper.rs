//! A shopper over HTTP: a cart, its token, a checkout.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use coheron_core::topics::TRACEPARENT;
use coheron_testkit::TestShop;
use reqwest::Method;
use serde_json::{Value, json};

/// The trace that all requests of shoppers belong to, and its id.
pub const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
pub const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

pub struct Shopper<'a> {
    shop: &'a TestShop,
    pub cart_id: String,
    pub token: String,
}

/// An answer with what tests look at.
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub replayed: bool,
    pub location: Option<String>,
    pub etag: Option<String>,
}

impl<'a> Shopper<'a> {
    /// A shopper with these pieces in a new cart.
    pub async fn with_cart(shop: &'a TestShop, pieces: &[(&str, u32)]) -> anyhow::Result<Self> {
        let items: Vec<Value> =
            pieces.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
        let mut shopper = Self { shop, cart_id: String::new(), token: String::new() };
        let created = shopper.send(Method::POST, "/cart", None, json!({ "items": items })).await?;
        let text = |field: &str| created.body[field].as_str().map(str::to_owned);
        shopper.cart_id = text("id").with_context(|| created.body.to_string())?;
        shopper.token = text("token").with_context(|| created.body.to_string())?;
        Ok(shopper)
    }

    /// A valid request with this payment token.
    pub fn request(&self, token: &str) -> Value {
        json!({
            "cart_id": self.cart_id,
            "email": "ada@example.com",
            "shipping_address": {
                "name": "Ada Example", "line1": "Lindenstraße 1", "postal_code": "10969", "city": "Berlin", "country": "DE"
            },
            "shipping_method": "standard",
            "payment": {"gateway": "test", "token": token},
        })
    }

    /// Checks out under a new key.
    pub async fn buy(&self, token: &str) -> anyhow::Result<Answer> {
        self.check_out(&new_key(), self.request(token)).await
    }

    pub async fn check_out(&self, key: &str, request: Value) -> anyhow::Result<Answer> {
        self.send(Method::POST, "/checkout", Some(key), request).await
    }

    pub async fn cart(&self) -> anyhow::Result<Answer> {
        self.send(Method::GET, &format!("/cart/{}", self.cart_id), None, Value::Null).await
    }

    pub async fn send(&self, method: Method, path: &str, key: Option<&str>, body: Value) -> anyhow::Result<Answer> {
        let mut request = self.shop.client.request(method, format!("{}/api/v1{path}", self.shop.base_url));
        request = request.header("X-Coheron-Key", &self.shop.publishable_key).header("X-Cart-Token", &self.token);
        request = request.header(TRACEPARENT, TRACE);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        Answer::of(request.send().await?).await
    }
}

impl Answer {
    pub async fn of(answer: reqwest::Response) -> anyhow::Result<Self> {
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, etag) = (header("location"), header("etag"));
        let replayed = header("idempotent-replayed").as_deref() == Some("true");
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Self { status, body, replayed, location, etag })
    }

    /// The fields that a problem names.
    pub fn fields(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["field"].as_str()).collect()
    }
}

/// A product without variants that can be bought.
pub async fn stock(shop: &TestShop, sku: &str, amount_minor: i64, on_hand: i64) -> anyhow::Result<()> {
    shop.erp.product(sku, 1, json!({"name": format!("The {sku}")})).await?;
    shop.erp.price(sku, 1, amount_minor).await?;
    shop.erp.stock(sku, 1, on_hand).await?;
    shop.product_when(sku, |product| {
        product["availability"]["quantity"] == on_hand && product["price"]["amount_minor"] == amount_minor
    })
    .await;
    Ok(())
}

pub fn new_key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
