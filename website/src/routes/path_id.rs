//! The id in the path of a page: what is none is answered as a page that does not exist.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Response;
use uuid::Uuid;

use crate::page::answer_error;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub struct PathId(pub Uuid);

impl FromRequestParts<WebsiteState> for PathId {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebsiteState) -> Result<Self, Response> {
        match Path::<Uuid>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => {
                let visit = Visit::from_request_parts(parts, state).await?;
                Err(answer_error(state, &visit, PageError::NotFound).await)
            }
        }
    }
}
