//! Sites and their domains.

use coheron_core::ids::SiteId;
use coheron_core::money::Currency;
use coheron_core::signature::SigningKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{FromRow, PgExecutor};
use uuid::Uuid;

use crate::database::Database;
use crate::error::StoreError;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Site {
    pub id: SiteId,
    /// Short name used in ERP records and on the command line.
    pub code: String,
    pub name: String,
    pub currency: Currency,
    /// BCP 47 language tag of the shop's texts, for example `en`.
    pub locale: String,
    pub settings: serde_json::Value,
}

/// Who is counted: those who agreed, or all but those who refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalyticsConsent {
    Required,
    NotRequired,
}

impl Site {
    /// Whether visitors are counted only after they agreed: `"analytics": {"consent": "required"}` in the settings.
    pub fn requires_analytics_consent(&self) -> bool {
        let rule = self.settings.pointer("/analytics/consent");
        rule.is_some_and(|rule| rule == AnalyticsConsent::Required.setting())
    }

    /// For how many days goods are taken back: `"returns": {"days": 30}` in the settings. None where the shop does not say.
    pub fn return_days(&self) -> Option<u64> {
        self.settings.pointer("/returns/days")?.as_u64()
    }
}

impl AnalyticsConsent {
    /// As it stands in the settings.
    fn setting(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotRequired => "not_required",
        }
    }
}

const SELECT_ALL: &str = "SELECT id, code, name, currency, locale, settings FROM website_sites ORDER BY code";
const SELECT_BY_ID: &str = "SELECT id, code, name, currency, locale, settings FROM website_sites WHERE id = $1";
const SELECT_BY_CODE: &str = "SELECT id, code, name, currency, locale, settings FROM website_sites WHERE code = $1";
const SELECT_BY_DOMAIN: &str = "SELECT s.id, s.code, s.name, s.currency, s.locale, s.settings
    FROM website_domains d JOIN website_sites s ON s.id = d.site_id WHERE d.domain = $1";
const INSERT: &str =
    "INSERT INTO website_sites (id, code, name, currency, locale, settings) VALUES ($1, $2, $3, $4, $5, $6)";
const INSERT_DOMAIN: &str = "INSERT INTO website_domains (domain, site_id) VALUES ($1, $2)
    ON CONFLICT (domain) DO UPDATE SET site_id = excluded.site_id";
// Everything else in the settings stays.
const SET_SETTING: &str = "UPDATE website_sites
    SET settings = (settings::jsonb || jsonb_build_object($2::text,
        coalesce(settings::jsonb -> $2::text, '{}') || $3::jsonb))::json
    WHERE code = $1 RETURNING id, code, name, currency, locale, settings";
const SELECT_DOMAINS: &str = "SELECT domain FROM website_domains WHERE site_id = $1 ORDER BY domain";
const SELECT_SIGNING_KEY: &str = "SELECT signing_key FROM website_sites WHERE id = $1";

pub(crate) const STATEMENTS: &[&str] = &[
    SELECT_ALL,
    SELECT_BY_ID,
    SELECT_BY_CODE,
    SELECT_BY_DOMAIN,
    INSERT,
    INSERT_DOMAIN,
    SET_SETTING,
    SELECT_DOMAINS,
    SELECT_SIGNING_KEY,
];

pub async fn list(database: &Database) -> Result<Vec<Site>, StoreError> {
    let rows: Vec<SiteRow> = sqlx::query_as(SELECT_ALL).fetch_all(database.pipeline()).await?;
    rows.into_iter().map(SiteRow::into_site).collect()
}

pub async fn find_by_id(database: &Database, site_id: SiteId) -> Result<Option<Site>, StoreError> {
    let row: Option<SiteRow> = sqlx::query_as(SELECT_BY_ID).bind(site_id.0).fetch_optional(database.pipeline()).await?;
    row.map(SiteRow::into_site).transpose()
}

pub async fn find_by_code(database: &Database, code: &str) -> Result<Option<Site>, StoreError> {
    find_one(SELECT_BY_CODE, code, database.pipeline()).await
}

/// The site served under a host name, given in lower case without a port.
pub async fn find_by_domain(database: &Database, domain: &str) -> Result<Option<Site>, StoreError> {
    find_one(SELECT_BY_DOMAIN, domain, database.pipeline()).await
}

pub async fn insert(database: &Database, site: &Site) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(site.id.0)
        .bind(&site.code)
        .bind(&site.name)
        .bind(site.currency.code())
        .bind(&site.locale)
        .bind(sqlx::types::Json(&site.settings))
        .execute(database.pipeline())
        .await?;
    Ok(())
}

/// Serves the site under this host name, also where another site had it before.
pub async fn assign_domain(database: &Database, site_id: SiteId, domain: &str) -> Result<(), StoreError> {
    sqlx::query(INSERT_DOMAIN).bind(domain.to_lowercase()).bind(site_id.0).execute(database.pipeline()).await?;
    Ok(())
}

/// Changes who is counted, and gives the site as it is then.
pub async fn set_analytics_consent(
    database: &Database,
    code: &str,
    consent: AnalyticsConsent,
) -> Result<Option<Site>, StoreError> {
    set_setting(database, code, "analytics", json!({"consent": consent.setting()})).await
}

/// Changes for how many days goods are taken back, and gives the site as it is then.
pub async fn set_return_days(database: &Database, code: &str, days: u16) -> Result<Option<Site>, StoreError> {
    set_setting(database, code, "returns", json!({"days": days})).await
}

async fn set_setting(
    database: &Database,
    code: &str,
    section: &str,
    values: serde_json::Value,
) -> Result<Option<Site>, StoreError> {
    let update = sqlx::query_as(SET_SETTING).bind(code).bind(section).bind(values);
    let row: Option<SiteRow> = update.fetch_optional(database.pipeline()).await?;
    row.map(SiteRow::into_site).transpose()
}

pub async fn domains(database: &Database, site_id: SiteId) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(SELECT_DOMAINS).bind(site_id.0).fetch_all(database.pipeline()).await?)
}

/// The key under which the site signs links and forms. It never changes, so callers may remember it. A site that is
/// gone is a database error: whoever asks has just met the site.
pub async fn signing_key(database: &Database, site_id: SiteId) -> Result<SigningKey, StoreError> {
    let bytes = sqlx::query_scalar(SELECT_SIGNING_KEY).bind(site_id.0).fetch_one(database.pipeline()).await?;
    Ok(SigningKey::new(bytes))
}

async fn find_one(
    statement: &'static str,
    argument: &str,
    executor: impl PgExecutor<'_>,
) -> Result<Option<Site>, StoreError> {
    let row: Option<SiteRow> = sqlx::query_as(statement).bind(argument).fetch_optional(executor).await?;
    row.map(SiteRow::into_site).transpose()
}

#[derive(FromRow)]
struct SiteRow {
    id: Uuid,
    code: String,
    name: String,
    currency: String,
    locale: String,
    settings: sqlx::types::Json<serde_json::Value>,
}

impl SiteRow {
    fn into_site(self) -> Result<Site, StoreError> {
        let currency = Currency::parse(&self.currency).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Site {
            id: SiteId(self.id),
            code: self.code,
            name: self.name,
            currency,
            locale: self.locale,
            settings: self.settings.0,
        })
    }
}
