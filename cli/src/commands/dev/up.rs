//! `coheron dev up`

use std::collections::BTreeSet;
use std::fs;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use coheron_infrastructure::{Infrastructure, ProviderChoice, remove_data};
use coheron_platform::config::{Redacted, RedactedUrl};
use coheron_platform::shutdown;
use coheron_platform::telemetry::{self, MetricsHandle};
use coheron_store::Database;
use coheron_store::api_keys::ApiKeyKind;
use coheron_store::sites::{self, Site};
use coheron_stream::{KafkaSettings, ensure_topics};
use tokio_util::sync::CancellationToken;

use super::addresses::{choose_http_address, choose_registry_address, local_url};
use super::demo_file::DemoFile;
use super::figures::{Figures, RecentFreshness};
use super::pid_file::PidFile;
use super::{Location, infrastructure_request, seed};
use crate::commands::keys;
use crate::commands::sites::{NewSite, create};
use crate::configuration::Configuration;
use crate::roles::{self, Role, Surroundings};

/// The books of the test gateway.
const PAYMENTS_FOLDER: &str = "payments";
const MAIL_FOLDER: &str = "mail";
const DEMO_RETURN_DAYS: u16 = 30;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// Throws away all data of earlier runs first.
    #[arg(long)]
    fresh: bool,
    /// The port of website and API; that of `http.listen` by default, or a free one where the usual 8080 is taken.
    #[arg(long)]
    port: Option<u16>,
    /// Price and stock changes per second that the demo ERP makes; 0 for none.
    #[arg(long, default_value_t = 2.0)]
    rate: f64,
}

pub async fn run(arguments: Arguments, mut configuration: Configuration) -> anyhow::Result<()> {
    let started = Instant::now();
    let location = &arguments.location;
    let request = infrastructure_request(location, &configuration)?;
    fs::create_dir_all(&location.data_dir).with_context(|| format!("cannot create {}", location.data_dir.display()))?;
    // Before the servers start, so that `dev down` can stop the start too.
    let _pid_file = PidFile::take(&location.pid_file())?;
    if arguments.fresh {
        remove_earlier_data(location, &request.provider).await?;
    }
    fs::create_dir_all(location.data_dir.join("logs"))?;
    choose_http_address(&mut configuration, arguments.port)?;
    telemetry::init_logs_to_file(&configuration.log, &location.log_file())?;
    let metrics = MetricsHandle::install()?;
    let cancel = shutdown::on_signal()?;

    let starting = Infrastructure::start(request, &|line| step(line));
    let infrastructure = tokio::select! {
        infrastructure = starting => infrastructure?,
        () = cancel.cancelled() => return Ok(()),
    };
    let ran = run_on(&arguments, configuration, &infrastructure, metrics, &cancel, started).await;
    println!();
    step("stopping");
    let stopped = infrastructure.stop().await;
    ran?;
    Ok(stopped?)
}

async fn run_on(
    arguments: &Arguments,
    mut configuration: Configuration,
    infrastructure: &Infrastructure,
    metrics: MetricsHandle,
    cancel: &CancellationToken,
    started: Instant,
) -> anyhow::Result<()> {
    let location = &arguments.location;
    configure_stores(&mut configuration, infrastructure, location)?;
    configure_adapters(&mut configuration, location);
    step("bringing the database schema up to date");
    Database::migrate(&infrastructure.database_url).await?;
    step("creating topics");
    ensure_topics(configuration.kafka()?, coheron_core::topics::ALL).await?;
    let surroundings = Surroundings {
        database: Database::connect(&infrastructure.database_url, &configuration.database.pool)?,
        metrics: metrics.clone(),
        cancel: cancel.child_token(),
        configuration,
    };
    let site = demo_site(&surroundings.database).await?;
    let demo = demo_file(location, &surroundings, infrastructure, &site).await?;
    step("starting all roles");
    let roles: BTreeSet<Role> = Role::value_variants().iter().copied().collect();
    let running = tokio::spawn(roles::start(&roles, &surroundings).await?.wait());

    let shown = tokio::select! {
        seeded = seed::load_demo_shop(location, &surroundings, &site) => match seeded {
            Ok(()) => {
                print_addresses(&demo, location, infrastructure, started);
                tokio::select! {
                    outcome = seed::run_erp(&surroundings, &site, arguments.rate) => outcome,
                    () = show_status(&metrics, &surroundings.cancel) => Ok(()),
                }
            }
            Err(error) => Err(error),
        },
        () = surroundings.cancel.cancelled() => Ok(()),
    };
    surroundings.cancel.cancel();
    let ended = running.await.context("the roles panicked")?;
    surroundings.database.close().await;
    shown.and(ended)
}

