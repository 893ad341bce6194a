//! The changes of a batch, by feed, folded.

use std::collections::{BTreeSet, HashMap};

use coheron_core::change::{CatalogueChange, CategoryFacts, Change, PriceFacts, ProductFacts, StockFacts};
use coheron_core::ids::SiteId;
use coheron_store::catalogue_facts::{self, EntityKey, categories, prices, products, stock};
use coheron_store::{PipelineTransaction, StoreError};

use crate::fold::fold;

/// What a batch of records says of the catalogue.
#[derive(Debug, Default)]
pub struct CatalogueBatch {
    products: Vec<Change<ProductFacts>>,
    categories: Vec<Change<CategoryFacts>>,
    prices: Vec<Change<PriceFacts>>,
    stock: Vec<Change<StockFacts>>,
    traceparents: Traceparents,
}

/// `traceparent` of the last record of each SKU, handed on to the messages it causes.
pub type Traceparents = HashMap<String, String>;

/// What a batch changed in the stores.
#[derive(Debug, Default)]
pub struct AppliedChanges {
    pub skus: Vec<EntityKey>,
    pub categories: Vec<EntityKey>,
}

impl AppliedChanges {
    pub fn len(&self) -> usize {
        self.skus.len() + self.categories.len()
    }
}

impl CatalogueBatch {
    pub fn add(&mut self, traceparent: Option<&str>, change: CatalogueChange) {
        if let Some(traceparent) = traceparent {
            self.traceparents.insert(change.entity_id().to_owned(), traceparent.to_owned());
        }
        match change {
            CatalogueChange::Product(change) => self.products.push(change),
            CatalogueChange::Category(change) => self.categories.push(change),
            CatalogueChange::Price(change) => self.prices.push(change),
            CatalogueChange::Stock(change) => self.stock.push(change),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.products.is_empty() && self.categories.is_empty() && self.prices.is_empty() && self.stock.is_empty()
    }

    /// Writes what is newer than what is stored.
    pub async fn apply(
        self,
        transaction: &mut PipelineTransaction,
    ) -> Result<(AppliedChanges, Traceparents), StoreError> {
        catalogue_facts::lock_sites(transaction, &self.site_ids()).await?;
        let mut applied = AppliedChanges::default();
        if !self.categories.is_empty() {
            applied.categories = categories::apply(transaction, &fold(self.categories)).await?;
        }
        if !self.products.is_empty() {
            applied.skus.extend(products::apply(transaction, &fold(self.products)).await?);
        }
        if !self.prices.is_empty() {
            applied.skus.extend(prices::apply(transaction, &fold(self.prices)).await?);
        }
        if !self.stock.is_empty() {
            applied.skus.extend(stock::apply(transaction, &fold(self.stock)).await?);
        }
        Ok((applied, self.traceparents))
    }

    fn site_ids(&self) -> Vec<SiteId> {
        let site_ids: BTreeSet<SiteId> = (self.products.iter().map(|change| change.site_id))
            .chain(self.categories.iter().map(|change| change.site_id))
            .chain(self.prices.iter().map(|change| change.site_id))
            .chain(self.stock.iter().map(|change| change.site_id))
            .collect();
        site_ids.into_iter().collect()
    }
}
