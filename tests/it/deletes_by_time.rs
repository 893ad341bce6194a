//! A delete without a version ends in the same stores wherever batches begin and end, and when it is read again.

use std::collections::BTreeSet;

use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_PRICE_CHANGE, ERP_PRODUCT_CHANGE, ERP_STOCK_CHANGE, Topic};
use coheron_stream::Record;
use coheron_testkit::{TestShop, run};
use serde_json::{Value, json};

use crate::catalogue_batches::{gone, image, process, project_catalogue};

/// How many records go into each batch.
const SPLITS: [&[usize]; 4] = [&[3], &[1, 2], &[2, 1], &[1, 1, 1]];

/// A feed whose images show their version.
struct Feed {
    topic: Topic,
    image: fn(i64) -> Value,
    rows: &'static str,
}

const FEEDS: [Feed; 4] = [
    Feed {
        topic: ERP_PRODUCT_CHANGE,
        image: product,
        rows: "SELECT sku, version, facts->>'name' FROM website_products",
    },
    Feed {
        topic: ERP_CATEGORY_CHANGE,
        image: category,
        rows: "SELECT category_id, version, name FROM website_categories",
    },
    Feed { topic: ERP_PRICE_CHANGE, image: price, rows: "SELECT sku, version, amount_minor::text FROM website_prices" },
    Feed { topic: ERP_STOCK_CHANGE, image: stock, rows: "SELECT sku, version, on_hand::text FROM website_stock" },
];

/// What a record says, with the second at which it happened.
#[derive(Clone, Copy)]
enum Told {
    Image { version: i64, second: i64 },
    Gone { second: i64 },
}

#[test]
fn what_happened_before_the_delete_is_deleted() {
    let told = [Told::Image { version: 1, second: 1 }, Told::Image { version: 2, second: 2 }, Told::Gone { second: 3 }];
    run(every_split_leads_to(told, 2, None));
}

/// As a connector publishes it that lags behind its database.
#[test]
fn what_was_published_behind_the_delete_stays_whatever_the_clocks_say() {
    let told = [Told::Image { version: 1, second: 1 }, Told::Gone { second: 9 }, Told::Image { version: 2, second: 2 }];
    run(every_split_leads_to(told, 2, Some("2")));
}

#[test]
fn an_older_image_behind_the_delete_does_not_hold_it_up() {
    let told = [Told::Image { version: 5, second: 5 }, Told::Gone { second: 6 }, Told::Image { version: 3, second: 3 }];
    run(every_split_leads_to(told, 5, None));
}

#[test]
fn what_happened_after_the_delete_stays_where_the_delete_comes_late() {
    let told = [Told::Image { version: 1, second: 1 }, Told::Image { version: 2, second: 4 }, Told::Gone { second: 3 }];
    run(every_split_leads_to(told, 2, Some("2")));
}

/// Applies the records in every division into batches, each to an entity of its own, and then all of them once more.
async fn every_split_leads_to(told: [Told; 3], version: i64, shown: Option<&str>) -> anyhow::Result<()> {
    let shop = TestShop::without_processes().await?;
    let stage = project_catalogue(&shop);
    for feed in &FEEDS {
        for split in SPLITS {
            let entity = format!("{split:?}");
            let records: Vec<Record> =
                (0i64..).zip(told).map(|(offset, told)| record(&shop, feed, &entity, offset, told)).collect();
            let mut rest = records.as_slice();
            for size in split {
                let (batch, others) = rest.split_at(*size);
                process(&stage, batch.to_vec()).await?;
                rest = others;
            }
            process(&stage, records).await?;
        }
        let rows: Vec<(String, i64, Option<String>)> =
            sqlx::query_as(feed.rows).fetch_all(shop.database.pipeline()).await?;
        assert_eq!(rows.len(), SPLITS.len());
        for (entity, row_version, row_shown) in rows {
            assert_eq!((row_version, row_shown.as_deref()), (version, shown), "{}: {entity}", feed.topic.name);
        }
    }
    let present = skus(&shop, "SELECT sku FROM website_products WHERE deleted_at IS NULL").await?;
    let linked = skus(&shop, "SELECT product_sku FROM website_product_variants").await?;
    assert_eq!(linked, present, "only what is shown has variants");
    let published = skus(&shop, "SELECT sku FROM website_product_documents WHERE document IS NOT NULL").await?;
    assert_eq!(published, present);
    Ok(())
}

async fn skus(shop: &TestShop, select: &'static str) -> anyhow::Result<BTreeSet<String>> {
    let skus: Vec<String> = sqlx::query_scalar(select).fetch_all(shop.database.pipeline()).await?;
    Ok(skus.into_iter().collect())
}

fn record(shop: &TestShop, feed: &Feed, entity: &str, offset: i64, told: Told) -> Record {
    let record = match told {
        Told::Image { version, second } => image(shop, &feed.topic, entity, version, second, (feed.image)(version)),
        Told::Gone { second } => gone(shop, &feed.topic, entity, second),
    };
    Record { offset, ..record }
}

fn product(version: i64) -> Value {
    json!({"name": version.to_string(), "variants": [{"sku": "VARIANT", "options": {"size": "M"}}]})
}

fn category(version: i64) -> Value {
    json!({"name": version.to_string()})
}

fn price(version: i64) -> Value {
    json!({"currency": "EUR", "amount_minor": version})
}

fn stock(version: i64) -> Value {
    json!({"on_hand": version})
}
