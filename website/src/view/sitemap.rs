//! Addresses for search engines.

use askama::Template;

#[derive(Debug, Template)]
#[template(path = "sitemap.xml")]
pub struct Sitemap {
    pub entries: Vec<SitemapEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Absolute.
    pub url: String,
    /// RFC 3339, where it is known.
    pub changed_at: Option<String>,
}

/// What crawlers may visit: everything but the endless combinations of searches and what belongs to one visitor.
pub fn robots_text(base_url: &str) -> String {
    let paths = ["/search", "/cart", "/checkout", "/orders/", "/api/"];
    let disallowed: String = paths.iter().map(|path| format!("Disallow: {path}\n")).collect();
    format!("User-agent: *\n{disallowed}\nSitemap: {base_url}/sitemap.xml\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped() {
        let entry = SitemapEntry { url: "https://shop.example/p/A?a=1&b=2".to_owned(), changed_at: None };
        let xml = Sitemap { entries: vec![entry] }.render().expect("XML");
        assert!(xml.starts_with("<?xml"));
        assert!(xml.contains("a=1&#38;b=2"));
        assert!(robots_text("https://shop.example").contains("Sitemap: https://shop.example/sitemap.xml"));
    }
}
