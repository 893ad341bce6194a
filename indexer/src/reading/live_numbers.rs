//! Numbers of a segment's products that change without its texts, replaced in place.

use std::sync::atomic::{AtomicI64, Ordering};

/// One number per product. A search that runs meanwhile sees the number before or after the change; nothing is derived
/// from two of them, so no order between them is needed.
#[derive(Debug)]
pub(crate) struct LiveNumbers(Vec<AtomicI64>);

impl LiveNumbers {
    /// `absent` where there is no such product.
    pub(crate) fn get(&self, document: u32, absent: i64) -> i64 {
        self.0.get(document as usize).map_or(absent, |number| number.load(Ordering::Relaxed))
    }

    pub(crate) fn set(&self, document: u32, number: i64) {
        if let Some(held) = self.0.get(document as usize) {
            held.store(number, Ordering::Relaxed);
        }
    }
}

impl FromIterator<i64> for LiveNumbers {
    fn from_iter<Numbers: IntoIterator<Item = i64>>(numbers: Numbers) -> Self {
        Self(numbers.into_iter().map(AtomicI64::new).collect())
    }
}
