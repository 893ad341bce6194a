//! Mail over SMTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use coheron_core::commerce_ports::{Mail, MailError, Mailer};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::{Category, Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};

use super::MailerError;
use super::compose::{Sender, compose};

const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpEncryption {
    /// TLS from the first byte, port 465.
    #[default]
    Tls,
    /// TLS after a greeting in the clear, and never without, port 587.
    StartTls,
    /// None: for a server on the same machine or network, port 25.
    None,
}

/// Where mail is handed over.
#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    /// The usual one of the encryption where none is given.
    pub port: Option<u16>,
    pub user_and_password: Option<(String, String)>,
    pub encryption: SmtpEncryption,
}

/// Hands mail to a server, in one connection for each mail.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user_and_password.as_ref().map(|(user, _)| user);
        formatter
            .debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &user)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

impl SmtpEncryption {
    fn usual_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

impl SmtpMailer {
    /// Makes no connection yet.
    pub fn new(settings: &SmtpSettings, sender: Sender) -> Result<Self, MailerError> {
        let parameters = || {
            TlsParameters::new(settings.host.clone())
                .map_err(|source| MailerError::Server { host: settings.host.clone(), source })
        };
        let tls = match settings.encryption {
            SmtpEncryption::Tls => Tls::Wrapper(parameters()?),
            SmtpEncryption::StartTls => Tls::Required(parameters()?),
            SmtpEncryption::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
            .port(settings.port.unwrap_or(settings.encryption.usual_port()))
            .timeout(Some(PATIENCE))
            .tls(tls);
        if let Some((user, password)) = &settings.user_and_password {
            transport = transport.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self { transport: transport.build(), sender })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = compose(mail, &self.sender)?;
        self.transport.send(message).await.map(drop).map_err(mail_error)
    }
}

/// A server that will not have this mail says so with 55x; every other refusal is about us or about the moment.
fn mail_error(error: lettre::transport::smtp::Error) -> MailError {
    let refuses_this_mail = error.status().is_some_and(|code| {
        code.severity == Severity::PermanentNegativeCompletion && code.category == Category::MailSystem
    });
    if refuses_this_mail {
        return MailError::Invalid { message: error.to_string() };
    }
    MailError::Unavailable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that takes one connection, answers each recipient as told and gives the message it received.
    async fn server(answer_to_recipient: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a client");
            let mut stream = BufReader::new(stream);
            let mut message = String::new();
            let mut in_message = false;
            stream.write_all(b"220 test\r\n").await.expect("a greeting");
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return message;
                }
                if in_message && line != ".\r\n" {
                    message.push_str(&line);
                    continue;
                }
                let answer = match line.get(..4).unwrap_or_default() {
                    "DATA" => {
                        in_message = true;
                        "354 go on"
                    }
                    "RCPT" => answer_to_recipient,
                    "QUIT" => "221 bye",
                    _ => {
                        in_message = false;
                        "250 ok"
                    }
                };
                if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                    return message;
                }
            }
        });
        (port, received)
    }

    fn mailer(port: u16) -> SmtpMailer {
        let settings = SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: Some(port),
            user_and_password: None,
            encryption: SmtpEncryption::None,
        };
        SmtpMailer::new(&settings, Sender::parse("shop@shop.example").expect("a sender")).expect("a mailer")
    }

    fn mail() -> Mail {
        Mail {
            to: "ada@example.com".to_owned(),
            subject: "Your order".to_owned(),
            text: "Thank you".to_owned(),
            html: "<p>Thank you</p>".to_owned(),
            message_id: "order-1@shop.example".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_mail_arrives_whole() {
        let (port, received) = server("250 ok").await;
        mailer(port).send(&mail()).await.expect("sent");
        let message = received.await.expect("the server");
        assert!(message.contains("Subject: Your order\r\n"), "{message}");
        assert!(message.contains("<p>Thank you</p>"), "{message}");
    }

    #[tokio::test]
    async fn refusals_are_told_apart() {
        use coheron_core::retry::RetryClass;
        for (answer, class) in [
            ("550 no such mailbox", RetryClass::Poison),
            ("450 try later", RetryClass::Transient),
            ("530 log in first", RetryClass::Transient),
        ] {
            let (port, _received) = server(answer).await;
            let error = mailer(port).send(&mail()).await.expect_err("a refusal");
            assert_eq!(error.retry_class(), class, "{answer}");
        }
        let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
        let error = mailer(closed).send(&mail()).await.expect_err("nobody there");
        assert_eq!(error.retry_class(), RetryClass::Transient);
    }

    #[test]
    fn the_password_is_not_printed() {
        let settings = SmtpSettings {
            host: "mail.example".to_owned(),
            port: None,
            user_and_password: Some(("shop".to_owned(), "hunter2".to_owned())),
            encryption: SmtpEncryption::Tls,
        };
        let text = format!("{settings:?}");
        assert!(text.contains("shop") && !text.contains("hunter2"), "{text}");
    }
}
