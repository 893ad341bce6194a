//! Money as integer minor units with an ISO 4217 currency; never a float.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ISO 4217 currency code in capitals, for example `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// An amount in minor units (cents for `EUR`), with its currency.
///
/// Serialised as `{"amount_minor": 1999, "currency": "EUR", "exponent": 2, "formatted": "19.99 EUR"}`; reading takes
/// `amount_minor` and `currency` and ignores the derived fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    pub amount_minor: i64,
    pub currency: Currency,
}

/// The text is not three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is an ISO 4217 code of three capital letters, for example EUR")]
pub struct InvalidCurrency;

impl Currency {
    pub fn parse(text: &str) -> Result<Self, InvalidCurrency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| InvalidCurrency)?;
        if bytes.iter().all(u8::is_ascii_uppercase) { Ok(Self(bytes)) } else { Err(InvalidCurrency) }
    }

    pub fn code(&self) -> &str {
        // The constructor admits only ASCII capitals.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the decimal point (ISO 4217 list one): 0 for yen, 3 for dinars, else 2.
    pub fn exponent(&self) -> u8 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    /// The sign shoppers know, where there is one.
    pub fn symbol(&self) -> Option<&'static str> {
        match self.code() {
            "EUR" => Some("€"),
            "USD" => Some("$"),
            "GBP" => Some("£"),
            "JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl Money {
    pub fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// The amount as a decimal number without currency: `19.99`.
    pub fn decimal(&self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let sign = if self.amount_minor < 0 { "-" } else { "" };
        let digits = self.amount_minor.unsigned_abs().to_string();
        if exponent == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = exponent + 1);
        let (whole, fraction) = padded.split_at(padded.len() - exponent);
        format!("{sign}{whole}.{fraction}")
    }

    /// As a shop writes it: `€19.99`, or `19.99 CHF` where the currency has no sign of its own.
    pub fn display_for_shoppers(&self) -> String {
        match self.currency.symbol() {
            Some(symbol) => format!("{symbol}{}", self.decimal()),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.decimal(), self.currency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Money", 4)?;
        fields.serialize_field("amount_minor", &self.amount_minor)?;
        fields.serialize_field("currency", &self.currency)?;
        fields.serialize_field("exponent", &self.currency.exponent())?;
        fields.serialize_field("formatted", &self.to_string())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            amount_minor: i64,
            currency: Currency,
        }
        let stored = Stored::deserialize(deserializer)?;
        Ok(Self::new(stored.amount_minor, stored.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount_minor: i64, code: &str) -> Money {
        Money::new(amount_minor, Currency::parse(code).expect("a currency"))
    }

    #[test]
    fn decimals_follow_the_currency() {
        assert_eq!(money(1999, "EUR").to_string(), "19.99 EUR");
        assert_eq!(money(5, "EUR").to_string(), "0.05 EUR");
        assert_eq!(money(-150, "EUR").decimal(), "-1.50");
        assert_eq!(money(1999, "JPY").decimal(), "1999");
        assert_eq!(money(1999, "KWD").decimal(), "1.999");
        assert_eq!(money(1999, "EUR").display_for_shoppers(), "€19.99");
        assert_eq!(money(1999, "CHF").display_for_shoppers(), "19.99 CHF");
    }

    #[test]
    fn json_carries_the_derived_fields_and_reads_back() {
        let json = serde_json::to_value(money(1999, "EUR")).expect("json");
        assert_eq!(
            json,
            serde_json::json!({"amount_minor": 1999, "currency": "EUR", "exponent": 2, "formatted": "19.99 EUR"})
        );
        assert_eq!(serde_json::from_value::<Money>(json).expect("money"), money(1999, "EUR"));
    }

    #[test]
    fn a_currency_is_three_capitals() {
        for text in ["eur", "EU", "EURO", "E1R", ""] {
            assert_eq!(Currency::parse(text), Err(InvalidCurrency), "{text}");
        }
    }
}
