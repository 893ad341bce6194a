//! How an address is documented; requests and answers hold `coheron_core::address::Address` itself.

use utoipa::ToSchema;

/// A postal address.
#[derive(ToSchema)]
pub struct Address {
    #[schema(example = "Ada Example", max_length = 200)]
    pub name: String,
    #[schema(max_length = 200)]
    pub company: Option<String>,
    #[schema(example = "Lindenstraße 1", max_length = 200)]
    pub line1: String,
    #[schema(max_length = 200)]
    pub line2: Option<String>,
    #[schema(example = "Berlin", max_length = 200)]
    pub city: String,
    #[schema(max_length = 200)]
    pub region: Option<String>,
    #[schema(example = "10969", max_length = 200)]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2, in capitals.
    #[schema(example = "DE", pattern = "^[A-Z]{2}$")]
    pub country: String,
    #[schema(max_length = 200)]
    pub phone: Option<String>,
}
