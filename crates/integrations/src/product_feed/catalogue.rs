//! From feed products to the catalogue of an ERP.

use std::collections::{HashMap, HashSet};

use coheron_core::change::{CategoryFacts, FieldProblem, Image, PriceFacts, ProductFacts, StockFacts};
use coheron_core::money::Currency;
use coheron_core::sku::Sku;
use coheron_core::slug::slugify;

use super::{FeedProduct, LineProblem};
use crate::erp_catalogue::{CatalogueProduct, ErpCatalogue};

/// Between the names of a category path.
const PATH_SEPARATOR: char = '>';
/// Feeds without stock describe what is for sale: so many pieces are assumed.
const ASSUMED_STOCK: i64 = 25;

#[derive(Default)]
pub struct CatalogueBuilder {
    catalogue: ErpCatalogue,
    known_skus: HashSet<Sku>,
    known_categories: HashSet<String>,
    /// Children so far by parent, for the order among siblings.
    siblings: HashMap<Option<String>, i32>,
}

impl CatalogueBuilder {
    pub fn add(&mut self, line: u64, product: FeedProduct) -> Result<(), LineProblem> {
        self.checked(product)
            .map_err(|FieldProblem { field, problem }| LineProblem { line, field, problem })
            .map(|product| self.catalogue.products.push(product))
    }

    pub fn finish(self) -> ErpCatalogue {
        self.catalogue
    }

    fn checked(&mut self, product: FeedProduct) -> Result<CatalogueProduct, FieldProblem> {
        let sku = Sku::parse(product.sku.as_str()).map_err(|error| FieldProblem::new("sku", error))?;
        let prices = prices(&sku, &product)?;
        let attributes = product.tidy_attributes();
        let facts = ProductFacts {
            category_ids: product
                .categories
                .iter()
                .filter_map(|path| category_ids(path).pop())
                .map(|(id, _)| id)
                .collect(),
            images: images(&product),
            name: product.name,
            description: product.description,
            brand: product.brand.filter(|brand| !brand.is_empty()),
            attributes,
            variants: vec![],
            gtins: product.gtin,
            mpn: product.mpn.filter(|mpn| !mpn.is_empty()),
            popularity: 0.0,
            released_at: product.updated_at,
        };
        facts.validate()?;
        if !self.known_skus.insert(sku.clone()) {
            return Err(FieldProblem::new("sku", format!("{sku} stands in an earlier line")));
        }
        for path in &product.categories {
            self.add_path(path);
        }
        let stock = StockFacts { on_hand: product.stock.unwrap_or(ASSUMED_STOCK), last_order_number: None };
        Ok(CatalogueProduct { stock: vec![(sku.clone(), stock)], prices, facts, sku })
    }

    fn add_path(&mut self, path: &str) {
        let mut parent_id = None;
        for (id, name) in category_ids(path) {
            if !self.known_categories.contains(&id) {
                let position = self.siblings.entry(parent_id.clone()).or_default();
                *position += 1;
                let facts = CategoryFacts { name, parent_id, position: *position };
                self.catalogue.add_category(&mut self.known_categories, id.clone(), facts);
            }
            parent_id = Some(id);
        }
    }
}

/// The categories of a path from the root down: id and name. An id is the slug of the path to it.
fn category_ids(path: &str) -> Vec<(String, String)> {
    let names: Vec<&str> = path.split(PATH_SEPARATOR).map(str::trim).filter(|name| !name.is_empty()).collect();
    let slugs: Vec<String> = names.iter().map(|name| slugify(name)).collect();
    names.iter().enumerate().map(|(at, name)| (slugs[..=at].join("-"), (*name).to_owned())).collect()
}

fn images(product: &FeedProduct) -> Vec<Image> {
    product.images.iter().map(|url| Image { url: url.clone(), alt: product.name.clone() }).collect()
}

fn prices(sku: &Sku, product: &FeedProduct) -> Result<Vec<(Sku, PriceFacts)>, FieldProblem> {
    let Some(amount_minor) = product.price_minor else { return Ok(vec![]) };
    let currency = product.currency.as_deref().unwrap_or_default();
    let currency = Currency::parse(currency).map_err(|error| FieldProblem::new("currency", error))?;
    let facts = PriceFacts { currency, amount_minor, list_amount_minor: None };
    facts.validate()?;
    Ok(vec![(sku.clone(), facts)])
}
