//! Cart arithmetic: what lines cost, what is due, what changed since the shopper put a line in. Everything is computed
//! from the present catalogue; a cart stores quantities, never prices that could go stale unseen.

use serde::{Deserialize, Serialize};

use crate::document::Availability;
use crate::money::{Currency, Money};
use crate::sku::Sku;

/// The most pieces of one SKU in a cart.
pub const MAX_LINE_QUANTITY: u32 = 999;
/// The most lines of a cart.
pub const MAX_LINES: usize = 100;

/// Whether the prices of the catalogue contain tax already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    Included,
    Added,
}

/// How a site taxes: one rate in basis points (1,900 is 19 %).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRule {
    pub mode: TaxMode,
    pub rate_basis_points: u32,
}

/// A line as it can be priced now.
#[derive(Debug, Clone, PartialEq)]
pub struct PricedLine {
    pub sku: Sku,
    pub quantity: u32,
    pub unit_price: Money,
}

/// What a cart comes to. `total = subtotal - discount + shipping`, plus `tax` where prices do not contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub subtotal: Money,
    pub discount: Money,
    pub shipping: Money,
    /// The tax contained in or added to the total.
    pub tax: Money,
    pub total: Money,
}

/// Something a shopper has to know before buying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub code: NoticeCode,
    pub sku: Sku,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCode {
    PriceChanged,
    /// The product is gone or has no price.
    Unavailable,
    /// Fewer pieces are there than the cart holds.
    InsufficientStock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    #[error("the amount is larger than can be represented")]
    Overflow,
    #[error("a line is priced in {found}, the cart in {expected}")]
    MixedCurrencies { expected: Currency, found: Currency },
}

impl PricedLine {
    pub fn total(&self) -> Result<Money, CartError> {
        let amount = self.unit_price.amount_minor.checked_mul(i64::from(self.quantity)).ok_or(CartError::Overflow)?;
        Ok(Money::new(amount, self.unit_price.currency))
    }
}

impl Totals {
    /// Sums the lines and the shipping. Tax is computed once on the whole, half a minor unit rounds away from zero.
    pub fn of(
        currency: Currency,
        lines: &[PricedLine],
        shipping_minor: i64,
        tax_rule: TaxRule,
    ) -> Result<Self, CartError> {
        let mut subtotal: i64 = 0;
        for line in lines {
            let line_total = line.total()?;
            if line_total.currency != currency {
                return Err(CartError::MixedCurrencies { expected: currency, found: line_total.currency });
            }
            subtotal = subtotal.checked_add(line_total.amount_minor).ok_or(CartError::Overflow)?;
        }
        let goods_and_shipping = subtotal.checked_add(shipping_minor).ok_or(CartError::Overflow)?;
        let tax = tax_rule.tax_of(goods_and_shipping)?;
        let total = match tax_rule.mode {
            TaxMode::Included => goods_and_shipping,
            TaxMode::Added => goods_and_shipping.checked_add(tax).ok_or(CartError::Overflow)?,
        };
        let money = |amount| Money::new(amount, currency);
        Ok(Self {
            subtotal: money(subtotal),
            discount: money(0),
            shipping: money(shipping_minor),
            tax: money(tax),
            total: money(total),
        })
    }
}

impl TaxRule {
    /// The tax in, or on top of, an amount that is not negative.
    fn tax_of(self, amount_minor: i64) -> Result<i64, CartError> {
        let rate = i128::from(self.rate_basis_points);
        let divisor = match self.mode {
            TaxMode::Included => 10_000 + rate,
            TaxMode::Added => 10_000,
        };
        let rounded = (i128::from(amount_minor) * rate * 2 + divisor) / (divisor * 2);
        i64::try_from(rounded).map_err(|_| CartError::Overflow)
    }
}

