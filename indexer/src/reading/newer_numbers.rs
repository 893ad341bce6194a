//! Numbers of products that are newer than the products' entries in the index.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use coheron_core::document_numbers::DocumentNumbers;
use coheron_core::sku::Sku;

use crate::writing::product_numbers::ProductNumbers;

/// One product whose entry has the right texts and older numbers.
#[derive(Debug, PartialEq)]
pub(crate) struct NewerProduct {
    pub(crate) numbers: ProductNumbers,
    pub(crate) in_document: DocumentNumbers,
}

/// By SKU; shared by the writer and by all snapshots of a generation.
#[derive(Debug, Default)]
pub(crate) struct NewerNumbers(RwLock<HashMap<Sku, Arc<NewerProduct>>>);

impl NewerNumbers {
    pub(crate) fn get(&self, sku: &str) -> Option<Arc<NewerProduct>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(sku).cloned()
    }

    pub(crate) fn all(&self) -> Vec<(Sku, Arc<NewerProduct>)> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().map(|(sku, newer)| (sku.clone(), Arc::clone(newer))).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes what another process has written.
    pub(crate) fn replace_all(&self, other: Self) {
        let other = other.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = other;
    }

    pub(crate) fn insert(&self, sku: Sku, newer: NewerProduct) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(sku, Arc::new(newer));
    }

    /// Keeps what became newer still.
    pub(crate) fn remove_same(&self, written: &[(Sku, Arc<NewerProduct>)]) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (sku, newer) in written {
            if held.get(sku).is_some_and(|held| Arc::ptr_eq(held, newer)) {
                held.remove(sku);
            }
        }
    }
}

impl FromIterator<(Sku, NewerProduct)> for NewerNumbers {
    fn from_iter<Products: IntoIterator<Item = (Sku, NewerProduct)>>(products: Products) -> Self {
        let products = products.into_iter().map(|(sku, newer)| (sku, Arc::new(newer)));
        Self(RwLock::new(products.collect()))
    }
}
