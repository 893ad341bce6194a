//! A mail of ours as a message of the mail system (RFC 5322 and MIME).

use std::str::FromStr;

use coheron_core::address::email_problem;
use coheron_core::commerce_ports::{Mail, MailError};
use lettre::Message;
use lettre::message::{Mailbox, MultiPart};

use super::MailerError;

const MAX_SUBJECT_BYTES: usize = 500;
const MAX_MESSAGE_ID_BYTES: usize = 200;

/// In whose name mail is sent.
#[derive(Debug, Clone)]
pub struct Sender(Mailbox);

impl Sender {
    /// `shop@example.com` or `Shop <shop@example.com>`.
    pub fn parse(text: &str) -> Result<Self, MailerError> {
        let refuse = || MailerError::Sender { text: text.to_owned() };
        if text.chars().any(char::is_control) {
            return Err(refuse());
        }
        Mailbox::from_str(text).map(Self).map_err(|_| refuse())
    }
}

/// The message with a text and an HTML part. Nothing that a shopper typed can become a header of its own: what goes into
/// a header is refused where it holds a control character, however well the writer of headers would encode it.
pub(super) fn compose(mail: &Mail, sender: &Sender) -> Result<Message, MailError> {
    if let Some(problem) = email_problem(&mail.to) {
        return Err(invalid(format!("the recipient {}", problem.problem)));
    }
    if mail.subject.chars().any(char::is_control) {
        return Err(invalid("the subject contains control characters".to_owned()));
    }
    if mail.subject.len() > MAX_SUBJECT_BYTES {
        return Err(invalid(format!("the subject has {} bytes", mail.subject.len())));
    }
    if !is_message_id(&mail.message_id) {
        return Err(invalid(
            "the message id must look like name@domain, of letters, digits, `.`, `-` and `_`".to_owned(),
        ));
    }
    let recipient = lettre::Address::from_str(&mail.to).map_err(|error| invalid(format!("the recipient: {error}")))?;
    Message::builder()
        .from(sender.0.clone())
        .to(Mailbox::new(None, recipient))
        .subject(mail.subject.as_str())
        .message_id(Some(format!("<{}>", mail.message_id)))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|error| invalid(error.to_string()))
}

/// Strict enough to stand in a header and to name a file.
fn is_message_id(text: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    text.len() <= MAX_MESSAGE_ID_BYTES
        && text.split_once('@').is_some_and(|(name, domain)| is_plain(name) && is_plain(domain))
}

fn invalid(message: String) -> MailError {
    MailError::Invalid { message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            to: "ada@example.com".to_owned(),
            subject: "Your order 100001 – thank you".to_owned(),
            text: "Two chairs, 19.99 EUR\n".to_owned(),
            html: "<p>Two chairs</p>".to_owned(),
            message_id: "order-1@shop.example".to_owned(),
        }
    }

    fn composed(mail: &Mail) -> Result<String, MailError> {
        let sender = Sender::parse("linden & loft <shop@shop.example>").expect("a sender");
        compose(mail, &sender).map(|message| String::from_utf8(message.formatted()).expect("ASCII"))
    }

    #[test]
    fn a_message_has_both_parts_and_a_stable_id() {
        let text = composed(&mail()).expect("a message");
        assert!(text.contains("Message-ID: <order-1@shop.example>\r\n"), "{text}");
        assert!(text.contains("To: ada@example.com\r\n"), "{text}");
        assert!(text.contains("shop@shop.example"), "{text}");
        let plain = text.find("Content-Type: text/plain").expect("a text part");
        let html = text.find("Content-Type: text/html").expect("an HTML part");
        assert!(plain < html, "readers show the last part that they understand");
        assert!(text.contains("multipart/alternative"), "{text}");
    }

    /// An order whose confirmation can never be sent is not taken.
    #[test]
    fn what_a_checkout_takes_for_an_address_is_one() {
        let long = format!("{}@{}.example.com", "a".repeat(64), "b".repeat(63));
        let typed =
            ["ada@example.com", "a.d+a_1@mail.example-shop.co", "jürgen@bäckerei.de", "!#$%&'*/=?^`{|}~@1.de", &long];
        for email in typed {
            assert_eq!(coheron_core::address::email_problem(email), None, "{email}");
            let sent = composed(&Mail { to: email.to_owned(), ..mail() });
            assert!(sent.is_ok(), "{email}: {sent:?}");
        }
    }

    #[test]
    fn nothing_typed_becomes_a_header() {
        let attempts = [
            Mail { to: "ada@example.com\r\nBcc: eve@example.com".to_owned(), ..mail() },
            Mail { to: "ada@example.com, eve@example.com".to_owned(), ..mail() },
            Mail { subject: "Hello\r\nBcc: eve@example.com".to_owned(), ..mail() },
            Mail { subject: "Hello\nBcc: eve@example.com".to_owned(), ..mail() },
            Mail { message_id: "1@a>\r\nBcc: eve@example.com".to_owned(), ..mail() },
            Mail { message_id: "../../1@a".to_owned(), ..mail() },
            Mail { message_id: "no-domain".to_owned(), ..mail() },
        ];
        for attempt in attempts {
            assert!(matches!(composed(&attempt), Err(MailError::Invalid { .. })), "{attempt:?}");
        }
        let body = Mail { text: "Hello\r\nBcc: eve@example.com\r\n".to_owned(), ..mail() };
        let text = composed(&body).expect("a message");
        let headers = text.split("\r\n\r\n").next().expect("headers");
        assert!(!headers.contains("Bcc"), "{headers}");
    }

    #[test]
    fn senders_are_addresses() {
        for text in ["shop@shop.example", "The Shop <shop@shop.example>"] {
            assert!(Sender::parse(text).is_ok(), "{text}");
        }
        for text in ["", "shop", "Shop <shop>", "a@b.c\r\nBcc: d@e.f"] {
            assert!(Sender::parse(text).is_err(), "{text}");
        }
    }
}
