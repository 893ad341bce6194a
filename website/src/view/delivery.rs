//! What a cart comes to by each way of delivery.

use coheron_core::cart::{PricedLine, TaxRule, Totals};
use coheron_core::money::{Currency, Money};
use coheron_core::sku::Sku;
use coheron_storefront_api::shapes::cart::{Cart, CartLine, CartTotals};
use coheron_storefront_api::shapes::checkout::ShippingRate;

use super::cart::amount;
use super::checkout_fields::total_field;

/// A way of delivery with what the order comes to by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryChoice {
    pub method: String,
    /// Name of the hidden field with the total.
    pub total_field: String,
    pub label: String,
    pub price: String,
    pub is_chosen: bool,
    pub totals: TotalsView,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalsView {
    pub subtotal: String,
    /// None where nothing is taken off.
    pub discount: Option<String>,
    pub shipping: String,
    pub total: String,
    pub total_minor: i64,
    pub tax: String,
    /// The tax is part of the other figures, not put on top of them.
    pub is_tax_included: bool,
}

/// None where the sums cannot be computed.
pub fn delivery_choices(cart: &Cart, rates: &[ShippingRate], tax_rule: TaxRule) -> Option<Vec<DeliveryChoice>> {
    let currency = Currency::parse(&cart.currency).ok()?;
    let lines: Vec<PricedLine> = cart.items.iter().filter_map(|line| priced(line, currency)).collect();
    rates.iter().map(|rate| choice(currency, &lines, rate, tax_rule)).collect()
}

fn choice(currency: Currency, lines: &[PricedLine], rate: &ShippingRate, tax_rule: TaxRule) -> Option<DeliveryChoice> {
    let totals = Totals::of(currency, lines, rate.price.amount_minor, tax_rule).ok()?;
    let totals = TotalsView::new(&CartTotals::from(totals));
    Some(DeliveryChoice {
        total_field: total_field(&rate.method),
        method: rate.method.clone(),
        label: rate.label.clone(),
        price: totals.shipping.clone(),
        is_chosen: false,
        totals,
    })
}

/// None for a line that has no price, which does not count.
fn priced(line: &CartLine, currency: Currency) -> Option<PricedLine> {
    let unit_price = Money::new(line.unit_price.as_ref()?.amount_minor, currency);
    Some(PricedLine { sku: Sku::parse(line.sku.clone()).ok()?, quantity: line.quantity, unit_price })
}

impl TotalsView {
    pub fn new(totals: &CartTotals) -> Self {
        let sum = totals.subtotal.amount_minor - totals.discount.amount_minor + totals.shipping.amount_minor;
        Self {
            subtotal: amount(&totals.subtotal),
            discount: (totals.discount.amount_minor != 0).then(|| amount(&totals.discount)),
            shipping: if totals.shipping.amount_minor == 0 { "Free".to_owned() } else { amount(&totals.shipping) },
            total: amount(&totals.total),
            total_minor: totals.total.amount_minor,
            tax: amount(&totals.tax),
            is_tax_included: sum == totals.total.amount_minor,
        }
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::cart::TaxMode;

    use super::*;
    use crate::view::sample;

    #[test]
    fn every_way_has_its_own_sums() {
        let rate = |method: &str, minor: i64| ShippingRate {
            method: method.to_owned(),
            label: method.to_owned(),
            price: sample::eur(minor).into(),
        };
        let rates = [rate("standard", 490), rate("pickup", 0)];
        let rule = |mode| TaxRule { mode, rate_basis_points: 1_900 };
        let included = delivery_choices(&sample::cart(), &rates, rule(TaxMode::Included)).expect("sums");
        assert_eq!((included[0].totals.total.as_str(), included[0].price.as_str()), ("€86.90", "€4.90"));
        assert_eq!((included[1].totals.total.as_str(), included[1].price.as_str()), ("€82.00", "Free"));
        let added = delivery_choices(&sample::cart(), &rates, rule(TaxMode::Added)).expect("sums");
        assert_eq!((added[0].totals.tax.as_str(), added[0].totals.total.as_str()), ("€16.51", "€103.41"));
    }

    #[test]
    fn tax_is_told_as_part_of_the_total_or_beside_it() {
        assert!(TotalsView::new(&sample::totals(8_200, 490)).is_tax_included);
        let mut totals = sample::totals(8_200, 0);
        totals.total.amount_minor += totals.tax.amount_minor;
        assert!(!TotalsView::new(&totals).is_tax_included);
    }
}
