//! Says what would be used to run, and what is missing.

use std::{fmt, path::Path};

use nix::sys::statvfs::statvfs;

use crate::{
    infrastructure::decide_provider,
    local::{KAFKA_VERSION, artefacts_folder, artefacts_present, find_binaries, system_user},
    ports::is_free,
    request::{InfrastructureRequest, ProviderChoice, ProviderKind},
    server_status::server_status,
    tools::{ask, docker_engine_version, java_version},
};

/// Both servers with a large demo shop stay below this.
const WANTED_DISK_MEGABYTES: u64 = 4096;

/// All checks, in the order in which they are worth reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorReport {
    pub checks: Vec<Check>,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    pub status: CheckStatus,
    pub detail: String,
    /// What to do about it; empty when all is well.
    pub remedy: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    Good,
    /// Worth knowing, not in the way.
    Note,
    /// The start would fail.
    Bad,
}

impl DoctorReport {
    pub fn is_healthy(&self) -> bool {
        self.checks.iter().all(|check| check.status != CheckStatus::Bad)
    }
}

impl fmt::Display for DoctorReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let mark = match check.status {
                CheckStatus::Good => "ok  ",
                CheckStatus::Note => "note",
                CheckStatus::Bad => "BAD ",
            };
            writeln!(formatter, "{mark}  {:<12} {}", check.name, check.detail)?;
            if !check.remedy.is_empty() {
                writeln!(formatter, "                   -> {}", check.remedy)?;
            }
        }
        Ok(())
    }
}

/// Looks, and changes nothing.
pub async fn doctor(request: &InfrastructureRequest) -> DoctorReport {
    let provider = decide_provider(&request.provider).await;
    let mut checks = vec![provider_check(&request.provider, provider).await];
    match (&request.provider, provider) {
        (ProviderChoice::External { database_url, kafka_brokers }, _) => {
            checks.push(external_check(database_url, kafka_brokers).await);
        }
        (_, ProviderKind::Docker) => checks.push(docker_check().await),
        (_, _) => {
            checks.push(postgres_check().await);
            checks.push(java_check().await);
            checks.push(kafka_check(&request.cache_dir).await);
        }
    }
    if provider != ProviderKind::External {
        checks.extend(running_checks(&request.data_dir).await);
        checks.extend(asked_port_check("Postgres", request.postgres_port));
        checks.extend(asked_port_check("Kafka", request.kafka_port));
        checks.push(disk_check(&request.data_dir));
    }
    DoctorReport { checks }
}

async fn provider_check(choice: &ProviderChoice, provider: ProviderKind) -> Check {
    let why = match (choice, provider) {
        (ProviderChoice::Automatic, ProviderKind::Docker) => "a Docker engine answers",
        (ProviderChoice::Automatic, _) => "no server addresses are configured and no Docker engine answers",
        (ProviderChoice::External { .. }, _) => "server addresses are configured",
        (ProviderChoice::Docker | ProviderChoice::Local, _) => "it is configured",
    };
    good("provider", format!("{provider}: {why}"))
}

async fn external_check(database_url: &str, kafka_brokers: &str) -> Check {
    match crate::external::check(database_url, kafka_brokers).await {
        Ok(()) => good("servers", "Postgres and Kafka answer".to_owned()),
        Err(error) => bad("servers", error.to_string(), "start them, or correct the addresses"),
    }
}

async fn docker_check() -> Check {
    match docker_engine_version().await {
        Some(version) => good("docker", format!("engine {version} with compose")),
        None => bad("docker", "no engine answers".to_owned(), "start Docker, or choose the local provider"),
    }
}

async fn postgres_check() -> Check {
    let user = match system_user() {
        Ok(Some(user)) => format!(", run as the user `{}`", user.name),
        Ok(None) => String::new(),
        Err(error) => return bad("postgres", error.to_string(), "install the distribution's PostgreSQL package"),
    };
    match find_binaries(None).await {
        Ok(found) => good("postgres", format!("{} in {}{user}", found.major_version, found.folder.display())),
        Err(error) => bad("postgres", error.to_string(), "install PostgreSQL 15 or newer"),
    }
}

