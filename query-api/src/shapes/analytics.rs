//! Questions in SQL and reports.

use chrono::{DateTime, Utc};
use coheron_core::analytics_ports::SqlParameter;
use coheron_platform::shapes::Money;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A statement with its parameters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// One SELECT, WITH or EXPLAIN, at most 32,768 bytes. `$1` is the first parameter.
    #[schema(
        example = "SELECT name, count(*) AS events FROM web_events WHERE occurred_at >= $1 GROUP BY name ORDER BY events DESC"
    )]
    pub sql: String,
    /// Texts, numbers, truth values or null, at most 100. A time is a text (RFC 3339).
    #[serde(default)]
    #[schema(value_type = Vec<Value>, example = json!(["2026-03-01T00:00:00Z"]))]
    pub params: Vec<SqlParameter>,
}

/// Rows as JSON.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlResult {
    pub columns: Vec<SqlColumn>,
    /// One array per row, with a value for each column: numbers, texts, truth values, null; times as RFC 3339 texts, lists
    /// as arrays, structs and maps as objects.
    #[schema(value_type = Vec<Vec<Value>>, example = json!([["page_view", 1204], ["search", 87]]))]
    pub rows: Vec<Vec<Value>>,
    #[schema(example = 2)]
    pub row_count: u64,
    /// More rows were there than an answer may hold.
    pub truncated: bool,
    /// Time spent on the answer, in milliseconds.
    #[schema(example = 14)]
    pub took_ms: u64,
}

/// Rows as the bytes of a file.
#[derive(Debug, Clone, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct SqlFile(pub Vec<u8>);

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlColumn {
    #[schema(example = "events")]
    pub name: String,
    #[schema(example = "bigint")]
    #[serde(rename = "type")]
    pub data_type: String,
}

/// Documents the parameters; they are read where the reports are.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportParameters {
    /// From this moment on: a day (UTC) or a time (RFC 3339). Seven days before `to` where it is absent.
    #[param(example = "2026-03-01")]
    pub from: Option<String>,
    /// Up to this moment, which is not part of it. Now where it is absent; at most 366 days after `from`.
    #[param(example = "2026-03-08T00:00:00Z")]
    pub to: Option<String>,
    /// The most rows; 20 where it is absent.
    #[param(minimum = 1, maximum = 100, example = 20)]
    pub limit: Option<i64>,
}

/// Pages by views.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageReport {
    pub items: Vec<PageReportRow>,
    /// Always null: a report has one page.
    pub next_cursor: Option<String>,
    /// Pages that were viewed, also those beyond `limit`.
    #[schema(example = 341)]
    pub total: u64,
    pub from: DateTime<Utc>,
    /// Not part of the time.
    pub to: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageReportRow {
    #[schema(example = "/p/TEE/heavy-cotton-t-shirt")]
    pub path: String,
    #[schema(example = 812)]
    pub views: u64,
    /// A visitor who comes on two days counts twice.
    #[schema(example = 640)]
    pub visitors: u64,
    /// Visits that began here.
    #[schema(example = 120)]
    pub entries: u64,
}

/// Products by revenue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductReport {
    pub items: Vec<ProductReportRow>,
    /// Always null: a report has one page.
    pub next_cursor: Option<String>,
    /// Products and variants that were looked at or sold, also those beyond `limit`.
    #[schema(example = 97)]
    pub total: u64,
    pub from: DateTime<Utc>,
    /// Not part of the time.
    pub to: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductReportRow {
    /// Of the product where it was looked at, of the variant where it was bought.
    #[schema(example = "TEE-S")]
    pub sku: String,
    /// As orders or events name it.
    #[schema(example = "Heavy cotton T-shirt")]
    pub name: Option<String>,
    /// How often its page was looked at.
    #[schema(example = 310)]
    pub views: u64,
    /// Pieces put into carts.
    #[schema(example = 44)]
    pub added: u64,
    /// Pieces bought.
    #[schema(example = 19)]
    pub purchased: u64,
    /// Sum of the order lines, in the currency of the site.
    pub revenue: Money,
}
