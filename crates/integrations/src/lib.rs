//! Adapters to what lies outside: catalogues of ERP systems, product feeds, schema registries, and a simulated ERP.

pub mod demo_shop;
pub mod erp_catalogue;
pub mod erp_simulator;
pub mod flat_rate_shipping;
pub mod mail;
pub mod product_feed;
pub mod schema_registry_client;
pub mod test_gateway;
