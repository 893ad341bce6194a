//! `coheron dev status`

use coheron_infrastructure::{ProviderKind, ServerStatus, server_status};

use super::Location;
use super::demo_file::DemoFile;
use super::pid_file::running_process;

pub async fn run(location: &Location) -> anyhow::Result<()> {
    match running_process(&location.pid_file()) {
        Some(pid) => println!("coheron    running, process {pid}"),
        None => println!("coheron    not running"),
    }
    for server in server_status(&location.data_dir).await? {
        println!("{:<10} {}", server.service, describe(&server));
    }
    if let Some(demo) = DemoFile::read(&location.demo_file()) {
        println!("shop       {}", demo.base_url);
        println!("details    {}", location.demo_file().display());
    }
    Ok(())
}

fn describe(server: &ServerStatus) -> String {
    let addresses = server.addresses.join(",");
    let place = if addresses.is_empty() { addresses } else { format!(" at {addresses}") };
    match (server.provider, server.pid, server.ready) {
        (ProviderKind::Local, Some(pid), true) => format!("ready{place}, process {pid}"),
        (ProviderKind::Local, Some(pid), false) => format!("starting or stopping{place}, process {pid}"),
        (ProviderKind::Local, None, _) => "not running".to_owned(),
        (provider, _, true) => format!("{provider}{place}, ready"),
        (provider, _, false) => format!("{provider}{place}, does not answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_others_are_named_with_their_address() {
        let mut server = ServerStatus {
            service: "Postgres",
            provider: ProviderKind::External,
            pid: None,
            addresses: vec!["db.example:5432".to_owned()],
            ready: true,
        };
        assert_eq!(describe(&server), "external at db.example:5432, ready");
        server.ready = false;
        assert_eq!(describe(&server), "external at db.example:5432, does not answer");
        server.provider = ProviderKind::Docker;
        assert_eq!(describe(&server), "docker at db.example:5432, does not answer");
        server.provider = ProviderKind::Local;
        assert_eq!(describe(&server), "not running");
    }
}
