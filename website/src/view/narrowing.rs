//! From search results into categories.

use super::listing::ListingParts;
use crate::category_tree::Category;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryLink {
    pub name: String,
    pub url: String,
    pub count: u64,
}

/// Categories that divide the results: the first level, below the one chosen, on which there is more than one.
pub fn narrowing_categories(parts: &ListingParts<'_>) -> Vec<CategoryLink> {
    const MOST_LINKS: usize = 12;
    let Some(values) = parts.page.facets.get("category") else { return Vec::new() };
    let mut parent = parts.address.query.category.clone();
    loop {
        let below: Vec<(&Category, u64)> = values
            .iter()
            .filter(|value| value.count > 0)
            .filter_map(|value| Some((parts.shop.categories.find(&value.value)?, value.count)))
            .filter(|(category, _)| category.parent_id == parent)
            .take(MOST_LINKS)
            .collect();
        if let [(only, _)] = below.as_slice() {
            parent = Some(only.id.clone());
            continue;
        }
        let link = |(category, count): (&Category, u64)| CategoryLink {
            name: category.name.clone(),
            url: parts.address.changed(|query| query.category = Some(category.id.clone())).href(),
            count,
        };
        return below.into_iter().map(link).collect();
    }
}

#[cfg(test)]
mod tests {
    use coheron_core::ports::FacetValue;
    use indexmap::IndexMap;

    use super::*;
    use crate::listing_address::ListingAddress;
    use crate::view::sample;

    #[test]
    fn results_are_narrowed_by_the_categories_that_divide_them() {
        let value = |id: &str, count| FacetValue { value: id.to_owned(), label: id.to_owned(), count, selected: false };
        let mut page = sample::page();
        let values = vec![value("kitchen", 9), value("drinkware", 9), value("mugs", 6), value("espresso", 3)];
        page.facets.insert("category".to_owned(), values);
        let shop = sample::shop();
        let address = ListingAddress::for_search(shop.currency, [("q", "mug")]).expect("an address");
        let counts = IndexMap::new();
        let parts = ListingParts { shop: &shop, address: &address, page: &page, counts: &counts, suggestions: None };
        let links = narrowing_categories(&parts);
        // The categories above hold all results and divide nothing.
        let urls: Vec<&str> = links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["/search?q=mug&category=mugs", "/search?q=mug&category=espresso"]);
        page.facets.clear();
        let parts = ListingParts { shop: &shop, address: &address, page: &page, counts: &counts, suggestions: None };
        assert!(narrowing_categories(&parts).is_empty());
    }
}
