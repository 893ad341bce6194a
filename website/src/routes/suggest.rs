//! Completions for what a shopper has typed so far.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use coheron_core::product_query::MAX_TEXT_BYTES;
use serde::Deserialize;

use super::page_query::PageQuery;
use crate::page::answer;
use crate::page_error::PageError;
use crate::state::WebsiteState;
use crate::view::suggest::SuggestFragment;
use crate::visit::Visit;

const MOST_SUGGESTIONS: usize = 5;
const SHORTEST_TEXT_CHARACTERS: usize = 2;

#[derive(Debug, Deserialize)]
pub struct SuggestParameters {
    #[serde(default)]
    q: String,
}

pub async fn suggest(
    State(state): State<WebsiteState>,
    visit: Visit,
    PageQuery(parameters): PageQuery<SuggestParameters>,
    headers: HeaderMap,
) -> Response {
    match render(&state, &visit, parameters.q.trim()).await {
        Ok(html) => ([(CACHE_CONTROL, "private, max-age=5")], Html(html)).into_response(),
        Err(error) => answer(&state, &visit, &headers, Err(error)).await,
    }
}

async fn render(state: &WebsiteState, visit: &Visit, typed: &str) -> Result<String, PageError> {
    if typed.chars().count() < SHORTEST_TEXT_CHARACTERS || typed.len() > MAX_TEXT_BYTES {
        return Ok(String::new());
    }
    let suggestions = state.catalogue.suggest(visit.site.id, typed, MOST_SUGGESTIONS).await?;
    Ok(SuggestFragment::new(&suggestions).render()?)
}
