//! Rendered pages: how they are kept and how they are sent.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};
use coheron_core::document::{DocumentCategory, ProductDocument};
use coheron_platform::cache::TaggedCache;
use coheron_platform::http::etag::EntityTag;

use crate::cookies::{NewCookie, set_cookies};
use crate::form_token::FormSecret;
use crate::listing_address::ListingAddress;
use crate::marks::{FORM_MARK, Filling};
use crate::page_error::PageError;
use crate::shop_catalogue::ShopFacts;
use crate::state::WebsiteState;
use crate::view::age::age_words;
use crate::view::cart_link::cart_link_content;
use crate::view::problem::{PlainProblemPage, ProblemPage};
use crate::view::product::stock_time;
use crate::view::shell::Shop;
use crate::visit::Visit;

pub type PageCache = TaggedCache<Arc<RenderedPage>>;

/// A page, or a part of one, as it lies in the cache.
#[derive(Debug)]
pub struct RenderedPage {
    pub status: StatusCode,
    pub html: String,
    /// Where the page shows the age of a stock figure: when the figure was confirmed.
    pub stock_time: Option<DateTime<Utc>>,
    /// Of a product page: the shelf that its related products come from.
    pub shelf: Option<DocumentCategory>,
    /// Forms of the page wait for the visitor's signature.
    pub has_forms: bool,
}

impl RenderedPage {
    pub fn new(template: &impl Template) -> Result<Arc<Self>, PageError> {
        Ok(Arc::new(Self::of_html(template.render()?)))
    }

    pub fn of_product(template: &impl Template, document: &ProductDocument) -> Result<Arc<Self>, PageError> {
        let shelf = document.categories.first().cloned();
        Ok(Arc::new(Self { stock_time: stock_time(document), shelf, ..Self::of_html(template.render()?) }))
    }

    /// A listing that leaves out what was typed into its form says so.
    pub fn of_listing(template: &impl Template, address: &ListingAddress) -> Result<Arc<Self>, PageError> {
        let status = if address.refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        Ok(Arc::new(Self { status, ..Self::of_html(template.render()?) }))
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.html.len()
    }

    fn of_html(html: String) -> Self {
        let has_forms = html.contains(FORM_MARK);
        Self { status: StatusCode::OK, stock_time: None, shelf: None, has_forms, html }
    }
}

/// Sends a page, or tells in the shop's look why there is none.
pub async fn answer(
    state: &WebsiteState,
    visit: &Visit,
    request_headers: &HeaderMap,
    page: Result<Arc<RenderedPage>, PageError>,
) -> Response {
    let page = match page {
        Ok(page) => page,
        Err(error) => return answer_error(state, visit, error).await,
    };
    let signed = if page.has_forms { sign_forms(state, visit).await } else { SignedForms::default() };
    let filling = Filling {
        age: page.stock_time.map(|time| age_words(time, (state.clock)())),
        cart: Some(cart_link_content(visit.pieces)),
        form: Some(signed.signature),
    };
    let mut response = send(request_headers, page.status, filling.apply(&page.html));
    set_cookies(&mut response, &signed.cookies, visit.is_https());
    response
}

/// Tells in the shop's look what went wrong, or where the page has moved.
pub async fn answer_error(state: &WebsiteState, visit: &Visit, error: PageError) -> Response {
    if let PageError::Moved(location) = &error
        && let Ok(location) = HeaderValue::from_str(location)
    {
        // Names may change back: a browser that remembered both moves would go round in circles.
        let no_cache = HeaderValue::from_static("no-cache");
        return (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location), (CACHE_CONTROL, no_cache)]).into_response();
    }
    let shop = shop_of(state, visit).await;
    let (status, page) = match error {
        PageError::NotFound => (StatusCode::NOT_FOUND, ProblemPage::not_found(&shop)),
        PageError::BadRequest(errors) => (StatusCode::BAD_REQUEST, ProblemPage::bad_request(&shop, &errors)),
        PageError::UnsignedForm { back } => (StatusCode::FORBIDDEN, ProblemPage::unsigned_form(&shop, &back)),
        other => {
            tracing::error!(error = %causes(&other), "a page could not be rendered");
            let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, &PlainProblemPage::unavailable());
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
            return response;
        }
    };
    let html = html_of(&page);
    let filling = Filling { cart: Some(cart_link_content(visit.pieces)), ..Filling::default() };
    (status, [(CACHE_CONTROL, "no-store")], Html(filling.apply(&html))).into_response()
}

