//! Recomputes the documents of touched products and announces them.

use std::collections::{BTreeSet, HashMap};

use coheron_core::document::ProductDocument;
use coheron_core::topics::{CATALOG_DOCUMENT_STATE, TRACEPARENT};
use coheron_store::catalogue_facts::{EntityKey, parts, touched};
use coheron_store::documents::{self, NewDocument};
use coheron_store::notifications;
use coheron_store::outbox::{self, DocumentAnnouncement};
use coheron_store::{PipelineTransaction, StoreError};
use uuid::Uuid;

use crate::catalogue_batch::{AppliedChanges, Traceparents};

/// Products whose parts, documents and texts are in memory at a time: one record of a category may concern them all.
const CHUNK: usize = 500;

/// Assembles, stores and announces the documents that the applied changes concern. Gives their number.
pub async fn recompute_documents(
    transaction: &mut PipelineTransaction,
    applied: &AppliedChanges,
    traceparents: &Traceparents,
) -> Result<usize, StoreError> {
    if applied.skus.is_empty() && applied.categories.is_empty() {
        return Ok(0);
    }
    let candidates = touched::products(transaction, &applied.skus, &applied.categories).await?;
    let mut recomputed = 0;
    for chunk in candidates.chunks(CHUNK) {
        recomputed += recompute_chunk(transaction, chunk, traceparents).await?;
    }
    if !applied.categories.is_empty() {
        let sites: BTreeSet<String> = applied.categories.iter().map(|key| key.site_id.to_string()).collect();
        notifications::notify_categories(transaction, &sites.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(recomputed)
}

async fn recompute_chunk(
    transaction: &mut PipelineTransaction,
    candidates: &[EntityKey],
    traceparents: &Traceparents,
) -> Result<usize, StoreError> {
    let assembled: HashMap<(Uuid, String), ProductDocument> = parts::load(transaction, candidates)
        .await?
        .into_iter()
        .map(|(key, parts)| ((key.site_id, key.entity_id), ProductDocument::assemble(parts)))
        .collect();
    let keys: Vec<(Uuid, String)> = candidates.iter().map(|key| (key.site_id, key.entity_id.clone())).collect();
    let known: HashMap<(Uuid, String), (i64, bool)> = documents::states(transaction, &keys)
        .await?
        .into_iter()
        .map(|state| ((state.site_id, state.sku), (state.document_version, state.is_published)))
        .collect();

    let mut new_documents = Vec::with_capacity(keys.len());
    for key in keys {
        let (version, is_published) = known.get(&key).copied().unwrap_or((0, false));
        let document = assembled.get(&key);
        // Neither a product now nor one before: the price or stock of something still unknown.
        if document.is_none() && !is_published {
            continue;
        }
        new_documents.push(next_version(key, document, version + 1)?);
    }
    if !new_documents.is_empty() {
        documents::upsert(transaction, &new_documents).await?;
        announce(transaction, &new_documents, &assembled, traceparents).await?;
    }
    Ok(new_documents.len())
}

fn next_version(
    (site_id, sku): (Uuid, String),
    document: Option<&ProductDocument>,
    document_version: i64,
) -> Result<NewDocument, StoreError> {
    let document_json = document.map(serde_json::to_string).transpose()?;
    let content_hash = document.map(ProductDocument::content_hash);
    Ok(NewDocument { site_id, sku, document_json, document_version, content_hash })
}

async fn announce(
    transaction: &mut PipelineTransaction,
    new_documents: &[NewDocument],
    assembled: &HashMap<(Uuid, String), ProductDocument>,
    traceparents: &Traceparents,
) -> Result<(), StoreError> {
    let mut announcements = Vec::with_capacity(new_documents.len());
    for new in new_documents {
        let document = assembled.get(&(new.site_id, new.sku.clone()));
        let traceparent = traceparent_of(&new.sku, document, traceparents);
        let headers = traceparent.map(|value| (TRACEPARENT.to_owned(), value.clone())).into_iter().collect();
        announcements.push(DocumentAnnouncement { site_id: new.site_id, sku: &new.sku, headers });
    }
    outbox::announce_documents(transaction, CATALOG_DOCUMENT_STATE.name, &announcements).await
}

/// The trace of the record that changed the product or one of its variants in this batch.
fn traceparent_of<'a>(
    sku: &str,
    document: Option<&ProductDocument>,
    traceparents: &'a Traceparents,
) -> Option<&'a String> {
    if traceparents.is_empty() {
        return None;
    }
    let of_variants = || document?.variants.iter().find_map(|variant| traceparents.get(variant.sku.as_str()));
    traceparents.get(sku).or_else(of_variants)
}
