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

use crate::page_error::PageError;
use crate::shop_catalogue::ShopFacts;
use crate::state::WebsiteState;
use crate::view::age::age_words;
use crate::view::problem::{PlainProblemPage, ProblemPage};
use crate::view::product::{AGE_MARK, stock_time};
use crate::visit::Visit;

pub type PageCache = TaggedCache<Arc<RenderedPage>>;

/// A page, or a part of one, as it lies in the cache.
#[derive(Debug)]
pub struct RenderedPage {
    pub html: String,
    /// Where the page shows the age of a stock figure: when the figure was confirmed.
    pub stock_time: Option<DateTime<Utc>>,
    /// Of a product page: the shelf that its related products come from.
    pub shelf: Option<DocumentCategory>,
}

impl RenderedPage {
    pub fn new(template: &impl Template) -> Result<Arc<Self>, PageError> {
        Ok(Arc::new(Self { html: template.render()?, stock_time: None, shelf: None }))
    }

    pub fn of_product(template: &impl Template, document: &ProductDocument) -> Result<Arc<Self>, PageError> {
        let html = template.render()?;
        Ok(Arc::new(Self { html, stock_time: stock_time(document), shelf: document.categories.first().cloned() }))
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.html.len()
    }

    fn html_at(&self, now: DateTime<Utc>) -> String {
        match self.stock_time {
            Some(time) => self.html.replacen(AGE_MARK, &age_words(time, now), 1),
            None => self.html.clone(),
        }
    }
}

/// Sends a page, or tells in the shop's look why there is none.
pub async fn answer(
    state: &WebsiteState,
    visit: &Visit,
    request_headers: &HeaderMap,
    page: Result<Arc<RenderedPage>, PageError>,
) -> Response {
    let error = match page {
        Ok(page) => return send(request_headers, page.html_at((state.clock)())),
        Err(error) => error,
    };
    if let PageError::Moved(location) = &error
        && let Ok(location) = HeaderValue::from_str(location)
    {
        // Names may change back: a browser that remembered both moves would go round in circles.
        let no_cache = HeaderValue::from_static("no-cache");
        return (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location), (CACHE_CONTROL, no_cache)]).into_response();
    }
    // The frame of the page is nice to have; the answer does not depend on it.
    let facts = state.catalogue.facts(visit.site.id).await.unwrap_or_else(|_| Arc::new(ShopFacts::default()));
    let shop = visit.shop(&facts, (state.clock)());
    match error {
        PageError::NotFound => problem(StatusCode::NOT_FOUND, &ProblemPage::not_found(&shop)),
        PageError::BadRequest(errors) => problem(StatusCode::BAD_REQUEST, &ProblemPage::bad_request(&shop, &errors)),
        other => {
            tracing::error!(error = %causes(&other), "a page could not be rendered");
            let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, &PlainProblemPage::unavailable());
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
    }
}

/// A page that tells a problem; it is not kept by anyone.
pub fn problem(status: StatusCode, template: &impl Template) -> Response {
    let html = template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a problem page could not be rendered");
        String::new()
    });
    (status, [(CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

/// Browsers ask again each time and are told when nothing changed: prices are never older than the answer.
fn send(request_headers: &HeaderMap, html: String) -> Response {
    let tag = EntityTag::of([html.as_bytes()]);
    let mut response = tag.answer(request_headers, || Html(html).into_response());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
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
    use chrono::TimeDelta;

    use super::*;
    use crate::view::sample;

    #[test]
    fn the_age_is_put_in_when_the_page_is_sent() {
        let page =
            RenderedPage { html: format!("<time>{AGE_MARK}</time>"), stock_time: Some(sample::now()), shelf: None };
        assert_eq!(page.html_at(sample::now() + TimeDelta::seconds(2)), "<time>2 seconds ago</time>");
        assert_eq!(page.html_at(sample::now() + TimeDelta::minutes(3)), "<time>3 minutes ago</time>");
    }

    #[test]
    fn an_unchanged_page_is_not_sent_twice() {
        let first = send(&HeaderMap::new(), "<p>".to_owned());
        assert_eq!(first.status(), StatusCode::OK);
        let asked = HeaderMap::from_iter([(IF_NONE_MATCH, first.headers()[ETAG].clone())]);
        assert_eq!(send(&asked, "<p>".to_owned()).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(send(&asked, "<p>changed".to_owned()).status(), StatusCode::OK);
    }
}
