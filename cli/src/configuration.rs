//! The whole configuration: sections owned by the crates that use them, read from a file and the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use coheron_analytics::AnalyticsSettings;
use coheron_indexer::IndexSettings;
use coheron_integrations::flat_rate_shipping::FlatRateSettings;
use coheron_integrations::mail::SmtpEncryption;
use coheron_platform::cache::CacheSettings;
use coheron_platform::config::{self, Redacted, RedactedUrl};
use coheron_platform::http::HttpSettings;
use coheron_platform::http::idempotency::WORK_LIMIT;
use coheron_platform::rate_limit::RateLimitSettings;
use coheron_platform::telemetry::LogSettings;
use coheron_store::DatabaseSettings;
use coheron_storefront_api::{CartSettings, CheckoutSettings};
use coheron_stream::settings::KafkaSettings;
use serde::{Deserialize, Serialize};

/// Every setting, by section. A key that is not here is refused by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    pub database: DatabaseSection,
    pub kafka: Option<KafkaSettings>,
    pub schema_registry: SchemaRegistrySection,
    pub http: HttpSettings,
    pub rate_limit: RateLimitSettings,
    pub cache: CacheSettings,
    pub index: IndexSettings,
    pub analytics: AnalyticsSettings,
    pub website: WebsiteSection,
    pub cart: CartSettings,
    pub checkout: CheckoutSettings,
    pub payment: PaymentSection,
    pub shipping: FlatRateSettings,
    pub mail: MailSection,
    pub operations: OperationsSection,
    pub infrastructure: InfrastructureSection,
    pub log: LogSettings,
}

/// Section `database`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSection {
    /// `postgres://user:password@host:port/database`. Required by everything that stores; also read from `DATABASE_URL`.
    pub url: Option<Redacted<String>>,
    pub pool: DatabaseSettings,
}

/// Section `schema_registry`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SchemaRegistrySection {
    /// A Confluent-compatible registry, with user and password for basic authentication where it takes one. Without
    /// an address the built-in registry is used and served; also read from `SCHEMA_REGISTRY_URL`.
    pub url: Option<RedactedUrl>,
    /// Where the built-in registry listens. Like the broker it belongs on an internal network. Default 127.0.0.1:8081.
    pub listen: SocketAddr,
    /// When set, writing to the built-in registry takes HTTP basic authentication with this password, any user name.
    pub password: Option<Redacted<String>>,
}

/// Section `website`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebsiteSection {
    /// Serves the drawn pictures of the demo shop under `/demo-pictures/`. Default false.
    pub demo_pictures: bool,
    /// Scheme, host and port under which shoppers reach the website, for links in mails, for example
    /// `https://shop.example`. A site with other domains is linked to by the first of those, over https.
    pub public_url: Option<String>,
}

/// Section `payment`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentSection {
    /// When set, the gateway `test` takes payments and keeps its books in this folder, and its page is served under
    /// `/dev/payments/`. For development: anybody can buy without paying. None by default.
    pub test_gateway_dir: Option<PathBuf>,
}

/// Section `mail`: by SMTP, or into a folder; with neither, mails wait in the job queue.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSection {
    /// The sender, `shop@example.com` or `Shop <shop@example.com>`. Required with `mail.smtp`.
    pub from: Option<String>,
    pub smtp: Option<SmtpSection>,
    /// For development: keeps mails in this folder and shows them under `/dev/mail`. None by default.
    pub folder: Option<PathBuf>,
}

/// Section `mail.smtp`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSection {
    pub host: String,
    /// Default 465 with `tls`, 587 with `start_tls`, 25 with `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// User name and password go together; without them the server is not logged in to.
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: Option<Redacted<String>>,
    /// `tls`, `start_tls` or `none`. Default `tls`.
    #[serde(default)]
    pub encryption: SmtpEncryption,
}

/// Section `operations`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperationsSection {
    /// A listener with health and metrics only, for processes without the role `web`. None by default.
    pub listen: Option<SocketAddr>,
}

/// Section `infrastructure`: where Postgres and Kafka come from when they are started for development.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InfrastructureSection {
    /// `automatic`, `external`, `docker` or `local`. Automatic takes servers that are named, else Docker where an engine
    /// answers, else private servers from what is installed.
    pub provider: Provider,
    /// The port of a private Postgres; a free one by default.
    pub postgres_port: Option<u16>,
    /// The port of a private broker; a free one by default.
    pub kafka_port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    #[default]
    Automatic,
    External,
    Docker,
    Local,
}

impl Default for SchemaRegistrySection {
    fn default() -> Self {
        Self { url: None, listen: SocketAddr::from(([127, 0, 0, 1], 8081)), password: None }
    }
}