async fn java_check() -> Check {
    match java_version().await {
        Some(version) if version >= 17 => good("java", format!("version {version}")),
        Some(version) => bad("java", format!("version {version} is too old"), "install Java 17 or newer"),
        None => bad("java", "not found".to_owned(), "install Java 17 or newer"),
    }
}

/// Maven is needed only while Kafka is not in the cache.
async fn kafka_check(cache_dir: &Path) -> Check {
    let folder = artefacts_folder(cache_dir);
    if artefacts_present(cache_dir) {
        return good("kafka", format!("{KAFKA_VERSION} in {}", folder.display()));
    }
    let missing = format!("{KAFKA_VERSION} is not in {} yet", folder.display());
    match ask("mvn", &["-v"]).await {
        Some(_) => note("kafka", missing, "the first start fetches it with Maven (44 MB)"),
        None => bad("kafka", format!("{missing}, and Maven was not found"), "install Maven"),
    }
}

async fn running_checks(data_dir: &Path) -> Vec<Check> {
    let servers = server_status(data_dir).await.unwrap_or_default();
    let running = servers.into_iter().filter_map(|server| Some((server.pid?, server)));
    running
        .map(|(pid, server)| {
            let state = if server.ready { "answers" } else { "does not answer" };
            note("running", format!("{} (pid {pid}) at {} {state}", server.service, server.addresses.join(",")), "")
        })
        .collect()
}

fn asked_port_check(service: &str, port: Option<u16>) -> Option<Check> {
    let port = port?;
    if is_free(port) {
        return Some(good("port", format!("{port}, asked for {service}, is free")));
    }
    Some(bad("port", format!("{port}, asked for {service}, is taken"), "stop its user or ask for another port"))
}

fn disk_check(data_dir: &Path) -> Check {
    let existing = data_dir.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    let Ok(disk) = statvfs(existing) else {
        return note("disk", format!("the free space of {} is unknown", existing.display()), "");
    };
    let free_megabytes = wide(disk.blocks_available()).saturating_mul(wide(disk.fragment_size())) / (1024 * 1024);
    let detail = format!("{free_megabytes} MB free in {}", existing.display());
    if free_megabytes < WANTED_DISK_MEGABYTES {
        return note("disk", detail, "make room: a large shop needs a few gigabytes");
    }
    good("disk", detail)
}

/// The system's number types differ by platform.
fn wide(number: impl Into<u64>) -> u64 {
    number.into()
}

fn good(name: &'static str, detail: String) -> Check {
    Check { name, status: CheckStatus::Good, detail, remedy: String::new() }
}

fn note(name: &'static str, detail: String, remedy: &str) -> Check {
    Check { name, status: CheckStatus::Note, detail, remedy: remedy.to_owned() }
}

fn bad(name: &'static str, detail: String, remedy: &str) -> Check {
    Check { name, status: CheckStatus::Bad, detail, remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn unreachable_servers_and_taken_ports_are_reported_with_a_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
        let servers = ProviderChoice::External {
            database_url: "postgres://me:secret@127.0.0.1:1/shop".to_owned(),
            kafka_brokers: "127.0.0.1:1".to_owned(),
        };
        let (data_dir, cache_dir) = (folder.path().join("data"), folder.path().join("cache"));
        let mut request = InfrastructureRequest::disposable(data_dir, cache_dir, servers);
        request.kafka_port = Some(taken.local_addr().expect("an address").port());
        let report = doctor(&request).await;
        assert!(!report.is_healthy());
        assert!(!report.to_string().contains("secret"), "{report}");

        request.provider = ProviderChoice::Local;
        let report = doctor(&request).await;
        let port = report.checks.iter().find(|check| check.name == "port").expect("the port check");
        assert_eq!(port.status, CheckStatus::Bad);
        assert!(!port.remedy.is_empty());
        assert!(!folder.path().join("data").exists(), "doctor must not change anything");
    }
}
