//! A whole catalogue as an ERP would hold it: the one input of the ERP simulator, whatever it was made from.

use std::collections::HashSet;

use coheron_core::change::{CategoryFacts, PriceFacts, ProductFacts, StockFacts};
use coheron_core::sku::Sku;

use crate::demo_shop::DemoShop;

/// Categories and products with their prices and stock.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErpCatalogue {
    /// Categories by id, parents before their children.
    pub categories: Vec<(String, CategoryFacts)>,
    pub products: Vec<CatalogueProduct>,
}

/// A product with the prices and stock of everything that can be sold of it: its variants, or itself where it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueProduct {
    pub sku: Sku,
    pub facts: ProductFacts,
    pub prices: Vec<(Sku, PriceFacts)>,
    pub stock: Vec<(Sku, StockFacts)>,
}

impl CatalogueProduct {
    /// A product of which nothing but a price is of interest.
    pub fn with_price(sku: Sku, price: PriceFacts) -> Self {
        let facts = ProductFacts::named(sku.as_str());
        Self { prices: vec![(sku.clone(), price)], stock: vec![], facts, sku }
    }
}

impl ErpCatalogue {
    /// Adds a category unless its id is there already.
    pub fn add_category(&mut self, seen: &mut HashSet<String>, id: String, facts: CategoryFacts) {
        if seen.insert(id.clone()) {
            self.categories.push((id, facts));
        }
    }

    /// Records that a full export of this catalogue has.
    pub fn record_count(&self) -> usize {
        let of_products: usize =
            self.products.iter().map(|product| 1 + product.prices.len() + product.stock.len()).sum();
        self.categories.len() + of_products
    }
}

impl From<DemoShop> for ErpCatalogue {
    fn from(shop: DemoShop) -> Self {
        Self { categories: shop.categories, products: shop.products }
    }
}
