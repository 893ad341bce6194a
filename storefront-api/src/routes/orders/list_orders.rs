//! `GET /orders`

use axum::Json;
use axum::extract::{Query, State};
use coheron_core::product_query::ParameterError;
use coheron_platform::auth::{PublishableSite, SecretKey};
use coheron_platform::http::{ApiResult, Problem, ProblemBody, cursor, known_parameters};
use coheron_platform::openapi::ReadProblems;
use coheron_store::orders;

use crate::shapes::order::{Order, OrderList};
use crate::state::StorefrontApiState;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
/// Orders have one order, so every cursor fits.
const FINGERPRINT: &str = "orders";

/// Orders of the site
///
/// Newest first. Needs a secret key with the scope `orders:read`.
#[utoipa::path(
    get,
    path = "/orders",
    tag = "Orders",
    params(
        ("limit" = Option<u32>, Query, description = "Orders on a page, 1 to 100", example = 20),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "One page of orders", body = OrderList),
        (status = 403, description = "The key does not have the scope `orders:read`", body = ProblemBody,
            content_type = "application/problem+json"),
        ReadProblems,
    ),
    security(("api_key" = []), ("bearer_key" = [])),
)]
pub async fn list_orders(
    State(state): State<StorefrontApiState>,
    key: SecretKey,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Vec<(String, String)>>,
) -> ApiResult<Json<OrderList>> {
    key.require("orders:read")?;
    let [limit, cursor] = known_parameters(parameters, ["limit", cursor::PARAMETER])?;
    let limit = read_limit(limit.as_deref())?;
    let below = match cursor {
        Some(text) => i64::try_from(cursor::decode(&text, FINGERPRINT)?).unwrap_or(i64::MAX),
        None => i64::MAX,
    };
    let mut transaction = state.storefront.database.begin_site(site.id).await?;
    // One more than asked for tells whether there is a next page.
    let mut page = orders::list(&mut transaction, below, i64::try_from(limit + 1).unwrap_or(i64::MAX)).await?;
    let total = orders::count(&mut transaction).await?;
    transaction.commit().await?;
    let has_more = page.len() > limit;
    page.truncate(limit);
    let last_number = page.last().and_then(|order| usize::try_from(order.number).ok());
    let next_cursor = last_number.filter(|_| has_more).map(|number| cursor::encode(number, FINGERPRINT));
    Ok(Json(OrderList { items: page.into_iter().map(Order::from).collect(), next_cursor, total }))
}

fn read_limit(text: Option<&str>) -> Result<usize, Problem> {
    let Some(text) = text else {
        return Ok(DEFAULT_LIMIT);
    };
    text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
        let message = format!("must be 1 to {MAX_LIMIT}");
        Problem::invalid_parameters(vec![ParameterError::new("limit", "out_of_range", message)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_1_to_100_orders() {
        assert_eq!(read_limit(None).expect("the default"), DEFAULT_LIMIT);
        assert_eq!(read_limit(Some("100")).expect("a limit"), 100);
        for wrong in ["0", "101", "-1", "many", ""] {
            assert_eq!(read_limit(Some(wrong)).expect_err("a problem").errors()[0].field, "limit", "{wrong}");
        }
    }
}
