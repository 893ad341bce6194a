//! What refuses and gives up around all endpoints answers with problems, as programs read them. A person gets a page.

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use coheron_platform::http::is_at_or_under;
use coheron_platform::http::problem::PROBLEM_JSON;
use coheron_platform::openapi::{DOCUMENT_PATH, READING_PAGE_PATH};

use crate::page::problem;
use crate::security_headers::add_security_headers;
use crate::view::problem::PlainProblemPage;

/// Nothing at or under these is a page of the shop.
const FOR_PROGRAMS: [&str; 5] = ["/api", "/health", "/metrics", DOCUMENT_PATH, READING_PAGE_PATH];

/// Goes around the whole server: rate limit, timeout and panics are answered outside of the website's own router.
pub fn show_problems_as_pages(server: Router) -> Router {
    server.layer(from_fn(show_problem_as_page))
}

async fn show_problem_as_page(request: Request, next: Next) -> Response {
    let is_for_programs = is_for_programs(request.uri().path());
    let response = next.run(request).await;
    if is_for_programs || !is_problem(response.headers()) {
        return response;
    }
    add_security_headers(page_for(response)).await
}

/// The page has the status and the headers of the problem: among them its request id, and when to come back.
fn page_for(response: Response) -> Response {
    let (parts, _) = response.into_parts();
    let mut page = problem(parts.status, &PlainProblemPage::for_status(parts.status));
    let mut headers = parts.headers;
    // These are of the body that is left out.
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    headers.extend(std::mem::take(page.headers_mut()));
    *page.headers_mut() = headers;
    page
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(PROBLEM_JSON.as_bytes()))
}

fn is_for_programs(path: &str) -> bool {
    FOR_PROGRAMS.into_iter().any(|root| is_at_or_under(path, root))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::StatusCode;
    use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_SECURITY_POLICY, RETRY_AFTER};
    use axum::routing::get;
    use coheron_platform::http::{HttpSettings, surround};
    use coheron_platform::rate_limit::{RateLimitSettings, RateLimiter};
    use tower::ServiceExt;

    use super::*;

    fn app(per_ip_per_second: u32) -> Router {
        let endpoints = Router::new()
            .route("/ok", get(async || "fine"))
            .route("/panic", get(async || -> &'static str { panic!("secret cause") }))
            .route("/slow", get(async || std::future::pending::<&'static str>().await));
        let routes = endpoints.clone().nest("/api/v1", endpoints);
        let settings = HttpSettings { request_timeout_ms: 20, ..HttpSettings::default() };
        let limits = RateLimitSettings { per_ip_per_second, per_ip_burst: 1, ..RateLimitSettings::default() };
        show_problems_as_pages(surround(routes, &settings, Arc::new(RateLimiter::new(&limits))))
    }

    async fn ask(app: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::get(path).header(ACCEPT_ENCODING, "gzip").body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4000))));
        let (parts, body) = app.clone().oneshot(request).await.expect("a response").into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    fn kind(headers: &HeaderMap) -> &str {
        headers[CONTENT_TYPE].to_str().expect("text")
    }

    /// Asks until the share of the address is used up.
    async fn refused(path: &str) -> (StatusCode, HeaderMap, String) {
        let app = app(1);
        for _ in 0..100 {
            let answer = ask(&app, path).await;
            if answer.0 != StatusCode::OK {
                return answer;
            }
        }
        panic!("nothing was refused");
    }

    #[tokio::test]
    async fn a_timeout_and_a_panic_of_a_page_are_pages() {
        for (path, status, words) in [
            ("/slow", StatusCode::SERVICE_UNAVAILABLE, "cannot answer right now"),
            ("/panic", StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong"),
        ] {
            let (answered, headers, body) = ask(&app(0), path).await;
            assert_eq!((answered, kind(&headers)), (status, "text/html; charset=utf-8"), "{path}");
            assert!(body.starts_with("<!doctype html>") && body.contains(words), "{body}");
            assert!(!body.contains("secret cause"));
            assert_eq!(headers[CACHE_CONTROL], "no-store");
            assert!(headers.contains_key("x-request-id") && headers.contains_key(CONTENT_SECURITY_POLICY));
            assert!(!headers.contains_key(CONTENT_ENCODING));
        }
        assert_eq!(ask(&app(0), "/slow").await.1[RETRY_AFTER], "1");
    }

    #[tokio::test]
    async fn a_page_that_is_asked_for_too_often_says_so_as_a_page() {
        let (status, headers, body) = refused("/ok").await;
        assert_eq!((status, kind(&headers)), (StatusCode::TOO_MANY_REQUESTS, "text/html; charset=utf-8"));
        assert_eq!(headers[RETRY_AFTER], "1");
        assert_eq!(headers["ratelimit-remaining"], "0");
        assert!(body.contains("Too many requests at once"), "{body}");
    }

    #[tokio::test]
    async fn problems_of_the_api_stay_problems() {
        let (status, headers, _) = refused("/api/v1/ok").await;
        assert_eq!((status, kind(&headers)), (StatusCode::TOO_MANY_REQUESTS, PROBLEM_JSON));
        for path in ["/api/v1/slow", "/api/v1/panic"] {
            let (_, headers, _) = ask(&app(0), path).await;
            assert_eq!(kind(&headers), PROBLEM_JSON, "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_no_problem_passes_unchanged() {
        let (status, headers, body) = ask(&app(0), "/ok").await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "fine"));
        assert!(!headers.contains_key(CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn programs_are_told_apart_by_whole_parts_of_the_path() {
        for path in ["/api/v1/products", "/health/ready", "/metrics", "/openapi.json", "/docs", "/docs/ui/"] {
            assert!(is_for_programs(path), "{path}");
        }
        for path in ["/", "/cart", "/apis", "/p/api/x", "/healthy"] {
            assert!(!is_for_programs(path), "{path}");
        }
    }
}
