//! Analytics: SQL over events and orders, and the first reports.

mod accept;
pub mod get_page_report;
pub mod get_product_report;
mod period;
pub mod problems;
mod report;
pub mod run_sql;

#[cfg(test)]
mod tests;
