//! `coheron dev status`

use coheron_infrastructure::server_status;

use super::demo_file::DemoFile;
use super::{Location, running_process};

pub async fn run(location: &Location) -> anyhow::Result<()> {
    match running_process(&location.pid_file()) {
        Some(pid) => println!("coheron    running, process {pid}"),
        None => println!("coheron    not running"),
    }
    for server in server_status(&location.data_dir).await? {
        let state = match (server.pid, server.ready) {
            (Some(pid), true) => format!("ready, process {pid}"),
            (Some(pid), false) => format!("starting or stopping, process {pid}"),
            (None, _) => "not running".to_owned(),
        };
        let port = server.port.map_or(String::new(), |port| format!(", port {port}"));
        println!("{:<10} {state}{port}", server.service);
    }
    if let Some(demo) = DemoFile::read(&location.demo_file()) {
        println!("shop       {}", demo.base_url);
        println!("details    {}", location.demo_file().display());
    }
    Ok(())
}
