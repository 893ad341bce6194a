//! Carts.

use chrono::{DateTime, Utc};
use coheron_core::cart;
use coheron_core::money::Currency;
use coheron_platform::shapes::{Availability, Money};
use coheron_store::carts::CartRow;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A cart, priced by the catalogue of this moment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Cart {
    pub id: Uuid,
    /// Grows with every change; send it along to be told of changes you have not seen.
    #[schema(example = 3)]
    pub version: i64,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    pub currency: String,
    pub items: Vec<CartLine>,
    /// Promotions that apply; none are known yet.
    #[schema(value_type = Vec<Object>)]
    pub promotions: Vec<serde_json::Value>,
    pub totals: CartTotals,
    /// What the shopper has to know before buying.
    pub notices: Vec<CartNotice>,
    /// Carts that are not changed are removed after this time.
    pub expires_at: DateTime<Utc>,
    /// Only in the answer to the creation: send it back as `X-Cart-Token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = CartItem)]
pub struct CartLine {
    pub id: Uuid,
    #[schema(example = "TEE-M")]
    pub sku: String,
    #[schema(example = "Heavy cotton T-shirt")]
    pub name: String,
    /// Path of the product page; null for what is no longer for sale.
    pub url: Option<String>,
    pub image_url: Option<String>,
    /// What sets the variant apart.
    #[schema(value_type = Object, example = json!({"size": "M"}))]
    pub options: IndexMap<String, String>,
    #[schema(minimum = 1, maximum = 999)]
    pub quantity: u32,
    /// The price of now; null for what cannot be bought.
    pub unit_price: Option<Money>,
    pub line_total: Option<Money>,
    pub availability: Availability,
}

/// `total = subtotal - discount + shipping`, plus `tax` where prices do not contain it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CartTotals {
    pub subtotal: Money,
    pub discount: Money,
    pub shipping: Money,
    pub tax: Money,
    pub total: Money,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CartNotice {
    /// `price_changed`, `unavailable` or `insufficient_stock`.
    #[schema(value_type = String, example = "price_changed")]
    pub code: cart::NoticeCode,
    pub sku: String,
    pub message: String,
}

/// The first line of a new cart, where there is one.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewCart {
    pub items: Vec<NewCartItem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCartItem {
    /// SKU of a variant, or of a product without variants.
    #[schema(example = "TEE-M")]
    pub sku: String,
    /// Added to what the cart holds of it.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 999, default = 1)]
    pub quantity: u32,
    /// The version of the cart that the client has seen.
    pub version: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartItemChange {
    /// The new quantity of the line.
    #[schema(minimum = 1, maximum = 999)]
    pub quantity: u32,
    /// The version of the cart that the client has seen.
    pub version: Option<i64>,
}

impl Cart {
    pub(crate) fn new(
        cart: &CartRow,
        currency: Currency,
        items: Vec<CartLine>,
        totals: cart::Totals,
        notices: Vec<cart::Notice>,
    ) -> Self {
        Self {
            id: cart.id,
            version: cart.version,
            currency: currency.code().to_owned(),
            items,
            promotions: Vec::new(),
            totals: totals.into(),
            notices: notices.into_iter().map(CartNotice::from).collect(),
            expires_at: cart.expires_at,
            token: None,
        }
    }
}

impl From<cart::Totals> for CartTotals {
    fn from(totals: cart::Totals) -> Self {
        Self {
            subtotal: totals.subtotal.into(),
            discount: totals.discount.into(),
            shipping: totals.shipping.into(),
            tax: totals.tax.into(),
            total: totals.total.into(),
        }
    }
}

impl From<cart::Notice> for CartNotice {
    fn from(notice: cart::Notice) -> Self {
        Self { code: notice.code, sku: notice.sku.into(), message: notice.message }
    }
}

fn one() -> u32 {
    1
}
