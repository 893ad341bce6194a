//! The cart of a browser: its id and token in a cookie, and beside it the number of pieces for the header.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use coheron_storefront_api::CartAccess;

use crate::cookies::{CookieReaders, NewCookie, cookie_value};

const CART: &str = "coheron_cart";
const COUNT: &str = "coheron_cart_count";
const LONGEST_TOKEN_BYTES: usize = 200;
const MOST_PIECES: u32 = 99_999;

/// The cart that the browser has, if the cookie is well formed. Whether the cart still lives is not known yet.
pub fn cart_of(headers: &HeaderMap) -> Option<CartAccess> {
    parse_cart(cookie_value(headers, CART)?)
}

/// Id and token as they stand in the cookie and in the checkout's form.
pub fn cart_text(access: &CartAccess) -> String {
    format!("{}.{}", access.cart_id, access.token)
}

pub fn parse_cart(text: &str) -> Option<CartAccess> {
    let (id, token) = text.split_once('.')?;
    let is_token = (1..=LONGEST_TOKEN_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let cart_id = id.parse().ok()?;
    is_token.then(|| CartAccess { cart_id, token: token.to_owned() })
}

/// Pieces in the cart as of the last answer about it.
pub fn pieces_of(headers: &HeaderMap) -> u32 {
    let pieces = cookie_value(headers, COUNT).and_then(|value| value.parse().ok()).unwrap_or(0);
    if pieces > MOST_PIECES { 0 } else { pieces }
}

/// Makes the browser keep the cart as long as we do.
pub fn keep_cart(access: &CartAccess, pieces: u32, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> [NewCookie; 2] {
    let max_age_seconds = Some((expires_at - now).num_seconds());
    [
        NewCookie { name: CART, value: cart_text(access), max_age_seconds, readers: CookieReaders::ServerOnly },
        NewCookie { name: COUNT, value: pieces.to_string(), max_age_seconds, readers: CookieReaders::ServerAndScripts },
    ]
}

pub fn forget_cart() -> [NewCookie; 2] {
    [NewCookie::removal(CART), NewCookie::removal(COUNT)]
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;
    use chrono::TimeDelta;
    use coheron_core::ids::CartId;
    use uuid::Uuid;

    use super::*;

    fn headers(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(text).expect("a header"))])
    }

    #[test]
    fn a_kept_cart_is_found_again() {
        let access = CartAccess { cart_id: CartId(Uuid::from_u128(7)), token: "ct_ab12".to_owned() };
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let cookies = keep_cart(&access, 3, now + TimeDelta::days(2), now);
        assert_eq!(cookies[0].max_age_seconds, Some(172_800));
        let line: Vec<String> = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let sent = headers(&line.join("; "));
        let found = cart_of(&sent).expect("a cart");
        assert_eq!((found.cart_id, found.token.as_str()), (access.cart_id, "ct_ab12"));
        assert_eq!(pieces_of(&sent), 3);
    }

    #[test]
    fn malformed_cookies_are_no_cart() {
        for wrong in ["coheron_cart=x.ct_a", "coheron_cart=", "coheron_cart=00000000-0000-0000-0000-000000000007.a/b"] {
            assert!(cart_of(&headers(wrong)).is_none(), "{wrong}");
        }
        for wrong in ["coheron_cart_count=-1", "coheron_cart_count=1000000", "coheron_cart_count=<b>"] {
            assert_eq!(pieces_of(&headers(wrong)), 0, "{wrong}");
        }
    }
}
