//! Who may see what became of a checkout: the browser that began it, and whoever holds the signed link of the order.

use axum::http::HeaderMap;
use coheron_core::ids::{CheckoutId, OrderId};
use coheron_core::signature::SigningKey;

use crate::cookies::{CookieReaders, NewCookie, cookie_value};

const CHECKOUT_PURPOSE: &str = "checkout";
const ORDER_PURPOSE: &str = "order";
const CHECKOUT_COOKIE: &str = "coheron_checkout";
/// A payment that waits for its confirmation is given up long before.
const CHECKOUT_COOKIE_SECONDS: i64 = 24 * 60 * 60;

/// Lets this browser see what becomes of the checkout.
pub fn checkout_cookie(key: &SigningKey, checkout_id: CheckoutId) -> NewCookie {
    let value = format!("{checkout_id}.{}", key.sign(CHECKOUT_PURPOSE, &checkout_id.to_string()));
    NewCookie {
        name: CHECKOUT_COOKIE,
        value,
        max_age_seconds: Some(CHECKOUT_COOKIE_SECONDS),
        readers: CookieReaders::ServerOnly,
    }
}

pub fn forget_checkout() -> NewCookie {
    NewCookie::removal(CHECKOUT_COOKIE)
}

/// Whether this browser began the checkout.
pub fn began_checkout(key: &SigningKey, headers: &HeaderMap, checkout_id: CheckoutId) -> bool {
    let Some(value) = cookie_value(headers, CHECKOUT_COOKIE) else { return false };
    let Some((id, signature)) = value.split_once('.') else { return false };
    id == checkout_id.to_string() && key.verify(CHECKOUT_PURPOSE, id, signature)
}

/// Path of the page of an order, with the signature that opens it.
pub fn order_path(key: &SigningKey, order_id: OrderId) -> String {
    format!("/orders/{order_id}?key={}", key.sign(ORDER_PURPOSE, &order_id.to_string()))
}

pub fn opens_order(key: &SigningKey, order_id: OrderId, signature: &str) -> bool {
    key.verify(ORDER_PURPOSE, &order_id.to_string(), signature)
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use axum::http::{HeaderMap, HeaderValue};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_checkout_belongs_to_the_browser_that_began_it() {
        let key = SigningKey::new(b"key".to_vec());
        let (own, other) = (CheckoutId(Uuid::from_u128(1)), CheckoutId(Uuid::from_u128(2)));
        let cookie = checkout_cookie(&key, own);
        let value = HeaderValue::from_str(&format!("{}={}", cookie.name, cookie.value)).expect("a header");
        let headers = HeaderMap::from_iter([(COOKIE, value)]);
        assert!(began_checkout(&key, &headers, own));
        assert!(!began_checkout(&key, &headers, other));
        assert!(!began_checkout(&key, &HeaderMap::new(), own));
    }

    #[test]
    fn the_link_opens_its_order_only() {
        let key = SigningKey::new(b"key".to_vec());
        let order_id = OrderId(Uuid::from_u128(9));
        let path = order_path(&key, order_id);
        let signature = path.split_once("?key=").expect("a key").1;
        assert!(opens_order(&key, order_id, signature));
        assert!(!opens_order(&key, OrderId(Uuid::from_u128(8)), signature));
        assert!(!opens_order(&key, order_id, ""));
    }
}
