//! A stock Avro client of another language publishes, and reads orders, by naming two addresses: broker and schema
//! registry.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use coheron_infrastructure::default_cache_dir;
use coheron_testkit::{TestShop, run};
use serde_json::{Value, json};

use crate::shopper::{Shopper, stock};

/// Another version is installed beside it.
const CLIENT_VERSION: &str = "2.11.1";

#[test]
fn a_python_producer_publishes_avro_with_its_own_client() {
    run(async {
        let Some(python) = python_with_client()? else { return Ok(()) };
        let shop = TestShop::start().await?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/publish_product.py");
        let output = Command::new(python)
            .arg(script)
            .args([&shop.kafka.brokers, &shop.schema_registry_url, &shop.site.code])
            .args(["--topic-prefix", &shop.kafka.topic_prefix])
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let sent: Value = serde_json::from_slice(&output.stdout).context("the script's report")?;
        let sku = sent["sku"].as_str().context("a SKU")?;
        let product = shop
            .product_when(sku, |product| !product["price"].is_null() && !product["availability"]["quantity"].is_null())
            .await;
        assert_eq!(product["name"], sent["name"]);
        assert_eq!(product["price"]["amount_minor"], sent["amount_minor"]);
        assert_eq!(product["availability"]["quantity"], sent["on_hand"]);
        let subjects: Value =
            shop.client.get(format!("{}/subjects", shop.schema_registry_url)).send().await?.json().await?;
        assert!(subjects.as_array().is_some_and(|subjects| subjects.len() >= 3), "{subjects}");
        Ok(())
    });
}

#[test]
fn a_python_consumer_reads_orders_with_its_own_client() {
    run(async {
        let Some(python) = python_with_client()? else { return Ok(()) };
        let shop = TestShop::start().await?;
        stock(&shop, "MUG", 1_000, 10).await?;
        let shopper = Shopper::with_cart(&shop, &[("MUG", 2)]).await?;
        let order = shopper.buy("tok_ok").await?.body;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/read_orders.py");
        let output = Command::new(python)
            .arg(script)
            .args([&shop.kafka.brokers, &shop.schema_registry_url])
            .args(["--topic-prefix", &shop.kafka.topic_prefix])
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read: Value = serde_json::from_slice(&output.stdout).context("the script's report")?;
        let id = order["id"].as_str().with_context(|| order.to_string())?;
        assert_eq!(read["key"], format!("{}:{id}", shop.site.id));
        assert_eq!((&read["order_number"], &read["event_type"]), (&order["number"], &json!("placed")));
        assert_eq!(read["total_minor"], order["totals"]["total"]["amount_minor"]);
        assert_eq!((&read["lines"][0]["sku"], &read["lines"][0]["quantity"]), (&json!("MUG"), &json!(2)));
        assert_eq!(read["shipping_address"]["postal_code"], order["addresses"]["shipping"]["postal_code"]);
        assert!(read["billing_address"].is_null(), "{read}");
        Ok(())
    });
}

/// A Python with the client installed, in a virtual environment that is made once and kept. A folder of its name is
/// complete: it is made beside it, and gets its name at the end.
fn python_with_client() -> anyhow::Result<Option<PathBuf>> {
    if !Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        // Past the test harness, which swallows what a test that passes has printed.
        writeln!(std::io::stderr(), "skipped: there is no python3")?;
        return Ok(None);
    }
    let cache = default_cache_dir().context("neither XDG_CACHE_HOME nor HOME is set")?;
    std::fs::create_dir_all(&cache)?;
    // Tests run at the same time, here and in other checkouts: one makes it, the others wait. The system releases the
    // lock when its holder ends, however it ends.
    let lock = File::create(cache.join("python-client.lock"))?;
    lock.lock()?;
    let environment = cache.join(format!("python-client-{CLIENT_VERSION}"));
    let python = environment.join("bin/python");
    if !python.is_file() {
        let draft = cache.join("python-client.draft");
        install_client(&draft)?;
        // There, but its Python is gone from the system.
        if environment.exists() {
            std::fs::remove_dir_all(&environment)?;
        }
        std::fs::rename(&draft, &environment)?;
    }
    Ok(Some(python))
}

/// Whatever a run that was killed left in the folder is thrown away. Its Python may be called from wherever the folder
/// is moved to; the scripts beside it may not.
fn install_client(folder: &Path) -> anyhow::Result<()> {
    succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut install = Command::new(folder.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet"]);
    install.arg(format!("confluent-kafka[avro,schemaregistry]=={CLIENT_VERSION}"));
    succeed(&mut install)
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
