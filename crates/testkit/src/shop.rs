//! A shop of its own for a test: database, topics, index, keys and running roles.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use coheron_core::ids::{ApiKeyId, SiteId};
use coheron_core::money::Currency;
use coheron_core::topics;
use coheron_infrastructure::reserve_port;
use coheron_platform::auth::generate_key;
use coheron_store::api_keys::{self, ApiKey, ApiKeyKind};
use coheron_store::sites::{self, Site};
use coheron_store::{Database, DatabaseSettings};
use coheron_stream::{KafkaSettings, ensure_topics};
use serde_json::Value;
use uuid::Uuid;

use crate::erp::TestErp;
use crate::eventually::eventually;
use crate::processes::{Processes, Role};
use crate::servers::{TestServers, servers};

/// Everything of one shop. Roles end when it is dropped.
pub struct TestShop {
    pub database: Database,
    pub database_url: String,
    pub kafka: KafkaSettings,
    pub site: Site,
    pub publishable_key: String,
    pub secret_key: String,
    pub base_url: String,
    pub schema_registry_url: String,
    pub erp: TestErp,
    pub client: reqwest::Client,
    // Dropped before their data, among it the logs that they show when a test fails.
    processes: Mutex<Processes>,
    pub data: tempfile::TempDir,
}

const PATIENCE: Duration = Duration::from_secs(30);

