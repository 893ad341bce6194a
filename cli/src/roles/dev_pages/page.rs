//! How the development pages are sent.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

pub const STYLE_PATH: &str = "/dev/style.css";

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// A mail brings its styles in its elements. It runs no script, sends no form and may open links in new windows only.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; img-src https: http: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "dev_problem.html")]
struct ProblemPage<'a> {
    title: &'a str,
    message: &'a str,
}

pub async fn style() -> Response {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("../../../assets/dev.css")).into_response()
}

pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (headers(PAGE_POLICY), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a development page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The HTML part of a mail, as it is.
pub fn mail_html(html: String) -> Response {
    (headers(MAIL_POLICY), Html(html)).into_response()
}

pub fn not_found(message: &str) -> Response {
    (StatusCode::NOT_FOUND, page(&ProblemPage { title: "Nothing here", message })).into_response()
}

pub fn unavailable(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, cause = ?error.source(), "a development page cannot read its folder");
    let message = "The folder behind this page cannot be read. The log says why.";
    (StatusCode::SERVICE_UNAVAILABLE, page(&ProblemPage { title: "Not now", message })).into_response()
}

fn headers(policy: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // Mails and payments hold links that let their reader in.
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ])
}
