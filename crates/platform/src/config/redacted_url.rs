//! An address that never shows who logs in with it.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::redacted::MASK;

/// An address that may hold a user and a password. Printing and serialising it mask both and leave the place readable;
/// `expose` is the only way to the whole.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RedactedUrl(String);

impl RedactedUrl {
    pub fn new(address: String) -> Self {
        Self(address)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Rather too little is shown than too much: a password may hold any character, also where it should have been
    /// encoded, so everything before the last `@` goes; and parameters may be secrets too.
    fn masked(&self) -> String {
        let (scheme, rest) = match self.0.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => (scheme, rest),
            _ => ("", self.0.as_str()),
        };
        let separator = if scheme.is_empty() { "" } else { "://" };
        let (login, place) = match rest.rsplit_once('@') {
            Some((_, place)) => (format!("{MASK}@"), place),
            None => (String::new(), rest),
        };
        match place.find(['?', '#']) {
            Some(end) => format!("{scheme}{separator}{login}{}{MASK}", &place[..=end]),
            None => format!("{scheme}{separator}{login}{place}"),
        }
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

impl Serialize for RedactedUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::RedactedUrl;

    #[test]
    fn the_place_is_shown_and_the_login_is_not() {
        for (address, shown) in [
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            ("https://reader:hunter2@registry.example:8081/schemas", "https://***@registry.example:8081/schemas"),
            ("https://hunter2@registry.example", "https://***@registry.example"),
            ("https://reader:hun@ter2/?#@registry.example", "https://***@registry.example"),
            ("https://registry.example/schemas?key=hunter2", "https://registry.example/schemas?***"),
            ("https://registry.example/#hunter2", "https://registry.example/#***"),
            ("reader:hunter2@registry.example", "***@registry.example"),
            ("reader:hunter2://@registry.example", "***@registry.example"),
        ] {
            let url: RedactedUrl = serde_json::from_value(address.into()).expect("an address");
            assert_eq!((url.expose(), url.to_string().as_str()), (address, shown));
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(serde_json::to_value(&url).expect("json"), shown);
        }
    }
}
