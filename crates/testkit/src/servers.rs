//! Postgres and Kafka for the whole test binary.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use coheron_infrastructure::{
    Infrastructure, InfrastructureRequest, ProviderChoice, default_cache_dir, process_exists,
};
use coheron_store::Database;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

const TEMPLATE: &str = "coheron_template";
/// Before `<pid>_<number>` in the names of test databases.
const DATABASE_PREFIX: &str = "coheron_test_";

/// The running servers. They end with the process.
pub struct TestServers {
    pub infrastructure: Infrastructure,
    databases: AtomicU32,
    _data: tempfile::TempDir,
}

/// Runs a test on the one runtime that all tests share, so that connections may outlive the test that opened them.
pub fn run(test: impl Future<Output = anyhow::Result<()>>) {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"));
    if let Err(error) = runtime.block_on(test) {
        panic!("{error:?}");
    }
}

/// Starts the servers at the first call.
pub async fn servers() -> &'static TestServers {
    static SERVERS: OnceCell<TestServers> = OnceCell::const_new();
    SERVERS.get_or_init(|| async { TestServers::start().await.expect("Postgres and Kafka") }).await
}

impl TestServers {
    /// Servers of a test's own, for tests that kill them. They end when this is dropped.
    pub async fn start_private() -> anyhow::Result<Self> {
        Self::start_with(ProviderChoice::Automatic).await
    }

    async fn start() -> anyhow::Result<Self> {
        let set = |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok());
        let named = |name: &str| set(name).filter(|value| !value.is_empty());
        let provider = ProviderChoice::from_addresses(named("DATABASE_URL"), named("KAFKA_BROKERS"))?;
        Self::start_with(provider).await
    }

    async fn start_with(provider: ProviderChoice) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let cache_dir = default_cache_dir().context("neither XDG_CACHE_HOME nor HOME is set")?;
        let request = InfrastructureRequest::disposable(data.path().to_owned(), cache_dir, provider);
        let infrastructure = Infrastructure::start(request, &|line| eprintln!("==> {line}")).await?;
        let servers = Self { infrastructure, databases: AtomicU32::new(0), _data: data };
        servers.sweep_leftovers().await;
        Database::recreate(&servers.infrastructure.database_url, TEMPLATE, "template0").await?;
        Database::migrate(&servers.database_url(TEMPLATE)).await?;
        Ok(servers)
    }

    /// A migrated database of its own, cloned from the template. Gives its address.
    pub async fn create_database(&self) -> anyhow::Result<String> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("{DATABASE_PREFIX}{}_{number}", std::process::id());
        Database::recreate(&self.infrastructure.database_url, &name, TEMPLATE).await?;
        Ok(self.database_url(&name))
    }

    /// Servers that run on keep the databases of earlier runs. They cost nothing but disk, so a failure is only told.
    async fn sweep_leftovers(&self) {
        match Database::drop_where(&self.infrastructure.database_url, DATABASE_PREFIX, is_leftover).await {
            Ok(0) => {}
            Ok(dropped) => eprintln!("==> dropped {dropped} databases of earlier test runs"),
            Err(error) => eprintln!("==> databases of earlier test runs stay: {:#}", anyhow::Error::from(error)),
        }
    }

    fn database_url(&self, name: &str) -> String {
        let url = &self.infrastructure.database_url;
        match url.rsplit_once('/') {
            Some((server, _)) => format!("{server}/{name}"),
            None => url.clone(),
        }
    }
}

/// Whether a database has the name of one of ours, by a process that has ended.
fn is_leftover(database: &str) -> bool {
    let Some((pid, number)) = database.strip_prefix(DATABASE_PREFIX).and_then(|rest| rest.split_once('_')) else {
        return false;
    };
    number.parse::<u32>().is_ok() && pid.parse::<i32>().is_ok_and(|pid| !process_exists(pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_processes_that_have_ended_are_leftovers() {
        let own_pid = std::process::id();
        assert!(is_leftover(&format!("coheron_test_{}_7", i32::MAX)));
        for kept in [
            format!("coheron_test_{own_pid}_7"),
            format!("coheron_test_{}_seven", i32::MAX),
            format!("coheron_test_{}", i32::MAX),
            format!("coheron_shop_{}_7", i32::MAX),
            "coheron_test_mine_7".to_owned(),
            TEMPLATE.to_owned(),
        ] {
            assert!(!is_leftover(&kept), "{kept}");
        }
    }
}
