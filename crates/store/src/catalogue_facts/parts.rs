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
// Withdrawn rows are read too: a document reflects the record that withdrew something.
const SELECT_PRICES: &str = "SELECT f.site_id, f.sku, f.currency, f.amount_minor, f.list_amount_minor,
        f.version, f.erp_time, f.source_topic, f.source_partition, f.source_offset
    FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku)
    JOIN website_prices f ON f.site_id = t.site_id AND f.sku = t.sku";
const SELECT_STOCK: &str = "SELECT f.site_id, f.sku, f.on_hand, f.last_order_number,
        f.version, f.erp_time, f.source_topic, f.source_partition, f.source_offset
    FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, sku)
    JOIN website_stock f ON f.site_id = t.site_id AND f.sku = t.sku";
// A removed category has no parent: there the way ends.
const SELECT_CATEGORIES: &str = "WITH RECURSIVE upwards AS (
        SELECT c.site_id, c.category_id, c.name, c.parent_id,
            c.version, c.erp_time, c.source_topic, c.source_partition, c.source_offset
        FROM UNNEST($1::uuid[], $2::text[]) AS t (site_id, category_id)
        JOIN website_categories c ON c.site_id = t.site_id AND c.category_id = t.category_id
        UNION
        SELECT c.site_id, c.category_id, c.name, c.parent_id,
            c.version, c.erp_time, c.source_topic, c.source_partition, c.source_offset
        FROM upwards
        JOIN website_categories c ON c.site_id = upwards.site_id AND c.category_id = upwards.parent_id
    )
    SELECT site_id, category_id, name, parent_id, version, erp_time, source_topic, source_partition, source_offset
    FROM upwards";

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
            let mut further_sources = Vec::new();
            let variant_skus = product.facts.variants.iter().map(|variant| variant.sku.as_str());
            for sku in variant_skus.chain([product.sku.as_str()]) {
                if let Some(row) = prices.get(&(site_id, sku)) {
                    match row.facts()? {
                        Some(facts) => {
                            own_prices.insert(sku.to_owned(), (facts, row.source.as_of()));
                        }
                        None => further_sources.push(row.source.as_of()),
                    }
                }
                if let Some(row) = stock.get(&(site_id, sku)) {
                    match row.facts() {
                        Some(facts) => {
                            own_stock.insert(sku.to_owned(), (facts, row.source.as_of()));
                        }
                        None => further_sources.push(row.source.as_of()),
                    }
                }
            }
            let mut paths = Vec::with_capacity(product.facts.category_ids.len());
            for category_id in &product.facts.category_ids {
                let way = way_up(&categories, site_id, category_id);
                further_sources.extend(way.iter().map(|category| category.source.as_of()));
                paths.extend(document_category(&way));
            }
            let key = EntityKey { site_id, entity_id: product.sku.clone() };
            let parts = DocumentParts {
                sku: Sku::parse(product.sku).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                product: product.facts.0,
                product_as_of: product.source.as_of(),
                categories: paths,
                prices: own_prices,
                stock: own_stock,
                further_sources,
            };
            Ok((key, parts))
        })
        .collect()
}

/// From a category up to its highest known ancestor, or to the first that was removed; a ring ends where it closes.
fn way_up<'a>(
    categories: &HashMap<(Uuid, &str), &'a CategoryRow>,
    site_id: Uuid,
    category_id: &str,
) -> Vec<&'a CategoryRow> {
    let mut way: Vec<&CategoryRow> = Vec::new();
    let mut next_id = Some(category_id);
    while let Some(category) = next_id.and_then(|id| categories.get(&(site_id, id)).copied()) {
        if way.iter().any(|known| known.category_id == category.category_id) {
            break;
        }
        way.push(category);
        next_id = category.parent_id.as_deref();
    }
    way
}

/// The first category of the way, with the path down to it; none where it was removed.
fn document_category(way: &[&CategoryRow]) -> Option<DocumentCategory> {
    let present = way.iter().map_while(|category| {
        let name = category.name.clone()?;
        Some(CategoryCrumb { id: category.category_id.clone(), name })
    });
    let mut path: Vec<CategoryCrumb> = present.collect();
    path.reverse();
    let CategoryCrumb { id, name } = path.last()?.clone();
    Some(DocumentCategory { id, name, path })
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
    /// None where the price was withdrawn, as `amount_minor` then is.
    currency: Option<String>,
    amount_minor: Option<i64>,
    list_amount_minor: Option<i64>,
    #[sqlx(flatten)]
    source: SourceColumns,
}

#[derive(FromRow)]
struct StockRow {
    site_id: Uuid,
    sku: String,
    /// None where the figure was withdrawn.
    on_hand: Option<i64>,
    last_order_number: Option<i64>,
    #[sqlx(flatten)]
    source: SourceColumns,
}

