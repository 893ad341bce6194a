//! The parts of products, read together for assembling their documents.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use coheron_core::as_of::AsOf;
use coheron_core::change::{PriceFacts, ProductFacts, StockFacts};
use coheron_core::document::{CategoryCrumb, DocumentCategory, DocumentParts};
use coheron_core::money::Currency;
use coheron_core::sku::Sku;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::EntityKey;
use crate::error::StoreError;

const SELECT_PRODUCTS: &str =
    "SELECT p.site_id, p.sku, p.facts, p.version, p.erp_time, p.source_topic, p.source_partition, p.source_offset
    FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku)
    JOIN website_products p ON p.site_id = t.site_id AND p.sku = t.sku WHERE p.deleted_at IS NULL";
const SELECT_PRICES: &str = "SELECT f.site_id, f.sku, f.currency, f.amount_minor, f.list_amount_minor,
        f.version, f.erp_time, f.source_topic, f.source_partition, f.source_offset
    FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku)
    JOIN website_prices f ON f.site_id = t.site_id AND f.sku = t.sku WHERE f.deleted_at IS NULL";
const SELECT_STOCK: &str = "SELECT f.site_id, f.sku, f.on_hand, f.last_order_number,
        f.version, f.erp_time, f.source_topic, f.source_partition, f.source_offset
    FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku)
    JOIN website_stock f ON f.site_id = t.site_id AND f.sku = t.sku WHERE f.deleted_at IS NULL";
const SELECT_CATEGORIES: &str = "WITH RECURSIVE upwards AS (
        SELECT c.site_id, c.category_id, c.name, c.parent_id
        FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, category_id)
        JOIN website_categories c ON c.site_id = t.site_id AND c.category_id = t.category_id WHERE c.deleted_at IS NULL
        UNION
        SELECT c.site_id, c.category_id, c.name, c.parent_id FROM upwards
        JOIN website_categories c ON c.site_id = upwards.site_id AND c.category_id = upwards.parent_id
        WHERE c.deleted_at IS NULL
    )
    SELECT site_id, category_id, name, parent_id FROM upwards";

pub(super) const STATEMENTS: &[&str] = &[SELECT_PRODUCTS, SELECT_PRICES, SELECT_STOCK, SELECT_CATEGORIES];

/// Reads the parts of those among the candidates that are products now.
pub async fn load(
    connection: &mut PgConnection,
    candidates: &[EntityKey],
) -> Result<Vec<(EntityKey, DocumentParts)>, StoreError> {
    let (site_ids, skus) = unzip(candidates.iter().map(|key| (key.site_id, key.entity_id.as_str())));
    let products: Vec<ProductRow> =
        sqlx::query_as(SELECT_PRODUCTS).bind(site_ids).bind(skus).fetch_all(&mut *connection).await?;
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let sellable: HashSet<(Uuid, &str)> = products
        .iter()
        .flat_map(|product| {
            let variants = product.facts.variants.iter().map(|variant| (product.site_id, variant.sku.as_str()));
            variants.chain([(product.site_id, product.sku.as_str())])
        })
        .collect();
    let (site_ids, skus) = unzip(sellable.into_iter());
    let prices: Vec<PriceRow> =
        sqlx::query_as(SELECT_PRICES).bind(&site_ids).bind(&skus).fetch_all(&mut *connection).await?;
    let stock: Vec<StockRow> =
        sqlx::query_as(SELECT_STOCK).bind(&site_ids).bind(&skus).fetch_all(&mut *connection).await?;
    let used: HashSet<(Uuid, &str)> = products
        .iter()
        .flat_map(|product| product.facts.category_ids.iter().map(|id| (product.site_id, id.as_str())))
        .collect();
    let categories: Vec<CategoryRow> = if used.is_empty() {
        Vec::new()
    } else {
        let (site_ids, ids) = unzip(used.into_iter());
        sqlx::query_as(SELECT_CATEGORIES).bind(site_ids).bind(ids).fetch_all(connection).await?
    };
    combine(products, &prices, &stock, &categories)
}

