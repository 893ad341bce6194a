//! The answer of a product list or search: a body that can be kept, and what is new in every answer.

use std::time::Instant;

use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use coheron_core::ports::SearchPage;
use coheron_core::product_query::{FacetRequest, ProductQuery, StockFilter};
use coheron_platform::http::Problem;
use coheron_platform::http::etag::EntityTag;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::product_json::{project, with_member};
use crate::question::next_cursor;

/// A rendered list without its last members, `query_id` and `took_ms`.
pub(crate) struct ListBody {
    /// JSON object up to but without the closing brace.
    open_json: String,
    tag: EntityTag,
}

/// Which members an answer has beside those of every product list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    Products,
    /// Adds `highlight` to each item, `did_you_mean` and `applied_rules`.
    Search,
}

impl ListBody {
    pub(crate) fn render(kind: ListKind, query: &ProductQuery, page: &SearchPage) -> Result<Self, Problem> {
        let mut open_json = String::with_capacity(page.hits.len() * 2048 + 1024);
        open_json.push_str("{\"items\":[");
        for (position, hit) in page.hits.iter().enumerate() {
            if position > 0 {
                open_json.push(',');
            }
            let product = project(&hit.document_json, &query.fields);
            match kind {
                ListKind::Products => open_json.push_str(&product),
                ListKind::Search => open_json.push_str(&with_member(&product, "highlight", &text_of(&hit.highlight)?)),
            }
        }
        open_json.push_str("],\"next_cursor\":");
        open_json.push_str(&text_of(&next_cursor(query, page.hits.len(), page.total))?);
        open_json.push_str(&format!(",\"total\":{},\"facets\":{}", page.total, text_of(&page.facets)?));
        let price_range = page.price_range_minor.map(|(lowest, highest)| json!({"min": lowest, "max": highest}));
        open_json.push_str(&format!(",\"price_range_minor\":{}", text_of(&price_range)?));
        open_json.push_str(&format!(",\"applied\":{}", applied(query)));
        if kind == ListKind::Search {
            open_json.push_str(&format!(",\"did_you_mean\":{},\"applied_rules\":[]", text_of(&page.did_you_mean)?));
        }
        let tag = EntityTag::of([open_json.as_bytes()]);
        Ok(Self { open_json, tag })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.open_json.len()
    }

    /// The answer to this request, or 304 where the caller has it.
    pub(crate) fn answer(&self, request_headers: &HeaderMap, started: Instant) -> Response {
        let response = self.tag.answer(request_headers, || {
            let took_ms = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
            let body = format!("{},\"query_id\":\"{}\",\"took_ms\":{took_ms}}}", self.open_json, Uuid::now_v7());
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        });
        (REVALIDATE, response).into_response()
    }
}

/// An answer may be kept, but is asked for again with its tag before it is used.
pub(crate) const REVALIDATE: [(axum::http::HeaderName, &str); 2] =
    [(CACHE_CONTROL, "no-cache"), (VARY, "x-coheron-key, authorization")];

/// A JSON body under a tag over itself.
pub(crate) fn answer_json(request_headers: &HeaderMap, body: String) -> Response {
    let tag = EntityTag::of([body.as_bytes()]);
    let response = tag.answer(request_headers, || ([(CONTENT_TYPE, "application/json")], body).into_response());
    (REVALIDATE, response).into_response()
}

pub(crate) fn text_of<T: serde::Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::internal()
    })
}

/// The question as it was understood.
fn applied(query: &ProductQuery) -> Value {
    let facets = match &query.facets {
        FacetRequest::None => json!([]),
        FacetRequest::Automatic { .. } => json!("automatic"),
        FacetRequest::Keys(keys) => json!(keys),
    };
    json!({
        "q": query.text,
        "category": query.category,
        "brand": query.brands,
        "filter": query.attributes,
        "price_min": query.price_min_minor,
        "price_max": query.price_max_minor,
        "in_stock": query.stock == StockFilter::InStock,
        "sort": query.sort.parameter(),
        "facets": facets,
        "limit": query.limit,
    })
}
