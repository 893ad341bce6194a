//! `coheron sites list|create|set`

use anyhow::Context;
use coheron_core::ids::SiteId;
use coheron_core::money::Currency;
use coheron_store::Database;
use coheron_store::sites::{self, AnalyticsConsent, Site};
use uuid::Uuid;

use super::connect;
use crate::configuration::Configuration;

#[derive(clap::Subcommand)]
pub enum Arguments {
    /// Every site with its domains, and whether visitors are counted only after they agreed.
    List,
    /// Creates a site.
    Create(NewSite),
    /// Changes settings of a site.
    ///
    /// Running processes follow within 30 seconds. Pages that they keep rendered follow at most `cache.time_to_live_ms`
    /// later.
    Set {
        /// The site's short name.
        code: String,
        /// Which visitors are counted.
        #[arg(long, value_enum, required_unless_present = "return_days")]
        analytics_consent: Option<Consent>,
        /// Days for which goods are taken back, as product pages promise.
        #[arg(long)]
        return_days: Option<u16>,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Consent {
    /// Those who agreed; the website asks.
    Required,
    /// All who did not refuse.
    NotRequired,
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
        Arguments::Set { code, analytics_consent, return_days } => {
            if let Some(consent) = analytics_consent {
                set_analytics_consent(&database, &code, consent).await?;
            }
            if let Some(days) = return_days {
                set_return_days(&database, &code, days).await?;
            }
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
        println!(
            "{}  {:<16} {:<24} {} {}  consent {:<12}  {domains}",
            site.id,
            site.code,
            site.name,
            site.currency,
            site.locale,
            consent_of(&site)
        );
    }
    Ok(())
}

async fn set_analytics_consent(database: &Database, code: &str, consent: Consent) -> anyhow::Result<()> {
    let consent = match consent {
        Consent::Required => AnalyticsConsent::Required,
        Consent::NotRequired => AnalyticsConsent::NotRequired,
    };
    let site = sites::set_analytics_consent(database, code, consent).await?;
    let site = site.with_context(|| connect::no_site(code))?;
    println!("site {}: analytics consent {}", site.code, consent_of(&site));
    Ok(())
}

async fn set_return_days(database: &Database, code: &str, days: u16) -> anyhow::Result<()> {
    let site = sites::set_return_days(database, code, days).await?;
    let site = site.with_context(|| connect::no_site(code))?;
    println!("site {}: {days} days to return", site.code);
    Ok(())
}

fn consent_of(site: &Site) -> &'static str {
    if site.requires_analytics_consent() { "required" } else { "not-required" }
}
