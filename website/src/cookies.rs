//! Cookies: what a browser sends along, and what it is asked to keep.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// A cookie to be set. Values are of letters, digits, `.`, `-` and `_` only, so they need no quoting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCookie {
    pub name: &'static str,
    pub value: String,
    /// Seconds until the browser forgets it; none for the end of its session.
    pub max_age_seconds: Option<i64>,
    pub readers: CookieReaders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieReaders {
    ServerOnly,
    /// Scripts of the shop's pages read it too.
    ServerAndScripts,
}

impl NewCookie {
    /// Makes the browser forget the cookie.
    pub fn removal(name: &'static str) -> Self {
        Self { name, value: String::new(), max_age_seconds: Some(0), readers: CookieReaders::ServerOnly }
    }

    fn header(&self, is_https: bool) -> Option<HeaderValue> {
        let mut text = format!("{}={}; Path=/; SameSite=Lax", self.name, self.value);
        if let Some(seconds) = self.max_age_seconds {
            text.push_str(&format!("; Max-Age={}", seconds.max(0)));
        }
        if self.readers == CookieReaders::ServerOnly {
            text.push_str("; HttpOnly");
        }
        if is_https {
            text.push_str("; Secure");
        }
        HeaderValue::from_str(&text).ok()
    }
}

/// The value of the cookie of this name; the first where the browser sends several.
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

pub fn set_cookies(response: &mut Response, cookies: &[NewCookie], is_https: bool) {
    for header in cookies.iter().filter_map(|cookie| cookie.header(is_https)) {
        response.headers_mut().append(SET_COOKIE, header);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_cookie_is_found_among_others() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=1; coheron_cart=x.y ;b=c=d"))]);
        assert_eq!(cookie_value(&headers, "coheron_cart"), Some("x.y"));
        assert_eq!(cookie_value(&headers, "b"), Some("c=d"));
        assert_eq!(cookie_value(&headers, "cart"), None);
        assert_eq!(cookie_value(&HeaderMap::new(), "a"), None);
    }

    #[test]
    fn a_cookie_says_who_may_read_it() {
        let cookie = NewCookie {
            name: "coheron_cart",
            value: "x".to_owned(),
            max_age_seconds: Some(60),
            readers: CookieReaders::ServerOnly,
        };
        assert_eq!(
            cookie.header(true).expect("a header"),
            "coheron_cart=x; Path=/; SameSite=Lax; Max-Age=60; HttpOnly; Secure"
        );
        let open = NewCookie { readers: CookieReaders::ServerAndScripts, max_age_seconds: None, ..cookie };
        assert_eq!(open.header(false).expect("a header"), "coheron_cart=x; Path=/; SameSite=Lax");
        assert_eq!(NewCookie { value: "a\nb".to_owned(), ..open }.header(false), None);
    }
}