fn combine(
    products: Vec<ProductRow>,
    prices: &[PriceRow],
    stock: &[StockRow],
    categories: &[CategoryRow],
) -> Result<Vec<(EntityKey, DocumentParts)>, StoreError> {
    let prices: HashMap<(Uuid, &str), &PriceRow> =
        prices.iter().map(|row| ((row.site_id, row.sku.as_str()), row)).collect();
    let stock: HashMap<(Uuid, &str), &StockRow> =
        stock.iter().map(|row| ((row.site_id, row.sku.as_str()), row)).collect();
    let categories: HashMap<(Uuid, &str), &CategoryRow> =
        categories.iter().map(|row| ((row.site_id, row.category_id.as_str()), row)).collect();
    products
        .into_iter()
        .map(|product| {
            let site_id = product.site_id;
            let mut own_prices = HashMap::new();
            let mut own_stock = HashMap::new();
            let variant_skus = product.facts.variants.iter().map(|variant| variant.sku.as_str());
            for sku in variant_skus.chain([product.sku.as_str()]) {
                if let Some(row) = prices.get(&(site_id, sku)) {
                    own_prices.insert(sku.to_owned(), (row.facts()?, row.source.as_of()));
                }
                if let Some(row) = stock.get(&(site_id, sku)) {
                    own_stock.insert(sku.to_owned(), (row.facts(), row.source.as_of()));
                }
            }
            let paths =
                product.facts.category_ids.iter().filter_map(|id| category_path(&categories, site_id, id)).collect();
            let key = EntityKey { site_id, entity_id: product.sku.clone() };
            let parts = DocumentParts {
                sku: Sku::parse(product.sku).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                product: product.facts.0,
                product_as_of: product.source.as_of(),
                categories: paths,
                prices: own_prices,
                stock: own_stock,
            };
            Ok((key, parts))
        })
        .collect()
}

/// The path from the highest known ancestor down to the category; a ring ends where it closes.
fn category_path(
    categories: &HashMap<(Uuid, &str), &CategoryRow>,
    site_id: Uuid,
    category_id: &str,
) -> Option<DocumentCategory> {
    let category = categories.get(&(site_id, category_id))?;
    let mut path = vec![CategoryCrumb { id: category.category_id.clone(), name: category.name.clone() }];
    let mut parent_id = category.parent_id.as_deref();
    while let Some(parent) = parent_id.and_then(|id| categories.get(&(site_id, id))) {
        if path.iter().any(|crumb| crumb.id == parent.category_id) {
            break;
        }
        path.push(CategoryCrumb { id: parent.category_id.clone(), name: parent.name.clone() });
        parent_id = parent.parent_id.as_deref();
    }
    path.reverse();
    Some(DocumentCategory { id: category.category_id.clone(), name: category.name.clone(), path })
}

fn unzip<'a>(keys: impl Iterator<Item = (Uuid, &'a str)>) -> (Vec<Uuid>, Vec<&'a str>) {
    keys.unzip()
}

#[derive(FromRow)]
struct SourceColumns {
    version: i64,
    erp_time: DateTime<Utc>,
    source_topic: String,
    source_partition: i32,
    source_offset: i64,
}

#[derive(FromRow)]
struct ProductRow {
    site_id: Uuid,
    sku: String,
    facts: sqlx::types::Json<ProductFacts>,
    #[sqlx(flatten)]
    source: SourceColumns,
}

#[derive(FromRow)]
struct PriceRow {
    site_id: Uuid,
    sku: String,
    currency: String,
    amount_minor: i64,
    list_amount_minor: Option<i64>,
    #[sqlx(flatten)]
    source: SourceColumns,
}

#[derive(FromRow)]
struct StockRow {
    site_id: Uuid,
    sku: String,
    on_hand: i64,
    last_order_number: Option<i64>,
    #[sqlx(flatten)]
    source: SourceColumns,
}

#[derive(FromRow)]
struct CategoryRow {
    site_id: Uuid,
    category_id: String,
    name: String,
    parent_id: Option<String>,
}

impl SourceColumns {
    fn as_of(&self) -> AsOf {
        AsOf {
            topic: self.source_topic.clone(),
            partition: self.source_partition,
            offset: self.source_offset,
            erp_time: self.erp_time,
            entity_version: self.version,
        }
    }
}

impl PriceRow {
    fn facts(&self) -> Result<PriceFacts, StoreError> {
        let currency = Currency::parse(&self.currency).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(PriceFacts { currency, amount_minor: self.amount_minor, list_amount_minor: self.list_amount_minor })
    }
}

impl StockRow {
    fn facts(&self) -> StockFacts {
        StockFacts { on_hand: self.on_hand, last_order_number: self.last_order_number }
    }
}
