//! Keys for tests that ask no database.

use coheron_core::ids::{ApiKeyId, SiteId};
use coheron_store::api_keys::{ApiKey, ApiKeyKind};
use coheron_store::{Database, DatabaseSettings};
use uuid::Uuid;

use super::authenticator::Authenticator;
use super::site_resolver::SiteResolver;

/// Nothing listens there, and what tests ask of it is remembered: the pools connect on first use.
pub(crate) fn authenticator() -> Authenticator {
    let database = Database::connect("postgres://127.0.0.1:9/none", &DatabaseSettings::default()).expect("pools");
    Authenticator::new(database.clone(), SiteResolver::new(database))
}

pub(crate) fn key(id: u128, kind: ApiKeyKind, scopes: &[&str]) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::from_u128(id)),
        site_id: SiteId(Uuid::from_u128(1)),
        kind,
        name: "test".to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        hint: "sk_123456".to_owned(),
    }
}