/// Names that other tools use for the same settings; ours win where both are set.
const COMMON_NAMES: [(&str, &str); 3] = [
    ("DATABASE_URL", "COHERON__DATABASE__URL"),
    ("KAFKA_BROKERS", "COHERON__KAFKA__BROKERS"),
    ("SCHEMA_REGISTRY_URL", "COHERON__SCHEMA_REGISTRY__URL"),
];

impl Configuration {
    /// Reads the given file, or `coheron.toml` in the working directory where it exists, and the environment over it.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let default_file = PathBuf::from("coheron.toml");
        let file = file.map(Path::to_owned).or_else(|| default_file.is_file().then_some(default_file));
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::read(file.as_deref(), variables)
    }

    /// As `load`, with file and variables given.
    fn read(file: Option<&Path>, mut variables: Vec<(String, String)>) -> anyhow::Result<Self> {
        for (common, own) in COMMON_NAMES {
            if variables.iter().any(|(name, _)| name == own) {
                continue;
            }
            if let Some((_, value)) = variables.iter().find(|(name, value)| name == common && !value.is_empty()) {
                variables.push((own.to_owned(), value.clone()));
            }
        }
        let configuration: Self = config::load_from(file, variables)?;
        configuration.check_together()?;
        Ok(configuration)
    }

    /// Refuses settings that contradict each other, by the names of both.
    fn check_together(&self) -> anyhow::Result<()> {
        let request_timeout_ms = self.http.request_timeout_ms;
        ensure!(
            self.analytics.deadline_ms < request_timeout_ms,
            "analytics.deadline_ms ({}) must be below http.request_timeout_ms ({request_timeout_ms}): else a statement \
             that takes too long is not told so",
            self.analytics.deadline_ms,
        );
        // Settling a checkout that still runs could give a payment back that is just being made.
        let settle_after = Duration::from_secs(self.checkout.settle_after_seconds.into());
        ensure!(
            settle_after > WORK_LIMIT,
            "checkout.settle_after_seconds ({}) must be more than the {} that a checkout may take",
            self.checkout.settle_after_seconds,
            WORK_LIMIT.as_secs(),
        );
        Ok(())
    }

    pub fn database_url(&self) -> anyhow::Result<&str> {
        let url =
            self.database.url.as_ref().context(
                "no database is configured: set DATABASE_URL (or database.url), or let `./dev up` start one",
            )?;
        Ok(url.expose())
    }

    pub fn kafka(&self) -> anyhow::Result<&KafkaSettings> {
        match &self.kafka {
            Some(settings) if !settings.brokers.is_empty() => Ok(settings),
            _ => bail!("no broker is configured: set KAFKA_BROKERS (or kafka.brokers), or let `./dev up` start one"),
        }
    }

    /// The address of the registry in use, for clients: with the login that it may hold.
    pub fn schema_registry_url(&self) -> String {
        match &self.schema_registry.url {
            Some(url) => url.expose().to_owned(),
            None => format!("http://{}", self.schema_registry.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Configuration, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Configuration::read(None, variables).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused_by_their_names() {
        const SETTLE_AFTER: &str = "COHERON__CHECKOUT__SETTLE_AFTER_SECONDS";
        const REQUEST_TIMEOUT: &str = "COHERON__HTTP__REQUEST_TIMEOUT_MS";
        const DEADLINE: &str = "COHERON__ANALYTICS__DEADLINE_MS";
        let fitting: [&[(&str, &str)]; 4] = [
            &[],
            &[(SETTLE_AFTER, "21")],
            &[(REQUEST_TIMEOUT, "9001")],
            &[(REQUEST_TIMEOUT, "60000"), (DEADLINE, "59999"), (SETTLE_AFTER, "61")],
        ];
        for variables in fitting {
            assert!(read(variables).is_ok(), "{variables:?}");
        }
        for (name, value, parts) in [
            (SETTLE_AFTER, "20", ["checkout.settle_after_seconds (20)", "the 20 that a checkout may take"]),
            (DEADLINE, "10000", ["analytics.deadline_ms (10000)", "http.request_timeout_ms (10000)"]),
            (REQUEST_TIMEOUT, "5000", ["analytics.deadline_ms (9000)", "http.request_timeout_ms (5000)"]),
        ] {
            let error = read(&[(name, value)]).expect_err("a refusal");
            assert!(parts.iter().all(|part| error.contains(part)), "{name}={value}: {error}");
        }
    }

    #[test]
    fn names_of_other_tools_are_taken_where_ours_are_not_set() {
        const COMMON: (&str, &str) = ("SCHEMA_REGISTRY_URL", "http://common.example");
        let address = |variables: &[(&str, &str)]| read(variables).expect("a configuration").schema_registry_url();
        assert_eq!(address(&[COMMON]), "http://common.example");
        assert_eq!(address(&[COMMON, ("COHERON__SCHEMA_REGISTRY__URL", "http://own.example")]), "http://own.example");
        assert_eq!(address(&[("SCHEMA_REGISTRY_URL", "")]), "http://127.0.0.1:8081");
    }
}
