//! Postal addresses and who buys.

use serde::{Deserialize, Serialize};

use crate::change::FieldProblem;

const MAX_LINE_BYTES: usize = 200;
const MAX_EMAIL_BYTES: usize = 254;
/// By RFC 5321. Mail servers take no more, and neither does what composes our mails.
const MAX_LOCAL_PART_BYTES: usize = 64;
/// By RFC 1035.
const MAX_LABEL_BYTES: usize = 63;

/// Where something is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    pub postal_code: String,
    /// ISO 3166-1 alpha-2, in capitals.
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Address {
    /// Every problem at once, each with its field.
    pub fn problems(&self) -> Vec<FieldProblem> {
        let required =
            [("name", &self.name), ("line1", &self.line1), ("city", &self.city), ("postal_code", &self.postal_code)];
        let optional =
            [("company", &self.company), ("line2", &self.line2), ("region", &self.region), ("phone", &self.phone)];
        let mut problems: Vec<FieldProblem> =
            required.into_iter().filter_map(|(field, text)| required_text(field, text)).collect();
        problems.extend(
            optional.into_iter().filter_map(|(field, text)| text.as_deref().and_then(|text| plain_text(field, text))),
        );
        if self.country.len() != 2 || !self.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems
                .push(FieldProblem::new("country", "must be a country code of two capital letters, for example DE"));
        }
        problems
    }
}

/// What is wrong with an e-mail address; deliverability is only found out by sending.
pub fn email_problem(email: &str) -> Option<FieldProblem> {
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", ""));
    let looks_right = email.len() <= MAX_EMAIL_BYTES
        && local.len() <= MAX_LOCAL_PART_BYTES
        && local.split('.').all(is_word)
        && domain.contains('.')
        && domain.split('.').all(is_label);
    if looks_right { None } else { Some(FieldProblem::new("email", "must be an e-mail address like name@example.com")) }
}

/// A part between dots before the `@`, of what RFC 5322 calls atoms and letters beyond ASCII.
fn is_word(part: &str) -> bool {
    let is_allowed = |character: char| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character);
    !part.is_empty() && part.chars().all(is_allowed)
}

/// A part between dots of a domain.
fn is_label(part: &str) -> bool {
    let is_allowed = |character: char| character.is_alphanumeric() || character == '-';
    !part.is_empty()
        && part.len() <= MAX_LABEL_BYTES
        && part.chars().all(is_allowed)
        && !part.starts_with('-')
        && !part.ends_with('-')
}

fn required_text(field: &str, text: &str) -> Option<FieldProblem> {
    if text.trim().is_empty() { Some(FieldProblem::new(field, "is required")) } else { plain_text(field, text) }
}

fn plain_text(field: &str, text: &str) -> Option<FieldProblem> {
    if text.len() > MAX_LINE_BYTES {
        return Some(FieldProblem::new(
            field,
            format!("has {} bytes; at most {MAX_LINE_BYTES} are accepted", text.len()),
        ));
    }
    text.chars().any(char::is_control).then(|| FieldProblem::new(field, "contains control characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address {
            name: "Ada Example".to_owned(),
            company: None,
            line1: "Lindenstraße 1".to_owned(),
            line2: None,
            city: "Berlin".to_owned(),
            region: None,
            postal_code: "10969".to_owned(),
            country: "DE".to_owned(),
            phone: None,
        }
    }

    #[test]
    fn every_problem_is_named() {
        assert_eq!(address().problems(), []);
        let bad = Address { name: " ".to_owned(), country: "de".to_owned(), city: "a\nb".to_owned(), ..address() };
        let fields: Vec<String> = bad.problems().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "city", "country"]);
    }

    #[test]
    fn e_mail_addresses_look_like_e_mail_addresses() {
        for right in ["ada@example.com", "a.d+a_1@mail.example-shop.co", "jürgen@bäckerei.de"] {
            assert_eq!(email_problem(right), None, "{right}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        let wrong = ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b.c\r\nBcc: x@y.z"];
        let mistyped =
            ["ada.@example.com", ".ada@example.com", "a..b@example.com", "ada@gmail..com", "ada@-a.com", &long];
        for wrong in wrong.into_iter().chain(mistyped) {
            assert!(email_problem(wrong).is_some(), "{wrong}");
        }
    }
}
