//! `coheron doctor`

use anyhow::bail;
use coheron_infrastructure::doctor;

use super::dev::infrastructure_request;
use crate::configuration::Configuration;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    location: super::dev::Location,
}

pub async fn run(arguments: &Arguments, configuration: &Configuration) -> anyhow::Result<()> {
    let report = doctor(&infrastructure_request(&arguments.location, configuration)?).await;
    println!("{report}");
    if !report.is_healthy() {
        bail!("something is missing, see above");
    }
    Ok(())
}
