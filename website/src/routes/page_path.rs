//! What stands in the path of a page: what cannot be read there is answered as a page that does not exist.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::page::answer_error;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub struct PagePath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<WebsiteState> for PagePath<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebsiteState) -> Result<Self, Response> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => {
                let visit = Visit::from_request_parts(parts, state).await?;
                Err(answer_error(state, &visit, PageError::NotFound).await)
            }
        }
    }
}
