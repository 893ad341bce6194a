//! The shop that is measured.

use coheron_core::ids::{ApiKeyId, SiteId};
use coheron_core::money::Currency;
use coheron_platform::auth::generate_key;
use coheron_store::Database;
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use coheron_store::sites::{self, Site};
use uuid::Uuid;

const CODE: &str = "bench";
/// Where its pages are asked for.
const DOMAIN: &str = "127.0.0.1";

/// Creates the site and gives it with the text of a publishable key.
pub async fn create(database: &Database, currency: Currency) -> anyhow::Result<(Site, String)> {
    let site = Site {
        id: SiteId(Uuid::now_v7()),
        code: CODE.to_owned(),
        name: "Bench".to_owned(),
        currency,
        locale: "en".to_owned(),
        settings: serde_json::json!({}),
    };
    sites::insert(database, &site).await?;
    sites::assign_domain(database, site.id, DOMAIN).await?;
    let generated = generate_key(ApiKeyKind::Publishable);
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        site_id: site.id,
        kind: ApiKeyKind::Publishable,
        name: "bench".to_owned(),
        scopes: vec![],
        hint: generated.hint,
    };
    api_keys::insert(database, &key, &generated.hash).await?;
    Ok((site, generated.text.expose().clone()))
}
