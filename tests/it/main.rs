//! Integration tests against the real Postgres, the real broker and the real binary. One binary, so that it links once
//! and the servers start once.

mod analytics;
mod bad_requests;
mod cart;
mod catalogue_batches;
mod checkout;
mod checkout_faults;
mod checkout_repeats;
mod collect;
mod crash;
mod dead_letters;
mod deletes_by_time;
mod dependency_rules;
mod entity_tags;
mod erp_orders;
mod foreign_producer;
mod idempotency;
mod index_rebuild;
mod jobs;
mod keys;
mod openapi;
mod order_crash;
mod order_relay;
mod ordering;
mod readme;
mod row_security;
mod schema_registry;
mod shopper;
mod site_isolation;
mod sites;
mod statements;
mod stock_ledger;
mod stock_race;
mod storefront_bench;
mod the_way_through;
mod the_whole_way;