impl TestShop {
    /// A shop with every role in one process.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&[Role::All]).await
    }

    /// A shop with these processes.
    pub async fn start_with(roles: &[Role]) -> anyhow::Result<Self> {
        let shop = Self::without_processes().await?;
        for role in roles {
            shop.start_role(*role)?;
        }
        if roles.iter().any(|role| matches!(role, Role::All | Role::Web)) {
            shop.wait_until_ready().await;
        }
        Ok(shop)
    }

    /// Stores and topics only.
    pub async fn without_processes() -> anyhow::Result<Self> {
        Self::on(servers().await).await
    }

    /// Stores and topics only, on these servers.
    pub async fn on(servers: &TestServers) -> anyhow::Result<Self> {
        let database_url = servers.create_database().await?;
        let kafka = KafkaSettings {
            topic_prefix: format!("{}.", Uuid::now_v7().simple()),
            ..KafkaSettings::for_brokers(&servers.infrastructure.kafka_brokers)
        };
        ensure_topics(&kafka, topics::ALL).await?;
        let settings = DatabaseSettings { site_connections: 2, pipeline_connections: 2, ..Default::default() };
        let database = Database::connect(&database_url, &settings)?;
        let site = create_site(&database, "shop", &["127.0.0.1"]).await?;
        let publishable_key = create_key(&database, site.id, ApiKeyKind::Publishable).await?;
        let secret_key = create_key(&database, site.id, ApiKeyKind::Secret).await?;
        let (http, registry) = (own_address()?, own_address()?);
        let data = tempfile::tempdir()?;
        let environment = BTreeMap::from([
            ("COHERON__DATABASE__URL".to_owned(), database_url.clone()),
            ("COHERON__DATABASE__POOL__SITE_CONNECTIONS".to_owned(), "4".to_owned()),
            ("COHERON__DATABASE__POOL__PIPELINE_CONNECTIONS".to_owned(), "6".to_owned()),
            ("COHERON__KAFKA__BROKERS".to_owned(), kafka.brokers.clone()),
            ("COHERON__KAFKA__TOPIC_PREFIX".to_owned(), kafka.topic_prefix.clone()),
            ("COHERON__HTTP__LISTEN".to_owned(), http.clone()),
            ("COHERON__RATE_LIMIT__PER_IP_PER_SECOND".to_owned(), "0".to_owned()),
            ("COHERON__SCHEMA_REGISTRY__LISTEN".to_owned(), registry.clone()),
            ("COHERON__INDEX__DIR".to_owned(), data.path().join("index").display().to_string()),
            ("COHERON__INDEX__HOLD_BACK_MS".to_owned(), "300".to_owned()),
            ("COHERON__ANALYTICS__FOLDER".to_owned(), data.path().join("events").display().to_string()),
            ("COHERON__WEBSITE__DEMO_PICTURES".to_owned(), "true".to_owned()),
            ("COHERON__WEBSITE__PUBLIC_URL".to_owned(), format!("http://{http}")),
            ("COHERON__PAYMENT__TEST_GATEWAY_DIR".to_owned(), data.path().join("payments").display().to_string()),
            ("COHERON__MAIL__FOLDER".to_owned(), data.path().join("mail").display().to_string()),
            ("COHERON__LOG__FORMAT".to_owned(), "text".to_owned()),
        ]);
        Ok(Self {
            erp: TestErp::new(&kafka, &site.code)?,
            database,
            database_url,
            kafka,
            site,
            publishable_key,
            secret_key,
            base_url: format!("http://{http}"),
            schema_registry_url: format!("http://{registry}"),
            client: reqwest::Client::new(),
            processes: Mutex::new(Processes::new(environment, data.path().to_owned())),
            data,
        })
    }

    pub fn start_role(&self, role: Role) -> anyhow::Result<()> {
        self.processes().start(role)
    }

    /// Starts an ERP that answers orders at once and changes nothing else, with further options. It ends by
    /// `kill_role(Role::ErpSimulator)`.
    pub fn start_erp_simulator(&self, options: &[&str]) -> anyhow::Result<()> {
        let site = self.site.code.as_str();
        let arguments = [&["erp-sim", "run", "--site", site, "--no-export", "--rate", "0"], options].concat();
        self.processes().start_command(Role::ErpSimulator, &arguments)
    }

    /// Waits until the process of a role has logged this text.
    pub async fn log_when(&self, role: Role, text: &str) {
        let log = self.processes().log_of(role);
        eventually(&format!("`{text}` in the log of {role:?}"), PATIENCE, async || {
            std::fs::read_to_string(&log).ok()?.contains(text).then_some(())
        })
        .await;
    }

    /// Ends the process of a role by force.
    pub fn kill_role(&self, role: Role) -> anyhow::Result<()> {
        self.processes().kill(role)
    }

    /// Runs a command of the binary against this shop and gives what it printed.
    pub fn coheron(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.processes().run(arguments)
    }

    pub async fn wait_until_ready(&self) {
        eventually("the shop answers", PATIENCE, async || {
            let answer = self.client.get(format!("{}/health/ready", self.base_url)).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// GET of a path below `/api/v1` with the publishable key.
    pub async fn get(&self, path: &str) -> anyhow::Result<reqwest::Response> {
        let request = self.client.get(format!("{}/api/v1{path}", self.base_url));
        Ok(request.header("X-Coheron-Key", &self.publishable_key).send().await?)
    }

    /// The JSON of a successful GET; none where the answer is an error.
    pub async fn get_json(&self, path: &str) -> Option<Value> {
        let answer = self.get(path).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        answer.json().await.ok()
    }

    /// A page of the website, whatever its status.
    pub async fn page(&self, path: &str) -> anyhow::Result<(u16, String)> {
        let answer = self.client.get(format!("{}{path}", self.base_url)).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Waits until the API's product satisfies the condition.
    pub async fn product_when(&self, sku: &str, condition: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the product {sku} as expected"), PATIENCE, async || {
            self.get_json(&format!("/products/{sku}")).await.filter(&condition)
        })
        .await
    }

    /// Waits until a search satisfies the condition.
    pub async fn search_when(&self, parameters: &str, condition: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("a search for {parameters} as expected"), PATIENCE, async || {
            self.get_json(&format!("/search?{parameters}")).await.filter(&condition)
        })
        .await
    }

    fn processes(&self) -> std::sync::MutexGuard<'_, Processes> {
        self.processes.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Another site in the same database.
pub async fn create_site(database: &Database, code: &str, domains: &[&str]) -> anyhow::Result<Site> {
    let site = Site {
        id: SiteId(Uuid::now_v7()),
        code: code.to_owned(),
        name: format!("The {code}"),
        currency: Currency::parse("EUR")?,
        locale: "en".to_owned(),
        settings: serde_json::json!({}),
    };
    sites::insert(database, &site).await?;
    for domain in domains {
        sites::assign_domain(database, site.id, domain).await?;
    }
    Ok(site)
}

/// A key with every scope. Gives its text.
pub async fn create_key(database: &Database, site_id: SiteId, kind: ApiKeyKind) -> anyhow::Result<String> {
    let generated = generate_key(kind);
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        site_id,
        kind,
        name: "test".to_owned(),
        scopes: vec!["*".to_owned()],
        hint: generated.hint,
    };
    api_keys::insert(database, &key, &generated.hash).await?;
    Ok(generated.text.expose().clone())
}

/// Nobody else's for as long as the tests run: a role that was killed listens there again.
fn own_address() -> anyhow::Result<String> {
    Ok(format!("127.0.0.1:{}", reserve_port("a test shop")?))
}