#[derive(FromRow)]
struct CategoryRow {
    site_id: Uuid,
    category_id: String,
    /// None where the category was removed.
    name: Option<String>,
    parent_id: Option<String>,
    #[sqlx(flatten)]
    source: SourceColumns,
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
    fn facts(&self) -> Result<Option<PriceFacts>, StoreError> {
        let (Some(currency), Some(amount_minor)) = (&self.currency, self.amount_minor) else { return Ok(None) };
        let currency = Currency::parse(currency).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Some(PriceFacts { currency, amount_minor, list_amount_minor: self.list_amount_minor }))
    }
}

impl StockRow {
    fn facts(&self) -> Option<StockFacts> {
        Some(StockFacts { on_hand: self.on_hand?, last_order_number: self.last_order_number })
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::change::VariantFacts;
    use sqlx::types::Json;

    use super::*;

    const SITE: Uuid = Uuid::from_u128(1);

    fn source(offset: i64) -> SourceColumns {
        SourceColumns {
            version: offset,
            erp_time: DateTime::from_timestamp(1_700_000_000 + offset, 0).expect("a time"),
            source_topic: "t".to_owned(),
            source_partition: 0,
            source_offset: offset,
        }
    }

    fn product(category_ids: &[&str]) -> ProductRow {
        let sku = Sku::parse("TEE-M").expect("a SKU");
        let facts = ProductFacts {
            category_ids: category_ids.iter().map(|id| (*id).to_owned()).collect(),
            variants: vec![VariantFacts { sku, options: Default::default(), images: vec![] }],
            ..ProductFacts::named("Tee")
        };
        ProductRow { site_id: SITE, sku: "TEE".to_owned(), facts: Json(facts), source: source(1) }
    }

    fn category(id: &str, name: Option<&str>, parent_id: Option<&str>, offset: i64) -> CategoryRow {
        let (name, parent_id) = (name.map(str::to_owned), parent_id.map(str::to_owned));
        CategoryRow { site_id: SITE, category_id: id.to_owned(), name, parent_id, source: source(offset) }
    }

    fn price(sku: &str, amount_minor: Option<i64>, offset: i64) -> PriceRow {
        let currency = amount_minor.map(|_| "EUR".to_owned());
        let source = source(offset);
        PriceRow { site_id: SITE, sku: sku.to_owned(), currency, amount_minor, list_amount_minor: None, source }
    }

    fn stock(sku: &str, on_hand: Option<i64>, offset: i64) -> StockRow {
        StockRow { site_id: SITE, sku: sku.to_owned(), on_hand, last_order_number: None, source: source(offset) }
    }

    fn parts(category_ids: &[&str], prices: &[PriceRow], stock: &[StockRow], tree: &[CategoryRow]) -> DocumentParts {
        combine(vec![product(category_ids)], prices, stock, tree).expect("parts").remove(0).1
    }

    /// The names on each path, and the offsets of the further sources.
    fn told(parts: &DocumentParts) -> (Vec<Vec<&str>>, Vec<i64>) {
        let paths = parts.categories.iter().map(names).collect();
        (paths, parts.further_sources.iter().map(|source| source.offset).collect())
    }

    fn names(category: &DocumentCategory) -> Vec<&str> {
        category.path.iter().map(|crumb| crumb.name.as_str()).collect()
    }

    #[test]
    fn every_category_on_the_way_is_a_source() {
        let tree = [category("tees", Some("Tees"), Some("clothes"), 5), category("clothes", Some("Clothing"), None, 6)];
        let parts = parts(&["tees", "unknown"], &[], &[], &tree);
        assert_eq!(told(&parts), (vec![vec!["Clothing", "Tees"]], vec![5, 6]));
        assert_eq!((parts.categories[0].id.as_str(), parts.categories[0].name.as_str()), ("tees", "Tees"));
    }

    #[test]
    fn a_removed_category_is_a_source_and_no_step_of_the_path() {
        let below = category("tees", Some("Tees"), Some("clothes"), 5);
        let tree = [below, category("clothes", None, None, 7)];
        assert_eq!(told(&parts(&["tees"], &[], &[], &tree)), (vec![vec!["Tees"]], vec![5, 7]));
        assert_eq!(told(&parts(&["clothes"], &[], &[], &tree)), (vec![], vec![7]));
    }

    #[test]
    fn a_ring_ends_where_it_closes() {
        let tree = [category("a", Some("A"), Some("b"), 5), category("b", Some("B"), Some("a"), 6)];
        assert_eq!(told(&parts(&["a"], &[], &[], &tree)), (vec![vec!["B", "A"]], vec![5, 6]));
    }

    #[test]
    fn what_was_withdrawn_is_a_source_and_no_fact() {
        let prices = [price("TEE", Some(900), 3), price("TEE-M", None, 8)];
        let parts = parts(&[], &prices, &[stock("TEE-M", None, 9), stock("TEE", Some(2), 4)], &[]);
        assert_eq!((parts.prices.len(), parts.stock.len()), (1, 1));
        assert_eq!((parts.prices["TEE"].0.amount_minor, parts.stock["TEE"].0.on_hand), (900, 2));
        assert_eq!(told(&parts).1, [8_i64, 9]);
    }
}