/// What to tell about one line, given the price that the shopper saw and what holds now.
pub fn line_notices(
    sku: &Sku,
    name: &str,
    quantity: u32,
    seen_unit_price: Option<Money>,
    unit_price: Option<Money>,
    availability: Availability,
) -> Vec<Notice> {
    let notice = |code, message| Notice { code, sku: sku.clone(), message };
    let Some(price) = unit_price else {
        return vec![notice(NoticeCode::Unavailable, format!("{name} is no longer for sale"))];
    };
    let stock = match availability.quantity {
        Some(0) => Some(format!("{name} is sold out")),
        Some(left) if left < i64::from(quantity) => Some(format!("Only {left} of {name} are left")),
        None => Some(format!("The stock of {name} is not known yet")),
        Some(_) => None,
    };
    let change = seen_unit_price.filter(|seen| *seen != price).map(|seen| {
        let (seen, now) = (seen.display_for_shoppers(), price.display_for_shoppers());
        format!("The price of {name} changed from {seen} to {now}")
    });
    let stock = stock.map(|message| notice(NoticeCode::InsufficientStock, message));
    let change = change.map(|message| notice(NoticeCode::PriceChanged, message));
    stock.into_iter().chain(change).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn euro() -> Currency {
        Currency::parse("EUR").expect("a currency")
    }

    fn line(quantity: u32, amount_minor: i64) -> PricedLine {
        let unit_price = Money::new(amount_minor, euro());
        PricedLine { sku: Sku::parse("A").expect("a SKU"), quantity, unit_price }
    }

    fn rule(mode: TaxMode, rate_basis_points: u32) -> TaxRule {
        TaxRule { mode, rate_basis_points }
    }

    #[test]
    fn included_tax_is_contained_and_added_tax_is_added() {
        let lines = [line(2, 1_000), line(1, 990)];
        let included = Totals::of(euro(), &lines, 490, rule(TaxMode::Included, 1_900)).expect("totals");
        assert_eq!((included.total.amount_minor, included.tax.amount_minor), (3_480, 556));
        let added = Totals::of(euro(), &lines, 490, rule(TaxMode::Added, 1_900)).expect("totals");
        assert_eq!((added.total.amount_minor, added.tax.amount_minor), (4_141, 661));
    }

    #[test]
    fn mixed_currencies_and_overflow_are_errors() {
        let dollar =
            PricedLine { unit_price: Money::new(1, Currency::parse("USD").expect("a currency")), ..line(1, 1) };
        let mixed = Totals::of(euro(), &[dollar], 0, rule(TaxMode::Included, 0));
        assert!(matches!(mixed, Err(CartError::MixedCurrencies { .. })));
        let huge = Totals::of(euro(), &[line(2, i64::MAX)], 0, rule(TaxMode::Included, 0));
        assert_eq!(huge, Err(CartError::Overflow));
    }

    #[test]
    fn notices_say_what_a_shopper_must_know() {
        let sku = Sku::parse("A").expect("a SKU");
        let price = |amount| Some(Money::new(amount, euro()));
        let notices = |quantity, seen, now, left| -> Vec<NoticeCode> {
            let notices = line_notices(&sku, "Mug", quantity, seen, now, Availability::of_quantity(left));
            notices.into_iter().map(|notice| notice.code).collect()
        };
        assert_eq!(notices(1, price(100), price(100), Some(5)), []);
        assert_eq!(notices(1, price(100), price(120), Some(5)), [NoticeCode::PriceChanged]);
        assert_eq!(
            notices(6, price(100), price(120), Some(5)),
            [NoticeCode::InsufficientStock, NoticeCode::PriceChanged],
            "one does not hide the other"
        );
        assert_eq!(notices(1, price(100), None, Some(5)), [NoticeCode::Unavailable]);
        assert_eq!(notices(1, None, price(100), None), [NoticeCode::InsufficientStock]);
    }

    proptest! {
        #[test]
        fn totals_add_up_and_tax_is_exact_to_half_a_minor_unit(
            amounts in prop::collection::vec((1_u32..=999, 0_i64..10_000_000), 0..20),
            shipping in 0_i64..100_000,
            rate in 0_u32..3_000,
        ) {
            let lines: Vec<PricedLine> = amounts.iter().map(|(quantity, amount)| line(*quantity, *amount)).collect();
            let subtotal: i64 = amounts.iter().map(|(quantity, amount)| i64::from(*quantity) * amount).sum();
            for mode in [TaxMode::Included, TaxMode::Added] {
                let totals = Totals::of(euro(), &lines, shipping, rule(mode, rate)).expect("totals");
                prop_assert_eq!(totals.subtotal.amount_minor, subtotal);
                let (tax, total) = (i128::from(totals.tax.amount_minor), i128::from(totals.total.amount_minor));
                let net = total - tax;
                // tax = net * rate, so that the error of net is at most half a unit: |tax * 10000 - net * rate| is
                // below half a unit times the divisor.
                let error = (tax * 10_000 - net * i128::from(rate)).abs() * 2;
                prop_assert!(error <= 10_000 + i128::from(rate), "tax {tax} of {total} at {rate}");
                let added = if mode == TaxMode::Added { tax } else { 0 };
                prop_assert_eq!(total, i128::from(subtotal + shipping) + added);
            }
        }

        #[test]
        fn the_order_of_lines_does_not_matter(
            amounts in prop::collection::vec((1_u32..=9, 0_i64..10_000), 1..8), rate in 0_u32..3_000,
        ) {
            let lines: Vec<PricedLine> = amounts.iter().map(|(quantity, amount)| line(*quantity, *amount)).collect();
            let reversed: Vec<PricedLine> = lines.iter().rev().cloned().collect();
            let rule = rule(TaxMode::Included, rate);
            prop_assert_eq!(Totals::of(euro(), &lines, 0, rule), Totals::of(euro(), &reversed, 0, rule));
        }
    }
}
