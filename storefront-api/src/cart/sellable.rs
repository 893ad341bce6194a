//! What can be put into a cart: a variant, or a product without variants.

use std::collections::HashMap;

use coheron_core::document::{Availability, AvailabilityStatus, ProductDocument};
use coheron_core::ids::CartId;
use coheron_core::money::Money;
use coheron_store::{SiteTransaction, StoreError, documents, stock_ledger};
use indexmap::IndexMap;

/// A SKU as the catalogue has it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Sellable {
    pub name: String,
    /// Path of the product page.
    pub url: String,
    pub image_url: Option<String>,
    /// What sets the variant apart; empty for a product without variants.
    pub options: IndexMap<String, String>,
    pub price: Option<Money>,
    /// What can be sold now: without what orders took that the ERP has not booked yet and what open checkouts of
    /// other carts hold.
    pub availability: Availability,
}

/// The sellable things among these SKUs, as this cart may have them. A product with variants is none itself.
pub async fn find_sellable(
    transaction: &mut SiteTransaction,
    cart_id: CartId,
    skus: &[String],
) -> Result<HashMap<String, Sellable>, StoreError> {
    let mut found = HashMap::with_capacity(skus.len());
    if skus.is_empty() {
        return Ok(found);
    }
    let asked: Vec<&str> = skus.iter().map(String::as_str).collect();
    let available = stock_ledger::available_to_cart(transaction, cart_id, &asked).await?;
    for (sku, document_json) in documents::find_by_sellable_skus(transaction, skus).await? {
        let document: ProductDocument = serde_json::from_str(&document_json)?;
        if let Some(sellable) = sellable_of(&document, &sku) {
            let availability = Availability::of_quantity(available.get(&sku).copied());
            found.insert(sku, Sellable { availability, ..sellable });
        }
    }
    Ok(found)
}

impl Sellable {
    /// Why it cannot be ordered at all, whatever the quantity.
    pub fn obstacle(&self) -> Option<&'static str> {
        match (self.price, self.availability.status) {
            (None, _) => Some("has no price yet"),
            (_, AvailabilityStatus::OutOfStock) => Some("is sold out"),
            (_, AvailabilityStatus::Unknown) => Some("has no stock yet"),
            _ => None,
        }
    }
}

fn sellable_of(document: &ProductDocument, sku: &str) -> Option<Sellable> {
    let common = |images: &[coheron_core::change::Image]| Sellable {
        name: document.name.clone(),
        url: document.url.clone(),
        image_url: images.first().or(document.images.first()).map(|image| image.url.clone()),
        options: IndexMap::new(),
        price: document.price,
        availability: document.availability,
    };
    if document.variants.is_empty() {
        return (document.sku.as_str() == sku).then(|| common(&document.images));
    }
    let variant = document.variants.iter().find(|variant| variant.sku.as_str() == sku)?;
    Some(Sellable {
        options: variant.options.clone(),
        price: variant.price,
        availability: variant.availability,
        ..common(&variant.images)
    })
}
