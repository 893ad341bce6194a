//! `coheron openapi`

use crate::roles::openapi_document;

pub fn run() -> anyhow::Result<()> {
    println!("{}", openapi_document().to_pretty_json()?);
    Ok(())
}
