//! A catalogue as the Avro records that an ERP publishes.

use chrono::{DateTime, Utc};
use coheron_core::change::PriceFacts;
use coheron_integrations::erp_catalogue::ErpCatalogue;
use coheron_schemas::codec::encode;
use coheron_schemas::framing::frame;
use coheron_schemas::records::{
    CategoryChange, ContractRecord, PriceChange, ProductChange, Stamp, StockChange, record_key,
};
use coheron_stream::OutgoingRecord;
use uuid::Uuid;

use crate::system::SchemaIds;

const SOURCE: &str = "bench";

/// Makes records of one site. Versions count up by one over all entities together, so that one number says which change
/// a row shows.
pub struct ErpRecords {
    site_code: String,
    schema_ids: SchemaIds,
    last_version: i64,
}

impl ErpRecords {
    pub fn new(site_code: &str, schema_ids: SchemaIds) -> Self {
        Self { site_code: site_code.to_owned(), schema_ids, last_version: 0 }
    }

    /// The version of the newest record.
    pub fn last_version(&self) -> i64 {
        self.last_version
    }

    /// Everything: categories, then each product with its prices and stock.
    pub fn full_export(&mut self, catalogue: &ErpCatalogue) -> anyhow::Result<Vec<OutgoingRecord>> {
        let now = Utc::now();
        let mut records = Vec::with_capacity(catalogue.record_count());
        for (id, facts) in &catalogue.categories {
            let stamp = self.stamp(now);
            let change = CategoryChange::new(&self.site_code, id, facts, stamp);
            records.push(self.record(self.schema_ids.category, id, &change)?);
        }
        for product in &catalogue.products {
            let sku = product.sku.as_str();
            let stamp = self.stamp(now);
            let change = ProductChange::new(&self.site_code, sku, &product.facts, stamp);
            records.push(self.record(self.schema_ids.product, sku, &change)?);
            for (sku, facts) in &product.prices {
                records.push(self.price(sku.as_str(), facts, now)?);
            }
            for (sku, facts) in &product.stock {
                let stamp = self.stamp(now);
                let change = StockChange::new(&self.site_code, sku.as_str(), facts, stamp);
                records.push(self.record(self.schema_ids.stock, sku.as_str(), &change)?);
            }
        }
        Ok(records)
    }

    pub fn price(
        &mut self,
        sku: &str,
        facts: &PriceFacts,
        occurred_at: DateTime<Utc>,
    ) -> anyhow::Result<OutgoingRecord> {
        let stamp = self.stamp(occurred_at);
        let change = PriceChange::new(&self.site_code, sku, facts, stamp);
        self.record(self.schema_ids.price, sku, &change)
    }

    fn stamp(&mut self, occurred_at: DateTime<Utc>) -> Stamp {
        self.last_version += 1;
        Stamp {
            entity_version: self.last_version,
            occurred_at,
            event_id: Uuid::now_v7().to_string(),
            source: SOURCE.to_owned(),
        }
    }

    fn record<Record: ContractRecord>(
        &self,
        schema_id: i32,
        entity_id: &str,
        change: &Record,
    ) -> anyhow::Result<OutgoingRecord> {
        Ok(OutgoingRecord {
            topic: Record::KIND.topic().name,
            key: record_key(&self.site_code, entity_id).into_bytes().into(),
            payload: Some(frame(schema_id, &encode(change)?).into()),
            headers: vec![],
        })
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::topics::{ERP_CATEGORY_CHANGE, ERP_STOCK_CHANGE};
    use coheron_integrations::demo_shop::DemoShop;
    use coheron_schemas::framing::unframe;

    use super::*;

    #[test]
    fn a_full_export_has_every_part_framed_with_its_schema() {
        let mut catalogue = ErpCatalogue::from(DemoShop::generate(1));
        catalogue.products.truncate(5);
        let mut records = ErpRecords::new("bench", SchemaIds { product: 1, category: 2, price: 3, stock: 4 });
        let export = records.full_export(&catalogue).expect("records");
        assert_eq!(export.len(), catalogue.record_count());
        assert_eq!(usize::try_from(records.last_version()), Ok(export.len()));
        let (first, last) = (&export[0], &export[export.len() - 1]);
        assert_eq!((first.topic, last.topic), (ERP_CATEGORY_CHANGE.name, ERP_STOCK_CHANGE.name));
        assert!(first.key.starts_with(b"bench:"));
        let schema_of = |record: &OutgoingRecord| {
            record.payload.as_deref().and_then(|payload| unframe(payload).ok()).map(|framed| framed.schema_id)
        };
        assert_eq!((schema_of(first), schema_of(last)), (Some(2), Some(4)));
    }
}
