//! Addresses of pages as texts, without what must not be kept.

/// Names of parameters whose values let whoever has them in, or name a person.
const SECRETS: [&str; 8] = ["key", "token", "signature", "secret", "password", "email", "csrf", "payment_intent"];

/// The address without its fragment and without the parameters that must not be kept.
pub fn without_secrets(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let Some((place, query)) = url.split_once('?') else { return url.to_owned() };
    let is_secret = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_secret(pair)).collect();
    if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) }
}

/// The path of an address: `/` where there is none.
pub fn path_of(url: &str) -> &str {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let place = &url[..end];
    let after_scheme = place.find("://").map_or(0, |at| at + 3);
    match place[after_scheme..].find('/') {
        Some(at) => &place[after_scheme + at..],
        None => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_links_and_fragments_are_not_kept() {
        for (url, kept) in [
            ("https://a.example/orders/7?key=abc", "https://a.example/orders/7"),
            ("https://a.example/?q=mug&KEY=x&utm_source=mail#top", "https://a.example/?q=mug&utm_source=mail"),
            ("https://a.example/?keyboard=1", "https://a.example/?keyboard=1"),
            ("https://a.example", "https://a.example"),
        ] {
            assert_eq!(without_secrets(url), kept);
        }
    }

    #[test]
    fn the_path_stands_between_host_and_query() {
        for (url, path) in [
            ("https://a.example/p/MUG/mug?x=/y", "/p/MUG/mug"),
            ("https://a.example", "/"),
            ("https://a.example?next=/x", "/"),
            ("/only/a/path", "/only/a/path"),
        ] {
            assert_eq!(path_of(url), path);
        }
    }
}
