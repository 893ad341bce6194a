//! Where `dev up` listens. An address that somebody asked for is used or is an error; the usual ones give way to
//! programs that have them already, and to each other.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Context;

use crate::configuration::Configuration;

/// How far from the usual port a free one is looked for.
const PORTS_TRIED: u16 = 100;

/// Decides about website and API. A port on the command line wins over the configured one.
pub fn choose_http_address(configuration: &mut Configuration, port: Option<u16>) -> anyhow::Result<()> {
    let configured = configuration.http.listen;
    let registry = configuration.schema_registry.listen;
    configuration.http.listen = match port {
        Some(port) => asked_for("--port", SocketAddr::new(configured.ip(), port))?,
        None => choose("http.listen", configured, Configuration::default().http.listen, registry)?,
    };
    Ok(())
}

/// Decides about the built-in schema registry, after website and API, whose address is not bound yet.
pub fn choose_registry_address(configuration: &mut Configuration) -> anyhow::Result<()> {
    let configured = configuration.schema_registry.listen;
    let usual = Configuration::default().schema_registry.listen;
    configuration.schema_registry.listen =
        choose("schema_registry.listen", configured, usual, configuration.http.listen)?;
    Ok(())
}

/// How programs on this machine reach a listener: one on all addresses by loopback.
pub fn local_url(listen: SocketAddr) -> String {
    let ip = if listen.ip().is_unspecified() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { listen.ip() };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

/// The configured address; where it is the usual one, the first free one from there on.
fn choose(setting: &str, configured: SocketAddr, usual: SocketAddr, other: SocketAddr) -> anyhow::Result<SocketAddr> {
    if configured != usual {
        return asked_for(setting, configured);
    }
    // The other listener of this process is bound later. Held during the search, its address is passed over.
    let _held = TcpListener::bind(other);
    (usual.port()..=usual.port().saturating_add(PORTS_TRIED))
        .map(|port| SocketAddr::new(usual.ip(), port))
        .find(|address| TcpListener::bind(address).is_ok())
        .with_context(|| format!("no port from {} on is free ({setting})", usual.port()))
}

/// Port 0 stands for any free one.
fn asked_for(setting: &str, address: SocketAddr) -> anyhow::Result<SocketAddr> {
    TcpListener::bind(address)
        .and_then(|listener| listener.local_addr())
        .with_context(|| format!("cannot listen on {address} ({setting}); choose another address or stop what uses it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let address = listener.local_addr().expect("an address");
        (listener, address)
    }

    #[test]
    fn usual_ports_give_way_to_other_programs_and_to_each_other() {
        let (_other_program, usual) = taken();
        let next = SocketAddr::new(usual.ip(), usual.port() + 1);
        let http = choose("http.listen", usual, usual, next).expect("a port");
        assert!(http.port() > next.port(), "{http}");
        let registry = choose("schema_registry.listen", next, next, http).expect("a port");
        assert!(registry.port() >= next.port() && registry != http, "{registry} {http}");

        let registry = choose("schema_registry.listen", http, http, http).expect("a port");
        assert!(registry.port() > http.port(), "{registry} {http}");
    }

    #[test]
    fn an_address_that_was_asked_for_is_used() {
        let mut configuration = Configuration::default();
        configuration.http.listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        choose_http_address(&mut configuration, None).expect("any port");
        let listen = configuration.http.listen;
        assert!(listen.ip().is_unspecified() && listen.port() > 0, "{listen}");
        assert_eq!(local_url(listen), format!("http://127.0.0.1:{}", listen.port()));
    }

    #[test]
    fn a_taken_address_that_was_asked_for_is_refused_with_its_setting() {
        let (_other_program, address) = taken();
        let mut configuration = Configuration::default();
        configuration.http.listen = address;
        configuration.schema_registry.listen = address;
        let port = address.port();
        for (setting, refused) in [
            ("http.listen", choose_http_address(&mut configuration, None)),
            ("--port", choose_http_address(&mut configuration, Some(port))),
            ("schema_registry.listen", choose_registry_address(&mut configuration)),
        ] {
            let text = refused.expect_err("a taken port").to_string();
            assert!(text.contains(setting) && text.contains(&port.to_string()), "{text}");
        }
    }
}
