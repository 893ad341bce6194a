//! Availability in words.

use coheron_core::document::{Availability, AvailabilityStatus};

/// Above this many pieces the exact number tells a shopper nothing.
const EXACT_UP_TO: i64 = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    pub words: String,
    /// Class of the line: `in`, `low`, `out` or `unknown`.
    pub class: &'static str,
}

impl StockView {
    pub fn new(availability: &Availability) -> Self {
        let quantity = availability.quantity.unwrap_or(0);
        let (class, words) = match availability.status {
            AvailabilityStatus::InStock if quantity <= EXACT_UP_TO => ("in", format!("In stock, {quantity} left")),
            AvailabilityStatus::InStock => ("in", format!("In stock, more than {EXACT_UP_TO}")),
            AvailabilityStatus::LowStock => ("low", format!("Only {quantity} left")),
            AvailabilityStatus::OutOfStock => ("out", "Sold out".to_owned()),
            AvailabilityStatus::Unknown => ("unknown", "Stock not known yet".to_owned()),
        };
        Self { words, class }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_words() {
        let words = |quantity| StockView::new(&Availability::of_quantity(quantity)).words;
        assert_eq!(words(Some(14)), "In stock, 14 left");
        assert_eq!(words(Some(900)), "In stock, more than 50");
        assert_eq!(words(Some(3)), "Only 3 left");
        assert_eq!(words(Some(0)), "Sold out");
        assert_eq!(words(None), "Stock not known yet");
    }
}
