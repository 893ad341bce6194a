//! Files of the theme, compiled in and served under a name that changes with their content, so that browsers may keep
//! them for ever.

use std::io::Write;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// One file of the theme.
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub content: &'static str,
    /// Compressed once, as small as it gets; none where that failed.
    pub gzip: Option<Vec<u8>>,
    /// Names the content.
    pub hash: String,
}

const HASH_CHARACTERS: usize = 12;

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("shop.css", "text/css; charset=utf-8", include_str!("../assets/shop.css")),
        asset("shop.js", "text/javascript; charset=utf-8", include_str!("../assets/shop.js")),
        asset("cart.js", "text/javascript; charset=utf-8", include_str!("../assets/cart.js")),
        asset("events.js", "text/javascript; charset=utf-8", include_str!("../assets/events.js")),
        asset("favicon.svg", "image/svg+xml", include_str!("../assets/favicon.svg")),
        asset("no-picture.svg", "image/svg+xml", include_str!("../assets/no-picture.svg")),
    ]
});

pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Path of an asset of the theme; of a name that is none, a path that is not found.
pub fn url(name: &str) -> String {
    let hash = find(name).map_or("none", |asset| asset.hash.as_str());
    format!("/assets/{hash}/{name}")
}

fn asset(name: &'static str, content_type: &'static str, content: &'static str) -> Asset {
    let hash: String =
        Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).take(HASH_CHARACTERS / 2).collect();
    Asset { name, content_type, content, gzip: compressed(content), hash }
}

/// Writing into memory does not fail; if it did, the file would go out as it is.
fn compressed(content: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content.as_bytes()).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_content() {
        let css = url("shop.css");
        assert!(css.starts_with("/assets/") && css.ends_with("/shop.css"));
        assert_ne!(css.split('/').nth(2), url("shop.js").split('/').nth(2));
        assert!(find("../secret").is_none());
    }

    #[test]
    fn the_script_that_counts_visits_is_small() {
        let script = find("events.js").and_then(|asset| asset.gzip.as_ref()).expect("a script");
        assert!(script.len() <= 2_048, "{} bytes", script.len());
    }

    #[test]
    fn colours_stand_only_among_the_tokens() {
        let css = find("shop.css").expect("a sheet").content;
        let rules = css.split_once("/* end of tokens */").expect("a mark").1;
        let colour = |line: &&str| line.contains("rgb(") || line.contains(": #") || line.contains(" #");
        assert_eq!(rules.lines().find(colour), None);
    }
}
