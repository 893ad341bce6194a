//! UUIDv7 identifiers, one type per kind of thing, so that a site can never be passed where a key is wanted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_newtype!(
    /// A shop with its own domains, catalogue, index and keys. Leads every key in every store.
    SiteId
);
uuid_newtype!(
    /// A publishable or secret API key. The key's text is never stored, only this id and a hash.
    ApiKeyId
);
uuid_newtype!(
    /// A shopper's cart.
    CartId
);
uuid_newtype!(
    /// A line of a cart.
    CartItemId
);
uuid_newtype!(
    /// An attempt to buy a cart. The payment gateway knows the payment by the same id.
    CheckoutId
);
uuid_newtype!(
    /// An order of a shopper.
    OrderId
);
