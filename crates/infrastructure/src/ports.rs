//! Loopback ports: free ones are found, kept for the next run, and given back when they are still free.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::error::InfrastructureError;

/// Below the range from which systems give ports to outgoing connections: nobody grabs the port of a broker that is
/// being restarted.
const FIRST_PORT: u16 = 16_000;
const PORT_COUNT: u16 = 12_000;

/// What this process has reserved.
static RESERVED: Mutex<Vec<u16>> = Mutex::new(Vec::new());

/// The ports of a local set of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    pub postgres: u16,
    pub kafka: u16,
    /// Kafka's controller listener and, with Docker, the schema registry: nothing a user names.
    pub auxiliary: u16,
}

/// Chooses ports and remembers them in `file`.
pub fn choose_ports(
    file: &Path,
    asked_postgres: Option<u16>,
    asked_kafka: Option<u16>,
) -> Result<Ports, InfrastructureError> {
    let remembered = read_ports(file);
    let mut chooser = Chooser { next: first_candidate(file.as_os_str().as_encoded_bytes()), taken: reserved_ports() };
    let postgres = chooser.choose("Postgres", asked_postgres, remembered.map(|ports| ports.postgres))?;
    let kafka = chooser.choose("Kafka", asked_kafka, remembered.map(|ports| ports.kafka))?;
    let auxiliary = chooser.choose("Kafka's controller", None, remembered.map(|ports| ports.auxiliary))?;
    let ports = Ports { postgres, kafka, auxiliary };
    let text = serde_json::json!(ports).to_string();
    fs::write(file, text).map_err(InfrastructureError::files("write", file))?;
    Ok(ports)
}

/// A free port for a service that this process ends and starts again: nobody else in this process gets it, and no
/// outgoing connection takes it meanwhile.
pub fn reserve_port(service: &'static str) -> Result<u16, InfrastructureError> {
    // Held during the search, so that two callers do not find the same port.
    let mut reserved = RESERVED.lock().unwrap_or_else(PoisonError::into_inner);
    let next = match reserved.last() {
        Some(port) => port - FIRST_PORT,
        None => first_candidate(&std::process::id().to_be_bytes()),
    };
    let mut chooser = Chooser { next, taken: reserved.clone() };
    let port = chooser.choose(service, None, None)?;
    reserved.push(port);
    Ok(port)
}

/// The ports of the last run; none when the file is missing or unreadable.
pub fn read_ports(file: &Path) -> Option<Ports> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// A port that can be bound and where nobody answers. The second question matters on systems where a listener on all
/// addresses does not stop another one from binding loopback.
pub fn is_free(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).is_ok() && TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err()
}

struct Chooser {
    next: u16,
    taken: Vec<u16>,
}

impl Chooser {
    fn choose(
        &mut self,
        service: &'static str,
        asked: Option<u16>,
        remembered: Option<u16>,
    ) -> Result<u16, InfrastructureError> {
        if let Some(port) = asked {
            if self.taken.contains(&port) || !is_free(port) {
                return Err(InfrastructureError::PortTaken { service, port });
            }
            self.taken.push(port);
            return Ok(port);
        }
        let port = remembered
            .into_iter()
            .chain((0..PORT_COUNT).map(|step| FIRST_PORT + (self.next + step) % PORT_COUNT))
            .find(|port| !self.taken.contains(port) && is_free(*port))
            .ok_or(InfrastructureError::NoFreePort { service })?;
        self.taken.push(port);
        self.next = port.saturating_sub(FIRST_PORT) % PORT_COUNT;
        Ok(port)
    }
}

fn reserved_ports() -> Vec<u16> {
    RESERVED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Two data folders, and two processes, start their search at different ports, so that they do not meet when they search
/// at the same moment.
fn first_candidate(searcher: &[u8]) -> u16 {
    let hash = crate::local::stable_hash(searcher);
    u16::try_from(hash % u64::from(PORT_COUNT)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_ports_differ_and_are_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ports.json");
        let first = choose_ports(&file, None, None).expect("ports");
        assert!(first.postgres != first.kafka && first.kafka != first.auxiliary && first.postgres != first.auxiliary);
        assert_eq!(choose_ports(&file, None, None).expect("ports"), first);
    }

    #[test]
    fn a_reserved_port_is_given_once_even_while_nobody_listens() {
        let first = reserve_port("a shop").expect("a port");
        let second = reserve_port("a shop").expect("a port");
        assert_ne!(first, second);
        assert!((FIRST_PORT..FIRST_PORT + PORT_COUNT).contains(&first) && is_free(first));
        let folder = tempfile::tempdir().expect("a folder");
        let refused = choose_ports(&folder.path().join("ports.json"), None, Some(first)).expect_err("a reserved port");
        assert!(matches!(refused, InfrastructureError::PortTaken { port, .. } if port == first), "{refused}");
    }

    #[test]
    fn a_taken_port_is_replaced_unless_it_was_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ports.json");
        let first = choose_ports(&file, None, None).expect("ports");
        let _other = TcpListener::bind((Ipv4Addr::LOCALHOST, first.kafka)).expect("a listener");

        let second = choose_ports(&file, None, None).expect("ports");
        assert_eq!(second.postgres, first.postgres);
        assert_ne!(second.kafka, first.kafka);

        let refused = choose_ports(&file, None, Some(first.kafka)).expect_err("a taken port");
        assert!(matches!(refused, InfrastructureError::PortTaken { service: "Kafka", port } if port == first.kafka));
    }
}
