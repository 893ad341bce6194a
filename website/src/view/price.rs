//! Prices as a shop writes them.

use coheron_core::document::{DocumentVariant, ProductDocument};
use coheron_core::money::Money;

use super::shell::grouped;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceView {
    pub now: String,
    /// Variants differ in price, and this is the lowest.
    pub is_lowest: bool,
    /// The price before the reduction.
    pub before: Option<String>,
    /// Whole percent of the reduction, at least 1.
    pub reduction_percent: Option<i64>,
}

impl PriceView {
    pub fn of_product(document: &ProductDocument) -> Option<Self> {
        let price = document.price?;
        let differs = |variant: &DocumentVariant| variant.price.is_some_and(|other| other != price);
        let view = Self::new(price, document.list_price);
        Some(Self { is_lowest: document.variants.iter().any(differs), ..view })
    }

    pub fn new(price: Money, list_price: Option<Money>) -> Self {
        let list_price = list_price.filter(|list| list.amount_minor > price.amount_minor);
        let percent = list_price.map(|list| {
            let saved = i128::from(list.amount_minor) - i128::from(price.amount_minor);
            i64::try_from(saved * 100 / i128::from(list.amount_minor)).unwrap_or(0)
        });
        Self {
            now: shown_amount(price),
            is_lowest: false,
            before: list_price.map(shown_amount),
            reduction_percent: percent.filter(|percent| *percent > 0),
        }
    }

    pub fn is_reduced(&self) -> bool {
        self.before.is_some()
    }
}

/// `€1,705.00`: the digits before the point in groups of three.
pub fn shown_amount(money: Money) -> String {
    let text = money.display_for_shoppers();
    let Some(start) = text.find(|character: char| character.is_ascii_digit()) else { return text };
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    match text[start..start + length].parse::<u64>() {
        Ok(whole) => format!("{}{}{}", &text[..start], grouped(whole), &text[start + length..]),
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::money::Currency;

    use super::*;

    fn eur(amount_minor: i64) -> Money {
        Money::new(amount_minor, Currency::parse("EUR").expect("a currency"))
    }

    #[test]
    fn a_reduction_names_its_percent() {
        let view = PriceView::new(eur(3450), Some(eur(4200)));
        assert_eq!((view.now.as_str(), view.before.as_deref()), ("€34.50", Some("€42.00")));
        assert_eq!(view.reduction_percent, Some(17));
        assert_eq!(PriceView::new(eur(999), Some(eur(1000))).reduction_percent, None);
    }

    #[test]
    fn large_amounts_are_grouped() {
        assert_eq!(shown_amount(eur(170_500)), "€1,705.00");
        assert_eq!(shown_amount(eur(99_999)), "€999.99");
        let francs = Money::new(123_456_789, Currency::parse("CHF").expect("a currency"));
        assert_eq!(shown_amount(francs), "1,234,567.89 CHF");
        let yen = Money::new(45_000, Currency::parse("JPY").expect("a currency"));
        assert_eq!(shown_amount(yen), "¥45,000");
    }

    #[test]
    fn a_list_price_below_the_price_is_not_shown() {
        let view = PriceView::new(eur(100), Some(eur(90)));
        assert!(!view.is_reduced());
        assert_eq!(PriceView::new(eur(i64::MAX - 1), Some(eur(i64::MAX))).reduction_percent, None);
    }
}
