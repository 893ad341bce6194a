//! Which shop a request visits, and under which address.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{HOST, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use coheron_platform::auth::{CurrentSite, SiteResolver, host_name};
use coheron_store::sites::Site;
use coheron_storefront_api::CartAccess;

use crate::cart_cookie;
use crate::form_token::FormSecret;
use crate::page;
use crate::shop_catalogue::ShopFacts;
use crate::view::problem::PlainProblemPage;
use crate::view::shell::{Counting, Shop};

/// A request to a known shop.
#[derive(Clone)]
pub struct Visit {
    pub site: Arc<Site>,
    /// Scheme and host without a slash at the end.
    pub base_url: String,
    /// Path that was asked for, without its query.
    pub path: String,
    /// The cart that the browser says it has.
    pub cart: Option<CartAccess>,
    /// Pieces in the cart, as the browser remembers.
    pub pieces: u32,
    pub form_secret: Option<FormSecret>,
}

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

impl Visit {
    pub fn shop(&self, facts: &ShopFacts, now: DateTime<Utc>) -> Shop {
        Shop {
            name: self.site.name.clone(),
            catalogue_lang: self.site.locale.clone(),
            currency: self.site.currency,
            base_url: self.base_url.clone(),
            categories: Arc::clone(&facts.categories),
            total_products: facts.total_products,
            counting: if self.site.requires_analytics_consent() { Counting::WithConsent } else { Counting::AtOnce },
            return_days: self.site.return_days(),
            page_url: None,
            now,
        }
    }

    /// Address of the page without its query: the key that opens an order stands there.
    pub fn page_url(&self) -> String {
        format!("{}{}", self.base_url, self.path)
    }

    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Key of a cached page: pages name their own address, so it belongs to the key.
    pub fn cache_key(&self, address: &str) -> String {
        format!("{} {}{address}", self.site.id, self.base_url)
    }
}

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    SiteResolver: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match CurrentSite::from_request_parts(parts, state).await {
            Ok(CurrentSite(site)) => {
                let headers = &parts.headers;
                let base_url = base_url(headers, &parts.uri);
                let cart = cart_cookie::cart_of(headers);
                let pieces = if cart.is_some() { cart_cookie::pieces_of(headers) } else { 0 };
                let path = parts.uri.path().to_owned();
                Ok(Self { site, base_url, path, cart, pieces, form_secret: FormSecret::of(headers) })
            }
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {
                Err(page::problem(StatusCode::NOT_FOUND, &PlainProblemPage::no_such_shop()))
            }
            Err(problem) => Err(page::problem(problem.status(), &PlainProblemPage::unavailable())),
        }
    }
}

/// The host has been found among the domains of a site; of the rest of the header only a port is believed. A proxy
/// that ends TLS says so; whoever says it without one only changes the links of his own answer.
fn base_url(headers: &HeaderMap, uri: &Uri) -> String {
    let host = host_name(headers, uri).unwrap_or_default();
    let authority = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default(),
    };
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let is_https = headers.get(FORWARDED_PROTO).is_some_and(|value| value.as_bytes() == b"https");
    let scheme = if is_https { "https" } else { "http" };
    let usual_port = if is_https { 443 } else { 80 };
    match port {
        Some(port) if port != usual_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn addresses_follow_the_request() {
        let url = |host: &'static str, proto: &'static str| {
            let headers = HeaderMap::from_iter([
                (HOST, HeaderValue::from_static(host)),
                (FORWARDED_PROTO, HeaderValue::from_static(proto)),
            ]);
            base_url(&headers, &Uri::from_static("/"))
        };
        assert_eq!(url("Shop.example:8080", "http"), "http://shop.example:8080");
        assert_eq!(url("shop.example", "https"), "https://shop.example");
        assert_eq!(url("shop.example:443", "https"), "https://shop.example");
        assert_eq!(url("shop.example:evil", "javascript"), "http://shop.example");
        assert_eq!(url("[::1]:8080", "http"), "http://[::1]:8080");
    }
}
