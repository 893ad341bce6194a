//! `GET /analytics/products`

use axum::Json;
use axum::extract::{Query, State};
use coheron_core::money::Money;
use coheron_platform::auth::{PublishableSite, SecretKey};
use coheron_platform::http::{ApiResult, ProblemBody};

use super::period::read_period;
use super::problems::QuestionProblems;
use super::report::{SCOPE, ask};
use crate::question::Parameters;
use crate::shapes::analytics::{ProductReport, ProductReportRow, ReportParameters};
use crate::state::QueryApiState;

/// What was looked at and put into carts comes from events, what was sold from orders: an order counts also where the
/// visitor's browser sent nothing.
const STATEMENT: &str = "
WITH touched AS (
    SELECT name, unnest(items) AS item FROM web_events
    WHERE name IN ('view_item', 'add_to_cart') AND device <> 'bot' AND occurred_at >= $1 AND occurred_at < $2
), interest AS (
    SELECT item['sku'] AS sku, max(item['name']) AS name,
        sum(CASE WHEN name = 'view_item' THEN 1 ELSE 0 END) AS views,
        sum(CASE WHEN name = 'add_to_cart' THEN coalesce(item['quantity'], 1) ELSE 0 END) AS added
    FROM touched GROUP BY 1
), lines AS (
    SELECT unnest(items) AS item FROM orders
    WHERE status <> 'cancelled' AND currency = $4 AND created_at >= $1 AND created_at < $2
), sales AS (
    SELECT item['sku'] AS sku, max(item['name']) AS name, sum(item['quantity']) AS purchased,
        sum(item['line_total_minor']) AS revenue_minor
    FROM lines GROUP BY 1
)
SELECT coalesce(interest.sku, sales.sku) AS sku, coalesce(sales.name, interest.name) AS name,
    coalesce(views, 0) AS views, coalesce(added, 0) AS added, coalesce(purchased, 0) AS purchased,
    coalesce(revenue_minor, 0) AS revenue_minor, count(*) OVER () AS total
FROM interest FULL JOIN sales ON interest.sku = sales.sku
ORDER BY revenue_minor DESC, views DESC, sku LIMIT $3";

type Row = (String, Option<String>, u64, u64, u64, i64, u64);

/// Products by revenue
///
/// How often each product or variant was looked at, put into a cart and bought, and for how much, most revenue first.
/// Cancelled orders and visits of bots are left out; revenue is in the currency of the site.
#[utoipa::path(
    get,
    path = "/analytics/products",
    tag = "Analytics",
    params(ReportParameters),
    responses(
        (status = 200, description = "The report", body = ProductReport),
        (status = 400, description = "A parameter is not valid; `errors` names each one",
            body = ProblemBody, content_type = "application/problem+json"),
        QuestionProblems,
    ),
    security(("api_key" = []), ("bearer_key" = [])),
)]
pub async fn get_product_report(
    State(state): State<QueryApiState>,
    key: SecretKey,
    PublishableSite(site): PublishableSite,
    Query(parameters): Query<Parameters>,
) -> ApiResult<Json<ProductReport>> {
    key.require(SCOPE)?;
    let period = read_period(&parameters, (state.clock)())?;
    let rows: Vec<Row> = ask(&state, key.site_id(), STATEMENT, &period, &[site.currency.code()]).await?;
    let total = rows.first().map_or(0, |(.., total)| *total);
    let items = rows
        .into_iter()
        .map(|(sku, name, views, added, purchased, revenue_minor, _)| ProductReportRow {
            sku,
            name,
            views,
            added,
            purchased,
            revenue: Money { amount_minor: revenue_minor, currency: site.currency }.into(),
        })
        .collect();
    Ok(Json(ProductReport { items, next_cursor: None, total, from: period.from, to: period.to }))
}
