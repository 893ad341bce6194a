//! A form that a shopper sent: its fields, once it is shown to come from a page of this shop.

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::header::REFERER;
use axum::http::request::Parts;
use axum::response::Response;
use coheron_core::signature::SigningKey;

use crate::form_token;
use crate::page::answer_error;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub struct ShopperForm {
    pub visit: Visit,
    pub fields: Fields,
    pub key: SigningKey,
}

/// The fields of a form by name, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of this name without space around it; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    pub fn number(&self, name: &str) -> Option<u32> {
        self.text(name).parse().ok()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Fields {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl FromRequest<WebsiteState> for ShopperForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &WebsiteState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let back = way_back(&parts, &visit);
        let unsigned = PageError::UnsignedForm { back };
        let secret = visit.form_secret.clone().filter(|_| !form_token::is_from_elsewhere(&parts.headers));
        let Some(secret) = secret else { return Err(answer_error(state, &visit, unsigned).await) };
        let key = match state.signing_keys.of(visit.site.id).await {
            Ok(key) => key,
            Err(error) => return Err(answer_error(state, &visit, error.into()).await),
        };
        let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), state).await;
        let fields = form.map_or_else(|_| Fields::default(), |Form(fields)| Fields(fields));
        if !secret.is_signed_by(&key, fields.text(form_token::FIELD)) {
            return Err(answer_error(state, &visit, unsigned).await);
        }
        Ok(Self { visit, fields, key })
    }
}

/// Where a fresh form is: the page of the shop that the request came from, else the one its path belongs to.
fn way_back(parts: &Parts, visit: &Visit) -> String {
    let referrer = parts.headers.get(REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = referrer.strip_prefix(visit.base_url.as_str()).filter(|path| path.starts_with('/'));
    match path {
        // Two slashes would lead to another host.
        Some(path) if !path.starts_with("//") && !path.contains('\\') => path.to_owned(),
        _ if parts.uri.path().starts_with("/checkout") => "/checkout".to_owned(),
        _ if parts.uri.path().starts_with("/cart") => "/cart".to_owned(),
        _ => "/".to_owned(),
    }
}
