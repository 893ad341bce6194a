//! `coheron config`

use crate::configuration::Configuration;

pub fn run(configuration: &Configuration) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(configuration)?);
    Ok(())
}
