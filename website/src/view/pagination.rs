//! Links to the pages of a listing.

use crate::listing_address::{ListingAddress, MAX_PAGE, PAGE_SIZE};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    pub previous: Option<String>,
    pub next: Option<String>,
    pub steps: Vec<PageStep>,
    pub page: usize,
    pub last: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStep {
    Page { number: usize, url: String, is_current: bool },
    Gap,
}

impl Pagination {
    /// None where everything fits on one page.
    pub fn new(address: &ListingAddress, total: u64) -> Option<Self> {
        let last = last_page(total);
        if last < 2 {
            return None;
        }
        let page = address.page;
        let url = |number: usize| address.with_page(number).href();
        let mut steps = Vec::new();
        let mut before = 0;
        for number in (1..=last).filter(|number| is_shown(*number, page, last)) {
            // A gap of a single page is that page.
            match number - before {
                1 => {}
                2 => steps.push(PageStep::Page { number: number - 1, url: url(number - 1), is_current: false }),
                _ => steps.push(PageStep::Gap),
            }
            steps.push(PageStep::Page { number, url: url(number), is_current: number == page });
            before = number;
        }
        Some(Self {
            previous: (page > 1).then(|| url(page - 1)),
            next: (page < last).then(|| url(page + 1)),
            steps,
            page,
            last,
        })
    }
}

pub fn last_page(total: u64) -> usize {
    usize::try_from(total.div_ceil(PAGE_SIZE as u64)).unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE)
}

fn is_shown(number: usize, page: usize, last: usize) -> bool {
    number == 1 || number == last || number.abs_diff(page) <= 1
}

#[cfg(test)]
mod tests {
    use coheron_core::money::Currency;

    use super::*;

    fn steps(page: usize, total: u64) -> String {
        let currency = Currency::parse("EUR").expect("a currency");
        let address = ListingAddress::for_search(currency, []).expect("an address").with_page(page);
        let Some(pagination) = Pagination::new(&address, total) else { return "none".to_owned() };
        let words = pagination.steps.iter().map(|step| match step {
            PageStep::Page { number, is_current: true, .. } => format!("[{number}]"),
            PageStep::Page { number, .. } => number.to_string(),
            PageStep::Gap => "…".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn neighbours_and_ends_are_shown() {
        assert_eq!(steps(1, 24), "none");
        assert_eq!(steps(1, 25), "[1] 2");
        assert_eq!(steps(1, 240), "1 2 … 10".replacen('1', "[1]", 1));
        assert_eq!(steps(4, 240), "1 2 3 [4] 5 … 10");
        assert_eq!(steps(5, 240), "1 … 4 [5] 6 … 10");
        assert_eq!(steps(10, 240), "1 … 9 [10]");
    }

    #[test]
    fn the_last_page_is_bounded() {
        assert_eq!(last_page(0), 1);
        assert_eq!(last_page(u64::MAX), MAX_PAGE);
    }

    #[test]
    fn links_keep_the_question() {
        let currency = Currency::parse("EUR").expect("a currency");
        let address = ListingAddress::for_search(currency, [("q", "mug"), ("page", "2")]).expect("an address");
        let pagination = Pagination::new(&address, 100).expect("pages");
        assert_eq!(pagination.previous.as_deref(), Some("/search?q=mug"));
        assert_eq!(pagination.next.as_deref(), Some("/search?q=mug&page=3"));
    }
}
