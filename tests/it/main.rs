//! Integration tests against the real Postgres, the real broker and the real binary. One binary, so that it links once
//! and the servers start once.

mod bad_requests;
mod cart;
mod crash;
mod dead_letters;
mod dependency_rules;
mod foreign_producer;
mod idempotency;
mod openapi;
mod ordering;
mod row_security;
mod site_isolation;
mod statements;
mod the_way_through;
