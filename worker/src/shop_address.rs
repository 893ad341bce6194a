//! Where a site's pages are reached from outside, for links in mails.

/// Scheme and host without a slash at the end. The configured address where its host is one of the site's, since only
/// it knows scheme and port; else the site's first real name over https. None for a site without any domain.
pub fn shop_address(public_url: Option<&str>, domains: &[String]) -> Option<String> {
    let public_url = public_url.map(|url| url.trim_end_matches('/'));
    if let Some(url) = public_url
        && host_of(url).is_some_and(|host| domains.iter().any(|domain| domain.eq_ignore_ascii_case(host)))
    {
        return Some(url.to_owned());
    }
    let domain = domains.iter().find(|domain| is_public_name(domain)).or(domains.first())?;
    Some(format!("https://{domain}"))
}

/// `https://shop.example:8443` is at `shop.example`.
fn host_of(url: &str) -> Option<&str> {
    let (scheme, authority) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") || authority.contains('/') {
        return None;
    }
    match authority.rsplit_once(':') {
        // The colons of an address in brackets are not those of a port.
        Some((host, port)) if !port.ends_with(']') => Some(host),
        _ => Some(authority),
    }
}

/// Neither an address in digits nor a name of the machine itself.
fn is_public_name(domain: &str) -> bool {
    domain.contains('.')
        && domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(public_url: Option<&str>, domains: &[&str]) -> Option<String> {
        let domains: Vec<String> = domains.iter().map(|&domain| domain.to_owned()).collect();
        shop_address(public_url, &domains)
    }

    #[test]
    fn the_configured_address_counts_for_its_own_site_only() {
        let url = Some("http://127.0.0.1:8080/");
        assert_eq!(address(url, &["127.0.0.1", "localhost"]).as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(address(url, &["other.example"]).as_deref(), Some("https://other.example"));
        assert_eq!(address(Some("http://[::1]:80"), &["[::1]"]).as_deref(), Some("http://[::1]:80"));
        assert_eq!(address(Some("javascript:alert(1)"), &["shop.example"]).as_deref(), Some("https://shop.example"));
    }

    #[test]
    fn a_real_name_goes_before_an_address_in_digits() {
        let domains = ["127.0.0.1", "localhost", "shop.example"];
        assert_eq!(address(None, &domains).as_deref(), Some("https://shop.example"));
        assert_eq!(address(None, &["127.0.0.1"]).as_deref(), Some("https://127.0.0.1"));
        assert_eq!(address(None, &[]), None);
    }
}