async fn remove_earlier_data(location: &Location, provider: &ProviderChoice) -> anyhow::Result<()> {
    if matches!(provider, ProviderChoice::External { .. }) {
        bail!(
            "--fresh does not empty servers of your own: replace the database by an empty one, delete the topics and \
             the folder {}; or name another, empty database (DATABASE_URL), another topic prefix \
             (COHERON__KAFKA__TOPIC_PREFIX) and another folder (--data-dir)",
            location.data_dir.display()
        );
    }
    step("removing the data of earlier runs");
    remove_data(&location.data_dir).await?;
    for folder in ["index", "events", "logs", PAYMENTS_FOLDER, MAIL_FOLDER] {
        let path = location.data_dir.join(folder);
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for file in [location.demo_file(), seed::loaded_marker(location)] {
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn configure_stores(
    configuration: &mut Configuration,
    infrastructure: &Infrastructure,
    location: &Location,
) -> anyhow::Result<()> {
    configuration.database.url = Some(Redacted::new(infrastructure.database_url.clone()));
    match &mut configuration.kafka {
        Some(kafka) => kafka.brokers.clone_from(&infrastructure.kafka_brokers),
        None => configuration.kafka = Some(KafkaSettings::for_brokers(&infrastructure.kafka_brokers)),
    }
    if configuration.schema_registry.url.is_none() {
        configuration.schema_registry.url = infrastructure.schema_registry_url.clone().map(RedactedUrl::new);
    }
    if configuration.schema_registry.url.is_none() {
        choose_registry_address(configuration)?;
    }
    configuration.index.dir = location.data_dir.join("index");
    configuration.analytics.folder = location.data_dir.join("events");
    configuration.website.demo_pictures = true;
    Ok(())
}

/// Payments that move no money and mails that leave nobody's machine, unless real ones are configured.
fn configure_adapters(configuration: &mut Configuration, location: &Location) {
    let payments = &mut configuration.payment.test_gateway_dir;
    payments.get_or_insert_with(|| location.data_dir.join(PAYMENTS_FOLDER));
    if configuration.mail.smtp.is_none() {
        configuration.mail.folder.get_or_insert_with(|| location.data_dir.join(MAIL_FOLDER));
    }
    configuration.website.public_url.get_or_insert(local_url(configuration.http.listen));
}

async fn demo_site(database: &Database) -> anyhow::Result<Site> {
    if let Some(site) = sites::find_by_code(database, seed::SITE_CODE).await? {
        return Ok(site);
    }
    let new_site = NewSite {
        code: seed::SITE_CODE.to_owned(),
        name: "linden & loft".to_owned(),
        currency: "EUR".to_owned(),
        locale: "en".to_owned(),
        domains: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
    };
    let site = create(database, &new_site).await?;
    let with_returns = sites::set_return_days(database, &site.code, DEMO_RETURN_DAYS).await?;
    Ok(with_returns.unwrap_or(site))
}

/// Keys cannot be read back, so those of the last run are kept in the file, and new ones made where it is gone.
async fn demo_file(
    location: &Location,
    surroundings: &Surroundings,
    infrastructure: &Infrastructure,
    site: &Site,
) -> anyhow::Result<DemoFile> {
    let path = location.demo_file();
    let earlier = DemoFile::read(&path).filter(|demo| demo.site_id == site.id.to_string());
    let (publishable_key, secret_key) = match earlier {
        Some(demo) => (demo.publishable_key, demo.secret_key),
        None => {
            let database = &surroundings.database;
            let publishable = keys::create(database, site.id, ApiKeyKind::Publishable, "demo", vec![]).await?;
            let secret = keys::create(database, site.id, ApiKeyKind::Secret, "demo", vec!["*".to_owned()]).await?;
            (publishable.expose().clone(), secret.expose().clone())
        }
    };
    let demo = DemoFile {
        base_url: local_url(surroundings.configuration.http.listen),
        site_id: site.id.to_string(),
        publishable_key,
        secret_key,
        database_url: infrastructure.database_url.clone(),
        kafka_brokers: infrastructure.kafka_brokers.clone(),
        schema_registry_url: surroundings.configuration.schema_registry_url(),
    };
    demo.write(&path)?;
    Ok(demo)
}

fn print_addresses(demo: &DemoFile, location: &Location, infrastructure: &Infrastructure, started: Instant) {
    println!();
    println!("  ready after {:.1} s, on {} servers", started.elapsed().as_secs_f64(), infrastructure.provider);
    println!();
    println!("  shop             {}/", demo.base_url);
    println!("  API              {}/api/v1/products", demo.base_url);
    println!("  API reference    {}/docs", demo.base_url);
    println!("  mail             {}/dev/mail", demo.base_url);
    println!("  metrics          {}/metrics", demo.base_url);
    println!("  Kafka            {}", demo.kafka_brokers);
    println!("  schema registry  {}", RedactedUrl::new(demo.schema_registry_url.clone()));
    println!("  keys, database   {}", location.demo_file().display());
    println!();
    println!("  Ctrl-C stops everything; the data stays.");
    println!();
}

/// One line that is renewed every second on a terminal, and every ten seconds elsewhere.
async fn show_status(metrics: &MetricsHandle, cancel: &CancellationToken) {
    let on_terminal = std::io::stdout().is_terminal();
    let mut recent = RecentFreshness::default();
    let mut ticks = tokio::time::interval(Duration::from_secs(if on_terminal { 1 } else { 10 }));
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let text = metrics.render();
        let freshness = match recent.p99(&text) {
            Some(seconds) => format!("{:.0} ms", seconds * 1_000.0),
            None => "-".to_owned(),
        };
        let line = format!("  {}   freshness p99 {freshness}", Figures::read(&text));
        if on_terminal {
            print!("\r\x1b[2K{line}");
            std::io::stdout().flush().ok();
        } else {
            println!("{line}");
        }
    }
}

fn step(line: &str) {
    println!("==> {line}");
}
