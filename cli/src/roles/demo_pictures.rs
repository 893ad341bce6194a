//! `GET /demo-pictures/{file}`: the drawn pictures of the demo shop.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use coheron_integrations::demo_shop::pictures;

pub fn router() -> Router {
    Router::new().route("/demo-pictures/{file}", get(draw_picture))
}

async fn draw_picture(Path(file): Path<String>) -> Response {
    match pictures::draw(&format!("/demo-pictures/{file}")) {
        Some(svg) => {
            let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, svg).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
