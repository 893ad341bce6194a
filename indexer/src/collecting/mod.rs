//! One pass over the matches: filters, facet counts, totals and the best of the page.

pub(crate) mod collector;
mod facets;
mod filters;
mod ranking;
