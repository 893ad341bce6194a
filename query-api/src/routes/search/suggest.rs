//! `GET /search/suggest`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use coheron_core::product_query::{MAX_TEXT_BYTES, ParameterError};
use coheron_platform::auth::PublishableSite;
use coheron_platform::http::{ApiResult, Problem, unknown_parameter};
use coheron_platform::openapi::ReadProblems;

use crate::list_answer::{answer_json, text_of};
use crate::question::{Parameters, repeated};
use crate::shapes::suggestions::SuggestionLists;
use crate::state::QueryApiState;

const DEFAULT_LIMIT: usize = 6;
const MAX_LIMIT: usize = 20;

/// Completions of what was typed so far
#[utoipa::path(
    get,
    path = "/search/suggest",
    tag = "Search",
    params(
        ("q" = String, Query, description = "What was typed so far, at most 200 bytes", example = "heavy t"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 20,
            description = "The most entries of each kind; 6 where it is absent", example = 6),
    ),
    responses(
        (status = 200, description = "Suggestions of each kind, best first", body = SuggestionLists,
            headers(("ETag" = String, description = "Changes with the suggestions"))),
        (status = 304, description = "The suggestions are still those of the `If-None-Match` sent"),
        ReadProblems,
    ),
    security((), ("api_key" = []), ("bearer_key" = [])),
)]
pub async fn suggest(
    State(state): State<QueryApiState>,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let (typed, limit) = read_parameters(&parameters).map_err(Problem::invalid_parameters)?;
    let mut suggestions = state.search.suggest(site.id, &typed, limit).await?;
    suggestions.products.truncate(limit);
    suggestions.categories.truncate(limit);
    suggestions.brands.truncate(limit);
    Ok(answer_json(&headers, text_of(&suggestions)?))
}

fn read_parameters(parameters: &Parameters) -> Result<(String, usize), Vec<ParameterError>> {
    let mut typed = None;
    let mut limit = DEFAULT_LIMIT;
    let mut errors = repeated(parameters, &["q", "limit"]);
    for (name, value) in parameters {
        match name.as_str() {
            "q" if value.len() > MAX_TEXT_BYTES => {
                errors.push(ParameterError::new(
                    "q",
                    "too_long",
                    format!("at most {MAX_TEXT_BYTES} bytes are accepted"),
                ));
            }
            "q" if value.contains('\0') => errors.push(ParameterError::new("q", "invalid", "contains a NUL character")),
            "q" => typed = Some(value.trim().to_owned()),
            "limit" => match value.parse() {
                Ok(wanted) if (1..=MAX_LIMIT).contains(&wanted) => limit = wanted,
                _ => errors.push(ParameterError::new("limit", "out_of_range", format!("must be 1 to {MAX_LIMIT}"))),
            },
            _ => errors.push(unknown_parameter(name)),
        }
    }
    match typed {
        Some(typed) if errors.is_empty() => Ok((typed, limit)),
        None if errors.is_empty() => Err(vec![ParameterError::new("q", "required", "must be given")]),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_at_fault_is_named() {
        let read = |pairs: &[(&str, &str)]| {
            read_parameters(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(read(&[("q", " mu ")]), Ok(("mu".to_owned(), DEFAULT_LIMIT)));
        assert_eq!(read(&[("q", ""), ("limit", "3")]), Ok((String::new(), 3)));
        let fields = |pairs: &[(&str, &str)]| -> Vec<String> {
            read(pairs).expect_err("errors").into_iter().map(|error| error.field).collect()
        };
        assert_eq!(fields(&[]), ["q"]);
        assert_eq!(fields(&[("q", &"x".repeat(201)), ("limit", "21"), ("page", "1")]), ["q", "limit", "page"]);
        assert_eq!(fields(&[("q", "a"), ("limit", "2"), ("q", "b"), ("limit", "3")]), ["q", "limit"]);
    }
}
