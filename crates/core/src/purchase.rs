//! What a shopper agreed to buy: fixed when the checkout begins, and from then on the content of the order.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::cart::{TaxRule, Totals};

/// Lines, prices, totals and addresses of a checkout or an order. The currency is that of the totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    pub email: String,
    pub shipping_address: Address,
    /// None where the invoice goes with the goods.
    pub billing_address: Option<Address>,
    pub shipping_method: String,
    pub shipping_label: String,
    pub lines: Vec<PurchasedLine>,
    pub totals: Totals,
    pub tax_rule: TaxRule,
}

/// A line at the price that the shopper agreed to, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasedLine {
    pub sku: String,
    pub name: String,
    /// Path of the product page.
    pub url: Option<String>,
    pub image_url: Option<String>,
    /// What sets the variant apart.
    pub options: IndexMap<String, String>,
    pub quantity: u32,
    pub unit_price_minor: i64,
    pub line_total_minor: i64,
}

impl Purchase {
    /// Pieces by SKU, sorted by SKU.
    pub fn pieces(&self) -> Vec<(&str, i64)> {
        let mut pieces: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
        for line in &self.lines {
            *pieces.entry(&line.sku).or_default() += i64::from(line.quantity);
        }
        pieces.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_summed_by_sku() {
        let line = |sku: &str, quantity: u32| PurchasedLine {
            sku: sku.to_owned(),
            name: sku.to_owned(),
            url: None,
            image_url: None,
            options: IndexMap::new(),
            quantity,
            unit_price_minor: 1,
            line_total_minor: i64::from(quantity),
        };
        let euro = crate::money::Currency::parse("EUR").expect("a currency");
        let rule = TaxRule { mode: crate::cart::TaxMode::Included, rate_basis_points: 0 };
        let purchase = Purchase {
            email: "ada@example.com".to_owned(),
            shipping_address: Address {
                name: "Ada".to_owned(),
                company: None,
                line1: "Street 1".to_owned(),
                line2: None,
                city: "Berlin".to_owned(),
                region: None,
                postal_code: "10969".to_owned(),
                country: "DE".to_owned(),
                phone: None,
            },
            billing_address: None,
            shipping_method: "standard".to_owned(),
            shipping_label: "Standard".to_owned(),
            lines: vec![line("B", 2), line("A", 1), line("B", 3)],
            totals: Totals::of(euro, &[], 0, rule).expect("totals"),
            tax_rule: rule,
        };
        assert_eq!(purchase.pieces(), [("A", 1), ("B", 5)]);
    }
}
