//! Entries of products, written but not yet committed.

use chrono::{DateTime, Utc};
use coheron_core::document::ProductDocument;
use coheron_core::sku::Sku;
use tantivy::IndexWriter;

use super::incoming::{Change, StoredProduct};
use super::product_fields::product_fields;
use crate::error::IndexerError;
use crate::reading::newer_numbers::NewerProduct;
use crate::reading::snapshot::Snapshot;
use crate::schema::{Fields, TermKind};

pub(super) fn write_changes(
    writer: &mut IndexWriter,
    fields: &Fields,
    changes: &[&Change],
    now: DateTime<Utc>,
) -> Result<(), IndexerError> {
    for change in changes {
        writer.delete_term(TermKind::Sku.term(fields, change.sku.as_str()));
        if let Some(product) = &change.product {
            add(writer, fields, product, now)?;
        }
    }
    Ok(())
}

/// Writes the entry that a snapshot has of a product once more, with newer numbers, where they are those of its texts.
pub(super) fn write_newer(
    writer: &mut IndexWriter,
    snapshot: &Snapshot,
    sku: &Sku,
    newer: &NewerProduct,
    now: DateTime<Utc>,
) -> Result<(), IndexerError> {
    let Some(entry) = snapshot.find(sku.as_str())? else { return Ok(()) };
    if entry.fingerprint != newer.numbers.fingerprint {
        return Ok(());
    }
    let json = newer.in_document.written_into(&snapshot.entry_json(entry.address)?);
    let json = json.map_err(IndexerError::StoredDocument)?;
    let document: ProductDocument = serde_json::from_str(&json).map_err(IndexerError::StoredDocument)?;
    writer.delete_term(TermKind::Sku.term(&snapshot.fields, sku.as_str()));
    add(writer, &snapshot.fields, &StoredProduct { document, json: json.into(), numbers: newer.numbers }, now)
}

fn add(
    writer: &mut IndexWriter,
    fields: &Fields,
    product: &StoredProduct,
    now: DateTime<Utc>,
) -> Result<(), IndexerError> {
    let document = product_fields(fields, product, now);
    writer.add_document(document).map_err(IndexerError::engine("adding a document"))?;
    Ok(())
}
