//! `coheron sites list|create`

use coheron_core::ids::SiteId;
use coheron_core::money::Currency;
use coheron_store::Database;
use coheron_store::sites::{self, Site};
use uuid::Uuid;

use super::connect;
use crate::configuration::Configuration;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Every site with its domains.
    List,
    /// Creates a site.
    Create(NewSite),
}

#[derive(clap::Args)]
pub struct NewSite {
    /// Short name for ERP records and the command line: lower-case letters, digits and hyphens.
    #[arg(long)]
    pub code: String,
    #[arg(long)]
    pub name: String,
    /// ISO 4217 code.
    #[arg(long, default_value = "EUR")]
    pub currency: String,
    /// BCP 47 language tag of the shop's texts.
    #[arg(long, default_value = "en")]
    pub locale: String,
    /// Host names under which the site is served, without a port.
    #[arg(long = "domain")]
    pub domains: Vec<String>,
}

pub async fn run(arguments: Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    let database = connect::database(configuration)?;
    match arguments {
        Arguments::List => list(&database).await,
        Arguments::Create(new_site) => {
            let site = create(&database, &new_site).await?;
            println!("created site {} ({})", site.code, site.id);
            Ok(())
        }
    }
}

pub async fn create(database: &Database, new_site: &NewSite) -> anyhow::Result<Site> {
    let site = Site {
        id: SiteId(Uuid::now_v7()),
        code: new_site.code.clone(),
        name: new_site.name.clone(),
        currency: Currency::parse(&new_site.currency)?,
        locale: new_site.locale.clone(),
        settings: serde_json::json!({}),
    };
    sites::insert(database, &site).await?;
    for domain in &new_site.domains {
        sites::assign_domain(database, site.id, domain).await?;
    }
    Ok(site)
}

async fn list(database: &Database) -> anyhow::Result<()> {
    for site in sites::list(database).await? {
        let domains = sites::domains(database, site.id).await?.join(", ");
        println!("{}  {:<16} {:<24} {} {}  {domains}", site.id, site.code, site.name, site.currency, site.locale);
    }
    Ok(())
}
