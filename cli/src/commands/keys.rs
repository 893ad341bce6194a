//! `coheron keys list|create|revoke`

use anyhow::bail;
use coheron_core::ids::ApiKeyId;
use coheron_core::ids::SiteId;
use coheron_platform::auth::generate_key;
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
        /// What a secret key may do, for example `sync:write`; repeat for several.
        #[arg(long = "scope")]
        scopes: Vec<String>,
    },
    /// Makes a key worthless at once.
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
            println!("revoked {id}");
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
