//! Servers that somebody else runs: they are asked for an answer, nothing more.

use crate::{error::InfrastructureError, probe::Probe};

/// Both must answer; of several brokers or hosts one is enough.
pub async fn check(database_url: &str, kafka_brokers: &str) -> Result<(), InfrastructureError> {
    check_any("Postgres", "DATABASE_URL", &addresses_of_database(database_url), Probe::Postgres).await?;
    check_any("Kafka", "KAFKA_BROKERS", &addresses_of_brokers(kafka_brokers), Probe::Kafka).await
}

async fn check_any(
    service: &'static str,
    setting: &'static str,
    addresses: &[String],
    probe: fn(String) -> Probe,
) -> Result<(), InfrastructureError> {
    let mut reason = "no address is given".to_owned();
    for address in addresses {
        match probe(address.clone()).ask().await {
            Ok(()) => return Ok(()),
            Err(why) => reason = why,
        }
    }
    Err(InfrastructureError::ExternalUnreachable { service, address: addresses.join(","), reason, setting })
}

/// `host:port` of `postgres://user:password@host:port/database?options`. Never the password: addresses go into errors.
pub fn addresses_of_database(url: &str) -> Vec<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    with_ports(hosts, 5432)
}

pub fn addresses_of_brokers(brokers: &str) -> Vec<String> {
    with_ports(brokers, 9092)
}

fn with_ports(hosts: &str, default_port: u16) -> Vec<String> {
    let has_port = |host: &str| host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    hosts
        .split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty())
        .map(|host| if has_port(host) { host.to_owned() } else { format!("{host}:{default_port}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_without_the_password() {
        assert_eq!(addresses_of_database("postgres://me:p@ss:1@db.example:6543/shop?x=1"), ["db.example:6543"]);
        assert_eq!(addresses_of_database("postgres://me@localhost/shop"), ["localhost:5432"]);
        assert_eq!(addresses_of_brokers("one:9092, two"), ["one:9092", "two:9092"]);
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_named_with_its_setting() {
        let unused = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let error = check(&format!("postgres://me:secret@{unused}/shop"), "127.0.0.1:1").await.expect_err("no server");
        let text = error.to_string();
        assert!(text.contains(&unused.to_string()) && text.contains("DATABASE_URL"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
