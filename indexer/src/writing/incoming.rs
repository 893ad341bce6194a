//! Records become changes: parsed, checked and folded to one per product.

use std::collections::HashMap;
use std::sync::Arc;

use coheron_core::document::ProductDocument;
use coheron_core::ids::SiteId;
use coheron_core::sku::Sku;
use coheron_stream::record::Record;
use coheron_stream::stage::StageError;

use super::product_numbers::ProductNumbers;

/// Documents beyond this are refused; the largest sensible one is a tenth of it.
const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// The newest record of one product in a batch.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) sku: Sku,
    pub(crate) version: i64,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// None deletes the product.
    pub(crate) product: Option<StoredProduct>,
}

#[derive(Debug, Clone)]
pub(crate) struct StoredProduct {
    pub(crate) document: ProductDocument,
    pub(crate) json: Arc<str>,
    pub(crate) numbers: ProductNumbers,
}

/// The changes of each site, in the order of the stream. One bad record refuses the whole batch, with its reason.
pub(crate) fn read_changes(records: &[Record]) -> Result<HashMap<SiteId, Vec<Change>>, StageError> {
    let mut newest: HashMap<(SiteId, Sku), Change> = HashMap::new();
    for record in records {
        let (site_id, change) = read_change(record)?;
        match newest.entry((site_id, change.sku.clone())) {
            std::collections::hash_map::Entry::Occupied(mut held) if held.get().version <= change.version => {
                held.insert(change);
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(change);
            }
        }
    }
    let mut sites: HashMap<SiteId, Vec<Change>> = HashMap::new();
    for ((site_id, _), change) in newest {
        sites.entry(site_id).or_default().push(change);
    }
    for changes in sites.values_mut() {
        changes.sort_by_key(|change| (change.partition, change.offset));
    }
    Ok(sites)
}

fn read_change(record: &Record) -> Result<(SiteId, Change), StageError> {
    let (site_id, sku) = read_key(record)?;
    let version = record
        .header("document_version")
        .and_then(|version| version.parse().ok())
        .ok_or_else(|| poison("missing_version", "the header document_version is not a whole number"))?;
    let product = record.payload.as_deref().map(|payload| read_product(payload, &sku, version)).transpose()?;
    Ok((site_id, Change { sku, version, partition: record.partition, offset: record.offset, product }))
}

fn read_key(record: &Record) -> Result<(SiteId, Sku), StageError> {
    let key = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok());
    let parts = key.and_then(|key| key.split_once(':'));
    parts
        .and_then(|(site, sku)| Some((site.parse().ok()?, Sku::parse(sku).ok()?)))
        .ok_or_else(|| poison("bad_key", "the key is not <site id>:<sku>"))
}

fn read_product(payload: &[u8], sku: &Sku, version: i64) -> Result<StoredProduct, StageError> {
    if payload.len() > MAX_DOCUMENT_BYTES {
        let reason = format!("the document has {} bytes; at most {MAX_DOCUMENT_BYTES} are indexed", payload.len());
        return Err(poison("document_too_large", reason));
    }
    let json = std::str::from_utf8(payload).map_err(|_| poison("bad_document", "the document is not UTF-8"))?;
    let document: ProductDocument = serde_json::from_str(json)
        .map_err(|error| poison("bad_document", format!("the document cannot be read: {error}")))?;
    if document.sku != *sku {
        return Err(poison("bad_document", format!("sku: the document is of {}, the key of {sku}", document.sku)));
    }
    if document.price.is_some_and(|price| price.amount_minor < 0) {
        return Err(poison("bad_document", "price: is negative"));
    }
    let numbers = ProductNumbers::of(&document, version);
    Ok(StoredProduct { document, json: json.into(), numbers })
}

fn poison(reason_code: &'static str, reason: impl Into<String>) -> StageError {
    StageError::Poison { reason_code, reason: reason.into() }
}
