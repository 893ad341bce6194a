//! `coheron migrate`

use coheron_store::Database;

use crate::configuration::Configuration;

pub async fn run(configuration: &Configuration) -> anyhow::Result<()> {
    Database::migrate(configuration.database_url()?).await?;
    println!("the database schema is up to date");
    Ok(())
}