/// The frame of a page that is made for one request. It does not depend on the shop's facts: where they cannot be read,
/// it has no departments.
pub async fn shop_of(state: &WebsiteState, visit: &Visit) -> Shop {
    let facts = state.catalogue.facts(visit.site.id).await.unwrap_or_else(|_| Arc::new(ShopFacts::default()));
    // Browsers do not tell the address of a private page to the picture that counts it, so the page does.
    Shop { page_url: Some(visit.page_url()), ..visit.shop(&facts, (state.clock)()) }
}

/// What the forms of one answer carry, and the cookie that goes with it where the browser has none yet.
#[derive(Default)]
pub struct SignedForms {
    pub signature: String,
    pub cookies: Vec<NewCookie>,
}

/// Without the key the page is sent all the same: its forms will ask to be tried again.
pub async fn sign_forms(state: &WebsiteState, visit: &Visit) -> SignedForms {
    let key = match state.signing_keys.of(visit.site.id).await {
        Ok(key) => key,
        Err(error) => {
            tracing::warn!(%error, "the signing key of the site cannot be read");
            return SignedForms::default();
        }
    };
    match &visit.form_secret {
        Some(secret) => SignedForms { signature: secret.signature(&key), cookies: Vec::new() },
        None => {
            let secret = FormSecret::generate();
            SignedForms { signature: secret.signature(&key), cookies: vec![secret.cookie()] }
        }
    }
}

/// A page without the shop's frame that tells a problem; it is not kept by anyone.
pub fn problem(status: StatusCode, template: &impl Template) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Html(html_of(template))).into_response()
}

fn html_of(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a problem page could not be rendered");
        String::new()
    })
}

/// Browsers ask again each time and are told when nothing changed: prices are never older than the answer. The page
/// shows the visitor's cart, so nobody else may be given it.
fn send(request_headers: &HeaderMap, status: StatusCode, html: String) -> Response {
    if status != StatusCode::OK {
        return (status, [(CACHE_CONTROL, "no-store")], Html(html)).into_response();
    }
    let tag = EntityTag::of([html.as_bytes()]);
    let mut response = tag.answer(request_headers, || Html(html).into_response());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().remove(CONTENT_TYPE);
    }
    response
}

fn causes(error: &PageError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::http::header::{ETAG, IF_NONE_MATCH};

    use super::*;
    use crate::view::sample;

    #[test]
    fn an_unchanged_page_is_not_sent_twice() {
        let send = |headers: &HeaderMap, html: &str| send(headers, StatusCode::OK, html.to_owned());
        let first = send(&HeaderMap::new(), "<p>");
        assert_eq!(first.status(), StatusCode::OK);
        let asked = HeaderMap::from_iter([(IF_NONE_MATCH, first.headers()[ETAG].clone())]);
        assert_eq!(send(&asked, "<p>").status(), StatusCode::NOT_MODIFIED);
        assert_eq!(send(&asked, "<p>changed").status(), StatusCode::OK);
    }

    #[test]
    fn a_listing_that_leaves_out_a_bound_says_so_and_is_kept_by_nobody() {
        let shop = sample::shop();
        let status = |pairs: &[(&str, &str)]| {
            let address = ListingAddress::for_search(shop.currency, pairs.iter().copied()).expect("an address");
            RenderedPage::of_listing(&PlainProblemPage::unavailable(), &address).expect("a page").status
        };
        assert_eq!(status(&[("min", "1,705")]), StatusCode::OK);
        let refused = status(&[("min", "cheap")]);
        assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
        let response = send(&HeaderMap::new(), refused, "<p>".to_owned());
        assert_eq!(response.status(), refused);
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }
}
