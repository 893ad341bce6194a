//! `coheron keys list|create|revoke`

use anyhow::{bail, ensure};
use coheron_core::ids::ApiKeyId;
use coheron_core::ids::SiteId;
use coheron_platform::auth::{KNOWN_SCOPES, generate_key, is_known_scope};
use coheron_platform::config::Redacted;
use coheron_store::Database;
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use uuid::Uuid;

use super::connect;
use crate::configuration::Configuration;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// The valid keys of a site; their texts are not stored.
    List {
        #[arg(long)]
        site: String,
    },
    /// Creates a key and shows its text, once.
    Create {
        #[arg(long)]
        site: String,
        #[arg(long, value_enum)]
        kind: Kind,
        /// What it is for.
        #[arg(long)]
        name: String,
        #[arg(long = "scope", help = scope_help())]
        scopes: Vec<String>,
    },
    /// Takes a key back. Processes that have just seen it refuse it after 30 seconds at the latest.
    Revoke { id: ApiKeyId },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Kind {
    Publishable,
    Secret,
}

pub async fn run(arguments: Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    let database = connect::database(configuration)?;
    match arguments {
        Arguments::List { site } => {
            let site = connect::site(&database, &site).await?;
            for key in api_keys::list(&database, site.id).await? {
                println!("{}  {:<14} {:<24} {}", key.id, format!("{}…", key.hint), key.name, key.scopes.join(","));
            }
        }
        Arguments::Create { site, kind, name, scopes } => {
            check_scopes(kind, &scopes)?;
            let site = connect::site(&database, &site).await?;
            let kind = match kind {
                Kind::Publishable => ApiKeyKind::Publishable,
                Kind::Secret => ApiKeyKind::Secret,
            };
            println!("{}", create(&database, site.id, kind, &name, scopes).await?.expose());
        }
        Arguments::Revoke { id } => {
            if !api_keys::revoke(&database, id).await? {
                bail!("there is no valid key {id}");
            }
            println!("revoked {id}; it is refused everywhere after 30 seconds at the latest");
        }
    }
    Ok(())
}

/// Creates a key; its text is returned and nowhere stored.
pub async fn create(
    database: &Database,
    site_id: SiteId,
    kind: ApiKeyKind,
    name: &str,
    scopes: Vec<String>,
) -> anyhow::Result<Redacted<String>> {
    let generated = generate_key(kind);
    let key =
        ApiKey { id: ApiKeyId(Uuid::now_v7()), site_id, kind, name: name.to_owned(), scopes, hint: generated.hint };
    api_keys::insert(database, &key, &generated.hash).await?;
    Ok(generated.text)
}

/// A secret key without scopes opens nothing, one with a misspelt scope less than it seems to, and a publishable key
/// with scopes no more than without.
fn check_scopes(kind: Kind, scopes: &[String]) -> anyhow::Result<()> {
    if matches!(kind, Kind::Publishable) {
        ensure!(scopes.is_empty(), "--scope is for secret keys: a publishable key reads what shoppers see, no more");
        return Ok(());
    }
    ensure!(!scopes.is_empty(), "--scope is missing: a secret key takes at least one of {}", known_scopes());
    let unknown: Vec<&str> = scopes.iter().map(String::as_str).filter(|scope| !is_known_scope(scope)).collect();
    ensure!(unknown.is_empty(), "--scope is not known: {}; known are {}", unknown.join(", "), known_scopes());
    Ok(())
}

fn scope_help() -> String {
    format!("What a secret key may do: {}; repeat for several", known_scopes())
}

fn known_scopes() -> String {
    format!("{}, all of an area as orders:*, or * for everything", KNOWN_SCOPES.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(kind: Kind, scopes: &[&str]) -> Option<String> {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        check_scopes(kind, &scopes).err().map(|error| error.to_string())
    }

    #[test]
    fn secret_keys_take_known_scopes_and_publishable_keys_none() {
        assert_eq!(refusal(Kind::Secret, &["orders:read", "analytics:*"]), None);
        assert_eq!(refusal(Kind::Secret, &["*"]), None);
        assert_eq!(refusal(Kind::Publishable, &[]), None);

        let missing = refusal(Kind::Secret, &[]).expect("a refusal");
        let misspelt = refusal(Kind::Secret, &["orders:read", "orders:reed", "sync:*"]).expect("a refusal");
        assert!(misspelt.contains("not known: orders:reed, sync:*;"), "{misspelt}");
        for scope in KNOWN_SCOPES {
            assert!(missing.contains(scope) && misspelt.contains(scope), "{missing} / {misspelt}");
        }
        let needless = refusal(Kind::Publishable, &["orders:read"]).expect("a refusal");
        assert!(needless.contains("--scope is for secret keys"), "{needless}");
    }
}
