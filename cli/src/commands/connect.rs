//! What most commands start with.

use anyhow::Context;
use coheron_store::{Database, sites};

use crate::configuration::Configuration;

pub fn database(configuration: &Configuration) -> anyhow::Result<Database> {
    Ok(Database::connect(configuration.database_url()?, &configuration.database.pool)?)
}

pub async fn site(database: &Database, code: &str) -> anyhow::Result<sites::Site> {
    sites::find_by_code(database, code).await?.with_context(|| no_site(code))
}

/// What to say where no site has this code.
pub fn no_site(code: &str) -> String {
    format!("there is no site {code}; `coheron sites list` names those there are")
}
