//! `/robots.txt`

use crate::view::sitemap::robots_text;
use crate::visit::Visit;

pub async fn robots(visit: Visit) -> String {
    robots_text(&visit.base_url)
}
