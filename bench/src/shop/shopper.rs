//! The requests of shoppers, each timed and its answer checked.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::goods::Goods;
use super::tally::{Answered, Endpoint, Outcome};
use crate::system::{ShopApi, progress};

/// All shoppers together: they share connections, and carts that are not in somebody's hands.
pub struct Shopper {
    api: ShopApi,
    goods: Arc<Goods>,
    carts: Mutex<Vec<Cart>>,
    shipping: ShippingRate,
    told_failures: AtomicU32,
}

/// Failures that are told in full.
const MOST_TOLD_FAILURES: u32 = 5;
const MOST_ATTEMPTS: u32 = 30;
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

/// A cart as it was answered last.
#[derive(Debug, Clone)]
pub struct Cart {
    id: String,
    token: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    item_id: String,
    sku: String,
    quantity: i64,
}

struct ShippingRate {
    method: String,
    price_minor: i64,
}

impl Shopper {
    /// Asks for the shipping rate once: it is the same for every cart.
    pub async fn new(api: ShopApi, goods: Arc<Goods>) -> anyhow::Result<Self> {
        let unknown = ShippingRate { method: String::new(), price_minor: 0 };
        let mut shopper =
            Self { api, goods, carts: Mutex::default(), shipping: unknown, told_failures: AtomicU32::new(0) };
        let sku = shopper.goods.items.first().map(|item| item.sku.clone()).context("nothing to sell")?;
        let cart = shopper.new_cart(&[(sku, 1)]).await?;
        let rates = shopper.authorised(Method::GET, &format!("/cart/{}/shipping-rates", cart.id), &cart);
        let rates: Value = serde_json::from_slice(&rates.send().await?.error_for_status()?.bytes().await?)?;
        let rate = rates.get("items").unwrap_or(&rates)[0].clone();
        shopper.shipping = ShippingRate {
            method: rate["method"].as_str().context("a shipping method")?.to_owned(),
            price_minor: rate["price"]["amount_minor"].as_i64().context("a shipping price")?,
        };
        Ok(shopper)
    }

    pub fn goods(&self) -> Arc<Goods> {
        Arc::clone(&self.goods)
    }

    pub async fn read_product(&self, due: Instant, sku: &str) -> Answered {
        self.read(due, Endpoint::Product, self.api.request(Method::GET, &format!("/products/{sku}"))).await
    }

    pub async fn search(&self, due: Instant, query: &str) -> Answered {
        let parameters = [("q", query), ("facets", "brand")];
        self.read(due, Endpoint::Search, self.api.request(Method::GET, "/search").query(&parameters)).await
    }

    pub async fn list(&self, due: Instant, category: &str) -> Answered {
        let parameters = [("category", category), ("facets", "brand"), ("limit", "24")];
        self.read(due, Endpoint::Listing, self.api.request(Method::GET, "/products").query(&parameters)).await
    }

    /// Until the first byte of the page; the rest is read too, but not timed.
    pub async fn open_page(&self, due: Instant, path: &str) -> Answered {
        let sent = self.api.page(path).send().await;
        let took = due.elapsed();
        Answered { endpoint: Endpoint::ProductPage, outcome: read_to_end(sent).await, took }
    }

    /// A write of the given share (80 to 99) of the mix. Where no cart is there yet, one is created.
    pub async fn write(&self, due: Instant, share: u32, sku: String) -> Answered {
        let cart = if share < 87 { None } else { self.take_cart() };
        let (endpoint, written) = match (share, cart) {
            (87..93, Some(cart)) => (Endpoint::AddItem, self.add_item(cart, &sku).await),
            (93..97, Some(cart)) => (Endpoint::ChangeItem, self.change_item(cart).await),
            (97.., Some(cart)) => return self.check_out(due, cart).await,
            _ => (Endpoint::CreateCart, self.new_cart(&[(sku, 1)]).await),
        };
        let took = due.elapsed();
        let outcome = match written {
            Ok(cart) => {
                self.put_back(cart);
                Outcome::Fine
            }
            Err(_) => Outcome::Failed,
        };
        Answered { endpoint, outcome, took }
    }

    pub async fn new_cart(&self, lines: &[(String, i64)]) -> anyhow::Result<Cart> {
        let items: Vec<Value> = lines.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
        let request = self.api.request(Method::POST, "/cart").json(&json!({"items": items}));
        let answer: Value = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
        self.cart_of(&answer, None)
    }

    /// Buys the cart and checks the order's amounts against the prices of the catalogue.
    pub async fn check_out(&self, due: Instant, cart: Cart) -> Answered {
        let key = Uuid::now_v7().to_string();
        let outcome = self.order(&cart, &key).await.unwrap_or(Outcome::Failed);
        Answered { endpoint: Endpoint::CheckOut, outcome, took: due.elapsed() }
    }

    /// As `check_out`, but who is told to come back does so, as the same request.
    pub async fn check_out_patiently(&self, due: Instant, cart: Cart) -> Answered {
        let key = Uuid::now_v7().to_string();
        let mut outcome = Outcome::Busy;
        for _ in 0..MOST_ATTEMPTS {
            outcome = self.order(&cart, &key).await.unwrap_or(Outcome::Failed);
            if !matches!(outcome, Outcome::Busy | Outcome::Pending) {
                break;
            }
            sleep(COME_BACK_AFTER).await;
        }
        Answered { endpoint: Endpoint::CheckOut, outcome, took: due.elapsed() }
    }

