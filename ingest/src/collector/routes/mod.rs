//! One file per endpoint.

pub mod collect_events;
pub mod count_page_view;
