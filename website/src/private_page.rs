//! Pages that belong to one visitor: rendered for each request, kept by nobody.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::cookies::{NewCookie, set_cookies};
use crate::marks::Filling;
use crate::page::{answer_error, sign_forms};
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::cart_link::cart_link_content;
use crate::visit::Visit;

/// A page, or a part of one, and what the browser is to keep with it.
#[derive(Debug)]
pub struct PrivatePage {
    pub status: StatusCode,
    pub html: String,
    /// Pieces in the cart as the header shows them.
    pub pieces: u32,
    pub cookies: Vec<NewCookie>,
}

/// What a request about one visitor's things leads to.
#[derive(Debug)]
pub enum PrivateAnswer {
    Page(PrivatePage),
    /// After a change: reloading the page it leads to repeats nothing.
    Redirect {
        location: String,
        cookies: Vec<NewCookie>,
    },
}

impl PrivatePage {
    pub fn new(visit: &Visit, template: &impl Template) -> Result<Self, PageError> {
        let html = template.render()?;
        Ok(Self { status: StatusCode::OK, html, pieces: visit.pieces, cookies: Vec::new() })
    }
}

impl PrivateAnswer {
    pub fn with_status(self, status: StatusCode) -> Self {
        match self {
            Self::Page(page) => Self::Page(PrivatePage { status, ..page }),
            redirect => redirect,
        }
    }
}

/// Sends what became of the request, or tells in the shop's look what went wrong.
pub async fn answer_private(state: &WebsiteState, visit: &Visit, answer: Result<PrivateAnswer, PageError>) -> Response {
    match answer {
        Ok(PrivateAnswer::Page(page)) => send(state, visit, page).await,
        Ok(PrivateAnswer::Redirect { location, cookies }) => redirect(visit, &location, &cookies),
        Err(error) => answer_error(state, visit, error).await,
    }
}

async fn send(state: &WebsiteState, visit: &Visit, page: PrivatePage) -> Response {
    let signed = sign_forms(state, visit).await;
    let filling = Filling { age: None, cart: Some(cart_link_content(page.pieces)), form: Some(signed.signature) };
    let html = filling.apply(&page.html);
    // The address of an order opens it, so no request of the page tells it.
    let headers = [(CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "strict-origin")];
    let mut response = (page.status, headers, Html(html)).into_response();
    set_cookies(&mut response, &signed.cookies, visit.is_https());
    set_cookies(&mut response, &page.cookies, visit.is_https());
    response
}

fn redirect(visit: &Visit, location: &str, cookies: &[NewCookie]) -> Response {
    // Locations are made of our own paths and encoded values.
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    let no_store = HeaderValue::from_static("no-store");
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, location), (CACHE_CONTROL, no_store)]).into_response();
    set_cookies(&mut response, cookies, visit.is_https());
    response
}