    async fn order(&self, cart: &Cart, key: &str) -> anyhow::Result<Outcome> {
        let address = json!({"name": "Ada Example", "line1": "Lindenstraße 1", "city": "Berlin",
            "postal_code": "10969", "country": "DE"});
        let request = json!({"cart_id": cart.id, "email": "ada@example.com", "shipping_address": address,
            "shipping_method": self.shipping.method, "payment": {"gateway": "test", "token": "tok_ok"}});
        let sent = self.authorised(Method::POST, "/checkout", cart);
        let answer = sent.header("Idempotency-Key", key).json(&request).send().await?;
        let status = answer.status();
        let body: Value = serde_json::from_slice(&answer.bytes().await?)?;
        Ok(match status {
            StatusCode::CREATED if self.is_right(cart, &body) => Outcome::Fine,
            StatusCode::CREATED => Outcome::WrongTotal,
            StatusCode::ACCEPTED => Outcome::Pending,
            // The conflict is with the first attempt, which is still under way.
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::CONFLICT => Outcome::Busy,
            StatusCode::UNPROCESSABLE_ENTITY if body["code"] == "cart_not_orderable" => Outcome::SoldOut,
            _ => {
                if self.told_failures.fetch_add(1, Ordering::Relaxed) < MOST_TOLD_FAILURES {
                    progress(&format!("a checkout was answered {status}: {body}"));
                }
                Outcome::Failed
            }
        })
    }

    /// Prices contain tax, as the product is configured by default.
    fn is_right(&self, cart: &Cart, order: &Value) -> bool {
        let price = |line: &Line| self.goods.price(&line.sku).map(|price| price * line.quantity);
        let Some(subtotal) = cart.lines.iter().map(price).sum::<Option<i64>>() else { return false };
        let amount = |name: &str| order["totals"][name]["amount_minor"].as_i64();
        amount("subtotal") == Some(subtotal)
            && amount("shipping") == Some(self.shipping.price_minor)
            && amount("total") == Some(subtotal + self.shipping.price_minor)
    }

    async fn add_item(&self, cart: Cart, sku: &str) -> anyhow::Result<Cart> {
        let request = self.authorised(Method::POST, &format!("/cart/{}/items", cart.id), &cart);
        self.changed(cart, request.json(&json!({"sku": sku, "quantity": 1}))).await
    }

    async fn change_item(&self, cart: Cart) -> anyhow::Result<Cart> {
        let line = cart.lines.first().context("an empty cart")?;
        let path = format!("/cart/{}/items/{}", cart.id, line.item_id);
        // One piece or two: a cart of the mix never asks for more than there are.
        let body = json!({"quantity": 3 - line.quantity.clamp(1, 2)});
        let request = self.authorised(Method::PUT, &path, &cart);
        self.changed(cart, request.json(&body)).await
    }

    async fn changed(&self, cart: Cart, request: RequestBuilder) -> anyhow::Result<Cart> {
        let answer: Value = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
        self.cart_of(&answer, Some(cart.token))
    }

    async fn read(&self, due: Instant, endpoint: Endpoint, request: RequestBuilder) -> Answered {
        let outcome = read_to_end(request.send().await).await;
        Answered { endpoint, outcome, took: due.elapsed() }
    }

    /// Reads a cart and compares its amount with the prices of the catalogue.
    fn cart_of(&self, answer: &Value, token: Option<String>) -> anyhow::Result<Cart> {
        let text = |value: &Value| value.as_str().map(str::to_owned).context("a text");
        let line = |line: &Value| {
            let quantity = line["quantity"].as_i64().context("a quantity")?;
            anyhow::Ok(Line { item_id: text(&line["id"])?, sku: text(&line["sku"])?, quantity })
        };
        let lines =
            answer["items"].as_array().context("items")?.iter().map(line).collect::<anyhow::Result<Vec<_>>>()?;
        let expected: Option<i64> =
            lines.iter().map(|line| self.goods.price(&line.sku).map(|price| price * line.quantity)).sum();
        let subtotal = answer["totals"]["subtotal"]["amount_minor"].as_i64();
        ensure!(subtotal == expected, "a cart of {expected:?} says {subtotal:?}");
        let token = token.map_or_else(|| text(&answer["token"]), Ok)?;
        Ok(Cart { id: text(&answer["id"])?, token, lines })
    }

    fn authorised(&self, method: Method, path: &str, cart: &Cart) -> RequestBuilder {
        self.api.request(method, path).header("X-Cart-Token", &cart.token)
    }

    fn take_cart(&self) -> Option<Cart> {
        self.carts.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, cart: Cart) {
        self.carts.lock().unwrap_or_else(PoisonError::into_inner).push(cart);
    }
}

async fn read_to_end(sent: reqwest::Result<Response>) -> Outcome {
    match sent.and_then(Response::error_for_status) {
        Ok(answer) => answer.bytes().await.map_or(Outcome::Failed, |_| Outcome::Fine),
        Err(_) => Outcome::Failed,
    }
}
