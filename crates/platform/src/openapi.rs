//! The frame of the OpenAPI document and the page that shows it.

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::{IntoResponses, Modify};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::http::{ProblemBody, problem_fallbacks};

/// Leads every path of the API.
pub const API_ROOT: &str = "/api/v1";
/// Where the document is served.
pub const DOCUMENT_PATH: &str = "/openapi.json";
/// Where the reading page is served.
pub const READING_PAGE_PATH: &str = "/docs";

/// Names of the security schemes, for `security(...)` of an operation.
pub const KEY_SCHEME: &str = "api_key";
pub const BEARER_SCHEME: &str = "bearer_key";

/// The document before any operation is added to it.
pub fn base_document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Coheron Website")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let server = ServerBuilder::new().url("/").description(Some("The server of this document")).build();
    let mut document = OpenApiBuilder::new().info(info).servers(Some([server])).build();
    SecuritySchemes.modify(&mut document);
    document
}

/// Puts the endpoints of all API crates under the root of the API and completes the document with them.
pub fn assemble_api(endpoints: OpenApiRouter) -> (Router, OpenApi) {
    let (router, operations) = endpoints.split_for_parts();
    (Router::new().nest(API_ROOT, problem_fallbacks(router)), base_document().nest(API_ROOT, operations))
}

/// Serves the document and its reading page.
pub fn router(document: OpenApi) -> Router {
    // The page itself lies at a path with a final slash; people write it without.
    Router::from(SwaggerUi::new("/docs/ui").url(DOCUMENT_PATH, document))
        .route(READING_PAGE_PATH, get(async || Redirect::temporary("/docs/ui/")))
}

/// The problems that every read of the public API may answer with.
#[derive(IntoResponses)]
pub enum ReadProblems {
    /// A parameter is not valid; `errors` names each one.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// No valid key, and not asked under the domain of a site.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// Too many requests; `Retry-After` tells when to come back.
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(ProblemBody),
    /// A store does not answer at the moment; `Retry-After` tells when to come back.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

const DESCRIPTION: &str = "Catalogue, search, carts, checkout, orders and analytics of a shop.\n\n\
Every answer belongs to one site: that of the key in `X-Coheron-Key`, or of the domain asked. Money is an integer of \
minor units with its currency. Times are UTC (RFC 3339). Lists are paged by `cursor`: pass the `next_cursor` of one \
answer to get the next page, with all other parameters unchanged. Errors are problems (RFC 9457) with a stable `code`.";

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let header = ApiKeyValue::with_description("X-Coheron-Key", "A publishable (`pk_`) or secret (`sk_`) key");
        components.add_security_scheme(KEY_SCHEME, SecurityScheme::ApiKey(ApiKey::Header(header)));
        components.add_security_scheme(BEARER_SCHEME, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn the_document_and_its_reading_page_are_served() {
        let app = router(base_document());
        for (path, part) in [(DOCUMENT_PATH, "X-Coheron-Key"), ("/docs/ui/", "swagger-ui")] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = app.clone().oneshot(request).await.expect("a response");
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            assert!(String::from_utf8_lossy(&bytes).contains(part), "{path}");
        }
    }
}
