//! The role `schema-registry`, on a listener of its own: like the broker, it belongs on an internal network.

use coheron_schema_registry::RegistryState;

use super::{Surroundings, Tasks, bind, serve};

pub async fn start(surroundings: &Surroundings, tasks: &mut Tasks) -> anyhow::Result<()> {
    let section = &surroundings.configuration.schema_registry;
    let listener = bind(section.listen, "schema_registry.listen")?;
    let state = RegistryState::new(surroundings.database.clone(), section.password.clone());
    serve(tasks, surroundings, listener, coheron_schema_registry::router(state));
    Ok(())
}
