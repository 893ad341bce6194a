//! The parameters of a page: those that cannot be read are named on the shop's own page.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use coheron_core::product_query::ParameterError;
use serde::de::DeserializeOwned;

use crate::page::answer_error;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::visit::Visit;

pub struct PageQuery<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<WebsiteState> for PageQuery<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebsiteState) -> Result<Self, Response> {
        if let Ok(Query(parameters)) = Query::<T>::try_from_uri(&parts.uri) {
            return Ok(Self(parameters));
        }
        let errors = errors_of(&parts.uri);
        let visit = Visit::from_request_parts(parts, state).await?;
        Err(answer_error(state, &visit, PageError::BadRequest(errors)).await)
    }
}

/// Parameters of pages are texts, so what cannot be read is one that is given twice.
fn errors_of(uri: &Uri) -> Vec<ParameterError> {
    let Ok(Query(parameters)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let repeated: BTreeSet<String> =
        parameters.into_iter().map(|(name, _)| name).filter(|name| !seen.insert(name.clone())).collect();
    repeated.into_iter().map(|name| ParameterError::new(name, "repeated", "may be given only once")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_are_given_twice_are_named_once() {
        let uri = Uri::from_static("/search/suggest?q=a&from=x&q=b&key=1&q=c&key=%ff");
        let fields: Vec<String> = errors_of(&uri).into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["key", "q"]);
        assert!(errors_of(&Uri::from_static("/search/suggest?q=a")).is_empty());
    }
}
