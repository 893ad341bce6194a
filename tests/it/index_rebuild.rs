//! A missing or damaged index is built again from the topic of the documents.

use std::path::{Path, PathBuf};

use anyhow::Context;
use coheron_core::topics::ERP_PRODUCT_CHANGE;
use coheron_testkit::{Role, TestShop, run};
use serde_json::{Value, json};

use crate::shopper::stock;

/// Everything the index holds, cheapest first.
const EVERYTHING: &str = "sort=price&limit=100";

type Damage = fn(&Path);

const DAMAGES: [(&str, Damage); 3] = [
    ("a folder that is gone", |index| std::fs::remove_dir_all(index).expect("removed")),
    ("a garbled commit", |index| garble(index, |file| file.ends_with("meta.json"))),
    ("garbled products", |index| garble(index, |file| file.extension().is_some_and(|end| end == "store"))),
];

#[test]
fn a_missing_or_damaged_index_is_built_again_from_the_topic() {
    run(async {
        let shop = TestShop::start().await?;
        for (sku, amount_minor) in [("MUG", 1_950), ("BAG", 4_900), ("LAMP", 8_900), ("VASE", 2_900)] {
            stock(&shop, sku, amount_minor, 10).await?;
        }
        shop.erp.product("MUG", 2, json!({"name": "Green mug"})).await?;
        shop.erp.price("LAMP", 2, 7_900).await?;
        shop.erp.tombstone(&ERP_PRODUCT_CHANGE, "VASE", Some(2)).await?;
        let expected =
            json!([["MUG", "Green mug", 1_950, 10], ["BAG", "The BAG", 4_900, 10], ["LAMP", "The LAMP", 7_900, 10]]);
        let before = shop.search_when(EVERYTHING, |page| told_of_products(page) == expected).await;

        for (damage, do_damage) in DAMAGES {
            let generation = serving_generation(&shop)?;
            shop.kill_role(Role::All)?;
            do_damage(&shop.data.path().join("index"));
            shop.start_role(Role::All)?;
            // Nobody is answered before the index has caught up: the first answer has whole documents, with the records
            // that they reflect.
            let after = shop.search_when(EVERYTHING, |_| true).await;
            assert_eq!(after["items"], before["items"], "{damage}: it served half built");
            assert_eq!(after["total"], 3, "{damage}");
            shop.wait_until_ready().await;
            shop.search_when("q=green", |page| page["total"] == 1 && page["items"][0]["sku"] == "MUG").await;
            assert_ne!(serving_generation(&shop)?, generation, "{damage}: it was not built again");
        }

        shop.erp.price("BAG", 2, 4_500).await?;
        shop.search_when(EVERYTHING, |page| page["items"][1]["price"]["amount_minor"] == 4_500).await;
        Ok(())
    });
}

fn told_of_products(page: &Value) -> Value {
    let products = page["items"].as_array().into_iter().flatten();
    products
        .map(|product| {
            let (price, availability) = (&product["price"], &product["availability"]);
            json!([product["sku"], product["name"], price["amount_minor"], availability["quantity"]])
        })
        .collect()
}

/// Each build of an index has a folder with a name of its own.
fn serving_generation(shop: &TestShop) -> anyhow::Result<String> {
    let named = shop.data.path().join("index").join(shop.site.id.to_string()).join("CURRENT");
    std::fs::read_to_string(&named).with_context(|| named.display().to_string())
}

fn garble(index: &Path, is_meant: fn(&Path) -> bool) {
    let files: Vec<PathBuf> = files_below(index).into_iter().filter(|file| is_meant(file)).collect();
    assert!(!files.is_empty(), "there is nothing to garble");
    for file in files {
        let mut bytes = std::fs::read(&file).expect("a file");
        bytes.iter_mut().take(1).for_each(|byte| *byte ^= 0xff);
        std::fs::write(&file, bytes).expect("written");
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
