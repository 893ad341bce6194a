//! The id in the path of a page: what is none is answered as a page that does not exist.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use uuid::Uuid;

use super::page_path::PagePath;
use crate::state::WebsiteState;

pub struct PathId(pub Uuid);

impl FromRequestParts<WebsiteState> for PathId {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebsiteState) -> Result<Self, Response> {
        let PagePath(id) = PagePath::<Uuid>::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}
