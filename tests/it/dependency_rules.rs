//! The architecture's rules on dependencies, checked against what cargo resolves.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// An engine, by what the names of its crates begin with, and the members that may use it. The bench is a program of its
/// own: it looks into the database and calls the API of a running system as somebody outside does.
const ENGINES: [(&str, &[&str]); 9] = [
    ("tantivy", &["coheron-indexer"]),
    ("sqlx", &["coheron-store", "coheron-bench"]),
    ("rdkafka", &["coheron-stream"]),
    ("reqwest", &["coheron-integrations", "coheron-testkit", "coheron-bench"]),
    ("testcontainers", &["coheron-infrastructure"]),
    ("datafusion", &["coheron-analytics"]),
    ("arrow", &["coheron-analytics"]),
    ("parquet", &["coheron-analytics"]),
    ("lettre", &["coheron-integrations"]),
];

/// Members by layer, in the direction of the data: a member may use those of lower layers only.
const LAYERS: [&[&str]; 8] = [
    &["coheron-core"],
    &["coheron-schemas", "coheron-store", "coheron-stream", "coheron-infrastructure"],
    &["coheron-platform", "coheron-integrations", "coheron-indexer", "coheron-analytics"],
    // The door for facts from outside: by the broker, and over HTTP.
    &["coheron-ingest"],
    &["coheron-transforms", "coheron-query-api", "coheron-storefront-api", "coheron-schema-registry"],
    &["coheron-website", "coheron-worker"],
    &["coheron-testkit"],
    &["coheron-cli", "coheron-bench", "coheron-tests"],
];

/// What reads and writes, and what it runs on, by what the names of the crates begin with: nothing of it gets into the
/// business rules.
const IO: [&str; 8] = ["tokio", "mio", "hyper", "axum", "reqwest", "sqlx", "rdkafka", "testcontainers"];

/// Crates of HTTP handlers, which hold ports and never an engine.
const HTTP_MEMBERS: [&str; 6] = [
    "coheron-platform",
    "coheron-ingest",
    "coheron-query-api",
    "coheron-storefront-api",
    "coheron-website",
    "coheron-schema-registry",
];

const ALLOWED_LICENCES: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).exec().expect("cargo metadata")
}

/// What a member compiles in, without its tests.
fn dependencies(package: &Package) -> BTreeSet<&str> {
    let built = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    built.map(|dependency| dependency.name.as_str()).collect()
}

/// What a member compiles, with everything below it and without its tests.
fn compiled_packages<'a>(metadata: &'a Metadata, member: &str) -> Vec<&'a Package> {
    let nodes = &metadata.resolve.as_ref().expect("a resolved graph").nodes;
    let package = metadata.packages.iter().find(|package| package.name == member).expect("a member");
    let mut seen = BTreeSet::new();
    let mut waiting = vec![&package.id];
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| &node.id == id).expect("a node");
        let built = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development));
        waiting.extend(built.map(|dependency| &dependency.pkg));
    }
    metadata.packages.iter().filter(|package| seen.contains(&package.id)).collect()
}

/// `datafusion` has `datafusion` and `datafusion-expr`, and not `datafusionist`.
fn belongs_to(package: &str, family: &str) -> bool {
    package.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[test]
fn engines_stay_in_their_leaf_crates() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        for (engine, owners) in ENGINES {
            if owners.contains(&package.name.as_str()) {
                continue;
            }
            for dependency in dependencies(package) {
                assert!(!belongs_to(dependency, engine), "{} must not use {dependency}", package.name);
            }
        }
    }
}

#[test]
fn the_business_rules_do_no_io() {
    let metadata = metadata();
    for package in compiled_packages(&metadata, "coheron-core") {
        for family in IO {
            assert!(!belongs_to(&package.name, family), "coheron-core compiles {}", package.name);
        }
    }
}

#[test]
fn the_testkit_is_for_tests_only() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        assert!(!dependencies(package).contains("coheron-testkit"), "{} must use it for its tests only", package.name);
    }
}

#[test]
fn members_depend_on_lower_layers_only() {
    let metadata = metadata();
    let layer_of = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    for package in metadata.workspace_packages() {
        let own = layer_of(&package.name).unwrap_or_else(|| panic!("{} has no layer yet", package.name));
        for dependency in dependencies(package) {
            if let Some(layer) = layer_of(dependency) {
                assert!(layer < own, "{} must not use {dependency}, which is not in a lower layer", package.name);
            }
        }
    }
}

#[test]
fn http_crates_never_compile_an_engine() {
    let metadata = metadata();
    for member in HTTP_MEMBERS {
        for package in compiled_packages(&metadata, member) {
            for engine in ["tantivy", "datafusion", "arrow", "parquet", "rdkafka"] {
                assert!(!belongs_to(&package.name, engine), "{member} compiles {}", package.name);
            }
        }
    }
}

#[test]
fn every_licence_is_allowed() {
    for package in &metadata().packages {
        let Some(licence) = &package.license else {
            panic!("{} {} names no licence", package.name, package.version);
        };
        // `A OR B` leaves the choice, `A AND B` (or the older `A/B`, which means a choice) takes both.
        let acceptable = licence.replace('/', " OR ").split(" OR ").any(|choice| {
            let parts = choice.trim_matches(['(', ')', ' ']);
            parts.split(" AND ").all(|part| ALLOWED_LICENCES.contains(&part.trim_matches(['(', ')', ' '])))
        });
        assert!(acceptable, "{} {} has the licence {licence}", package.name, package.version);
    }
}
