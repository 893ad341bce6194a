//! The checked-in OpenAPI document is the one the code generates.

use coheron_testkit::{TestShop, run};

#[test]
fn the_checked_in_document_is_up_to_date() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let generated = shop.coheron(&["openapi"])?;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let checked_in = std::fs::read_to_string(path)?;
        assert!(
            generated.trim() == checked_in.trim(),
            "docs/openapi.json is not what the code generates; run `coheron openapi > docs/openapi.json` and review the change"
        );
        Ok(())
    });
}
