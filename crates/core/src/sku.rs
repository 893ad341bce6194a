//! Stock keeping units as the ERP writes them.

use serde::{Deserialize, Serialize};

/// The longest SKU accepted, in bytes.
pub const MAX_SKU_BYTES: usize = 128;

/// A stock keeping unit: 1 to 128 bytes, no control characters, no white space at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SKU has 1 to 128 bytes, no control characters and no white space at either end")]
pub struct InvalidSku;

impl Sku {
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidSku> {
        let text = text.into();
        let fits = !text.is_empty()
            && text.len() <= MAX_SKU_BYTES
            && text.trim() == text
            && !text.chars().any(char::is_control);
        if fits { Ok(Self(text)) } else { Err(InvalidSku) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sku {
    type Error = InvalidSku;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0
    }
}

impl AsRef<str> for Sku {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Maps keyed by SKU are asked with texts.
impl std::borrow::Borrow<str> for Sku {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Sku {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_would_hurt_later() {
        for text in ["", " A", "A ", "A\nB", "A\0B"] {
            assert_eq!(Sku::parse(text), Err(InvalidSku), "{text:?}");
        }
        assert_eq!(Sku::parse("x".repeat(MAX_SKU_BYTES + 1)), Err(InvalidSku));
        assert_eq!(Sku::parse("PW-TS 220/ä").map(String::from), Ok("PW-TS 220/ä".to_owned()));
    }
}
