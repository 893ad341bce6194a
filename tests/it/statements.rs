//! Every SQL statement is understood by the migrated database.

use coheron_testkit::{TestShop, run};
use sqlx::Executor;

#[test]
fn every_statement_of_the_store_can_be_prepared() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let statements = coheron_store::statements();
        assert!(statements.len() > 40, "only {} statements are listed", statements.len());
        let mut connection = shop.database.pipeline().acquire().await?;
        for statement in statements {
            if let Err(error) = connection.prepare(sqlx::SqlStr::from_static(statement)).await {
                panic!("{error}\n{statement}");
            }
        }
        Ok(())
    });
}

#[test]
fn every_statement_of_the_store_is_listed() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/store/src");
    let listed = coheron_store::statements();
    let mut found = 0;
    for file in rust_files(std::path::Path::new(source)) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for constant in text.split(": &str =").skip(1) {
            let Some(statement) = constant.trim_start().strip_prefix('"').and_then(|rest| rest.split("\";").next())
            else {
                continue;
            };
            if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| statement.starts_with(verb)) {
                continue;
            }
            found += 1;
            assert!(listed.contains(&statement), "{} is not listed for the check: {statement}", file.display());
        }
    }
    assert_eq!(found, listed.len(), "the scan and the list differ");
}

fn rust_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
