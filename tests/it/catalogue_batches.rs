//! The stage `project_catalogue` with batches that a test composes, and what one record of a category leads to.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use coheron_core::ports::{SchemaSource, SchemaSourceError};
use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_PRODUCT_CHANGE, Topic};
use coheron_ingest::erp_decoder::ErpDecoder;
use coheron_stream::{Batch, Record, Stage};
use coheron_testkit::{TestShop, run};
use coheron_transforms::ProjectCatalogue;
use serde_json::{Value, json};

use crate::ordering::at;

/// More than two chunks, the last of one product.
const PRODUCTS: usize = 1_001;

/// Records are JSON here.
struct NoSchemas;

#[async_trait]
impl SchemaSource for NoSchemas {
    async fn schema_by_id(&self, _: i32) -> Result<Option<String>, SchemaSourceError> {
        Ok(None)
    }
}

#[test]
fn a_renamed_category_renews_each_of_its_products_once_however_many_there_are() {
    run(async {
        let shop = TestShop::without_processes().await?;
        let stage = project_catalogue(&shop);
        let mut records = vec![image(&shop, &ERP_CATEGORY_CHANGE, "all", 1, 1, json!({"name": "Everything"}))];
        let facts = json!({"name": "Mug", "category_ids": ["all"]});
        let product = |number: usize| image(&shop, &ERP_PRODUCT_CHANGE, &format!("MUG-{number}"), 1, 1, facts.clone());
        records.extend((0..PRODUCTS).map(product));
        process(&stage, records).await?;
        sqlx::query("DELETE FROM outbox_messages").execute(shop.database.pipeline()).await?;

        let renamed = image(&shop, &ERP_CATEGORY_CHANGE, "all", 2, 2, json!({"name": "All we have"}));
        process(&stage, vec![renamed]).await?;
        let select = "SELECT sku, document_version, document->'categories'->0->>'name' FROM website_product_documents";
        let documents: Vec<(String, i64, Option<String>)> =
            sqlx::query_as(select).fetch_all(shop.database.pipeline()).await?;
        assert_eq!(documents.len(), PRODUCTS);
        for (sku, version, category) in documents {
            assert_eq!((version, category.as_deref()), (2, Some("All we have")), "{sku}");
        }
        let announced: Vec<String> =
            sqlx::query_scalar("SELECT document_sku FROM outbox_messages").fetch_all(shop.database.pipeline()).await?;
        assert_eq!(announced.len(), PRODUCTS);
        assert_eq!(announced.into_iter().collect::<BTreeSet<_>>().len(), PRODUCTS);
        Ok(())
    });
}

pub fn project_catalogue(shop: &TestShop) -> ProjectCatalogue {
    ProjectCatalogue::new(shop.database.clone(), ErpDecoder::new(Arc::new(NoSchemas)))
}

/// Has the stage apply these records as one batch. All of them must keep the contract.
pub async fn process(stage: &ProjectCatalogue, records: Vec<Record>) -> anyhow::Result<()> {
    let applied = stage.process(&Batch { records, ..Batch::default() }).await?;
    assert!(applied.set_aside.is_empty(), "{:?}", applied.set_aside);
    Ok(())
}

/// The image of an entity as of a second of a day long ago.
pub fn image(shop: &TestShop, topic: &Topic, entity: &str, version: i64, second: i64, facts: Value) -> Record {
    let id_field = if *topic == ERP_CATEGORY_CHANGE { "category_id" } else { "sku" };
    let mut body = facts;
    body["site"] = json!(shop.site.code);
    body[id_field] = json!(entity);
    body["entity_version"] = json!(version);
    body["occurred_at"] = json!(at(second).timestamp_millis());
    record(shop, topic, entity, second, Some(Bytes::from(body.to_string())))
}

/// A record that deletes by that time.
pub fn gone(shop: &TestShop, topic: &Topic, entity: &str, second: i64) -> Record {
    record(shop, topic, entity, second, None)
}

fn record(shop: &TestShop, topic: &Topic, entity: &str, second: i64, payload: Option<Bytes>) -> Record {
    let occurred_at = Bytes::from(at(second).timestamp_millis().to_string());
    Record {
        topic: topic.name,
        partition: 0,
        offset: second,
        key: Some(Bytes::from(shop.erp.key(entity))),
        payload,
        headers: vec![("occurred_at".to_owned(), occurred_at)],
        timestamp: Utc::now(),
    }
}
