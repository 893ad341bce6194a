//! `coheron dev up`

use std::collections::BTreeSet;
use std::fs;
use std::io::{IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use coheron_infrastructure::{Infrastructure, remove_data};
use coheron_platform::config::Redacted;
use coheron_platform::shutdown;
use coheron_platform::telemetry::{self, MetricsHandle};
use coheron_store::Database;
use coheron_store::api_keys::ApiKeyKind;
use coheron_store::sites::{self, Site};
use coheron_stream::{KafkaSettings, ensure_topics};
use tokio_util::sync::CancellationToken;

use super::demo_file::DemoFile;
use super::figures::{Figures, RecentFreshness};
use super::{Location, infrastructure_request, running_process, seed};
use crate::commands::keys;
use crate::commands::sites::{NewSite, create};
use crate::configuration::Configuration;
use crate::roles::{self, Role, Surroundings};

/// Where website and API answer unless `--port` says otherwise.
const USUAL_HTTP_PORT: u16 = 8080;
/// Where the built-in schema registry answers unless the port is taken.
const USUAL_REGISTRY_PORT: u16 = 8081;
/// The books of the test gateway.
const PAYMENTS_FOLDER: &str = "payments";
const MAIL_FOLDER: &str = "mail";

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    location: Location,
    /// Throws away all data of earlier runs first.
    #[arg(long)]
    fresh: bool,
    /// The port of website and API; 8080, or a free one where that is taken.
    #[arg(long)]
    port: Option<u16>,
    /// Price and stock changes per second that the demo ERP makes; 0 for none.
    #[arg(long, default_value_t = 2.0)]
    rate: f64,
}

pub async fn run(arguments: Arguments, mut configuration: Configuration) -> anyhow::Result<()> {
    let started = Instant::now();
    let location = &arguments.location;
    if let Some(pid) = running_process(&location.pid_file()) {
        bail!("it is running already, as process {pid}; `./dev down` stops it");
    }
    if arguments.fresh {
        step("removing the data of earlier runs");
        remove_earlier_data(location).await?;
    }
    fs::create_dir_all(location.data_dir.join("logs"))?;
    configure_http(&mut configuration, arguments.port)?;
    telemetry::init_logs_to_file(&configuration.log, &location.log_file())?;
    let metrics = MetricsHandle::install()?;
    let cancel = shutdown::on_signal()?;

    let request = infrastructure_request(location, &configuration)?;
    let starting = Infrastructure::start(request, &|line| step(line));
    let infrastructure = tokio::select! {
        infrastructure = starting => infrastructure?,
        () = cancel.cancelled() => return Ok(()),
    };
    fs::write(location.pid_file(), std::process::id().to_string())?;
    let ran = run_on(&arguments, configuration, &infrastructure, metrics, &cancel, started).await;
    println!();
    step("stopping");
    let stopped = infrastructure.stop().await;
    fs::remove_file(location.pid_file()).ok();
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
    configure_stores(&mut configuration, infrastructure, location);
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
                print_addresses(&demo, infrastructure, started);
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

async fn remove_earlier_data(location: &Location) -> anyhow::Result<()> {
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

/// A port that was asked for must be free; the usual one gives way.
fn configure_http(configuration: &mut Configuration, asked_for: Option<u16>) -> anyhow::Result<()> {
    let port = match asked_for {
        Some(port) if !is_free(port) => bail!("port {port} is taken; choose another with --port or stop what uses it"),
        Some(port) => port,
        None => free_port_near(USUAL_HTTP_PORT)?,
    };
    configuration.http.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Ok(())
}

fn configure_stores(configuration: &mut Configuration, infrastructure: &Infrastructure, location: &Location) {
    configuration.database.url = Some(Redacted::new(infrastructure.database_url.clone()));
    match &mut configuration.kafka {
        Some(kafka) => kafka.brokers.clone_from(&infrastructure.kafka_brokers),
        None => configuration.kafka = Some(KafkaSettings::for_brokers(&infrastructure.kafka_brokers)),
    }
    if configuration.schema_registry.url.is_none() {
        configuration.schema_registry.url.clone_from(&infrastructure.schema_registry_url);
    }
    let registry_port = free_port_near(USUAL_REGISTRY_PORT).unwrap_or(USUAL_REGISTRY_PORT);
    configuration.schema_registry.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, registry_port));
    configuration.index.dir = location.data_dir.join("index");
    configuration.analytics.folder = location.data_dir.join("events");
    configuration.website.demo_pictures = true;
}

/// Payments that move no money and mails that leave nobody's machine, unless real ones are configured.
fn configure_adapters(configuration: &mut Configuration, location: &Location) {
    let payments = &mut configuration.payment.test_gateway_dir;
    payments.get_or_insert_with(|| location.data_dir.join(PAYMENTS_FOLDER));
    if configuration.mail.smtp.is_none() {
        configuration.mail.folder.get_or_insert_with(|| location.data_dir.join(MAIL_FOLDER));
    }
    let address = format!("http://{}", configuration.http.listen);
    configuration.website.public_url.get_or_insert(address);
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn free_port_near(usual: u16) -> anyhow::Result<u16> {
    (usual..usual.saturating_add(100))
        .find(|port| is_free(*port))
        .with_context(|| format!("no port from {usual} on is free"))
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
    create(database, &new_site).await
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
        base_url: format!("http://{}", surroundings.configuration.http.listen),
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

fn print_addresses(demo: &DemoFile, infrastructure: &Infrastructure, started: Instant) {
    println!();
    println!("  ready after {:.1} s, on {} servers", started.elapsed().as_secs_f64(), infrastructure.provider);
    println!();
    println!("  shop             {}/", demo.base_url);
    println!("  API              {}/api/v1/products", demo.base_url);
    println!("  API reference    {}/docs", demo.base_url);
    println!("  mail             {}/dev/mail", demo.base_url);
    println!("  metrics          {}/metrics", demo.base_url);
    println!("  Kafka            {}", demo.kafka_brokers);
    println!("  schema registry  {}", demo.schema_registry_url);
    println!("  keys, database   .coheron/demo.json");
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
