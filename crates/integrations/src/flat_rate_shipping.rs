//! One price for every parcel.

use async_trait::async_trait;
use coheron_core::address::Address;
use coheron_core::commerce_ports::{ShippingRate, ShippingRates};
use coheron_core::money::Money;
use serde::{Deserialize, Serialize};

/// The method of the flat rate.
pub const STANDARD: &str = "standard";

/// Section `shipping`: amounts are in minor units of the site's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FlatRateSettings {
    /// What shoppers read. Default `Standard delivery`.
    pub label: String,
    /// The price of an order's delivery. Default 490.
    pub price_minor: u32,
    /// From this subtotal on delivery is free. Never by default.
    pub free_from_minor: Option<u32>,
}

impl Default for FlatRateSettings {
    fn default() -> Self {
        Self { label: "Standard delivery".to_owned(), price_minor: 490, free_from_minor: None }
    }
}

/// Offers the method `standard` to every destination.
#[derive(Debug, Clone)]
pub struct FlatRate {
    settings: FlatRateSettings,
}

impl FlatRate {
    pub fn new(settings: FlatRateSettings) -> Self {
        Self { settings }
    }

    fn price_minor(&self, subtotal: Money) -> i64 {
        match self.settings.free_from_minor {
            Some(free_from) if subtotal.amount_minor >= i64::from(free_from) => 0,
            _ => i64::from(self.settings.price_minor),
        }
    }
}

#[async_trait]
impl ShippingRates for FlatRate {
    async fn rates(&self, subtotal: Money, _destination: Option<&Address>) -> Vec<ShippingRate> {
        vec![ShippingRate {
            method: STANDARD.to_owned(),
            label: self.settings.label.clone(),
            price: Money::new(self.price_minor(subtotal), subtotal.currency),
        }]
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::money::Currency;

    use super::*;

    async fn price(settings: FlatRateSettings, subtotal_minor: i64) -> Money {
        let subtotal = Money::new(subtotal_minor, Currency::parse("CHF").expect("a currency"));
        let rates = FlatRate::new(settings).rates(subtotal, None).await;
        assert_eq!(rates.iter().map(|rate| rate.method.as_str()).collect::<Vec<_>>(), [STANDARD]);
        rates[0].price
    }

    #[tokio::test]
    async fn delivery_costs_the_same_until_it_is_free() {
        assert_eq!(price(FlatRateSettings::default(), 1_000_000).await.to_string(), "4.90 CHF");
        let free_from_fifty = FlatRateSettings { free_from_minor: Some(5_000), ..FlatRateSettings::default() };
        assert_eq!(price(free_from_fifty.clone(), 4_999).await.amount_minor, 490);
        assert_eq!(price(free_from_fifty, 5_000).await.amount_minor, 0);
    }

    #[test]
    fn a_negative_price_is_refused() {
        assert!(serde_json::from_str::<FlatRateSettings>(r#"{"price_minor": -1}"#).is_err());
    }
}
