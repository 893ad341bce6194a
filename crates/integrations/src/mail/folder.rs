//! Mail that is kept in a folder instead of being sent, for development and tests.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use coheron_core::commerce_ports::{Mail, MailError, Mailer};
use serde::{Deserialize, Serialize};

use super::MailerError;
use super::compose::{Sender, compose};

/// Writes each mail as `<message id>.eml`, just as it would be sent, and a description beside it. A mail that is sent
/// again replaces the earlier one, as a mailbox would show it once.
#[derive(Debug, Clone)]
pub struct FolderMailer {
    folder: PathBuf,
    sender: Sender,
}

/// A mail in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    /// Names its files too.
    pub message_id: String,
    pub to: String,
    pub subject: String,
    pub sent_at: DateTime<Utc>,
    /// The headers of the message as they would be sent.
    pub headers: String,
    pub text: String,
    pub html: String,
}

impl FolderMailer {
    /// Makes the folder where it is missing.
    pub fn open(folder: impl Into<PathBuf>, sender: Sender) -> Result<Self, MailerError> {
        let folder = folder.into();
        match fs::create_dir_all(&folder) {
            Ok(()) => Ok(Self { folder, sender }),
            Err(source) => Err(MailerError::Folder { path: folder, source }),
        }
    }

    /// Every mail, newest first.
    pub async fn mails(&self) -> io::Result<Vec<StoredMail>> {
        let folder = self.folder.clone();
        off_the_runtime(move || read_all(&folder)).await
    }

    /// One mail by its message id.
    pub async fn mail(&self, message_id: &str) -> io::Result<Option<StoredMail>> {
        // Only mails that are there can be asked for, so that no name leads out of the folder.
        Ok(self.mails().await?.into_iter().find(|mail| mail.message_id == message_id))
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = compose(mail, &self.sender)?.formatted();
        let stored = StoredMail {
            message_id: mail.message_id.clone(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            sent_at: Utc::now(),
            headers: headers_of(&message),
            text: mail.text.clone(),
            html: mail.html.clone(),
        };
        let folder = self.folder.clone();
        off_the_runtime(move || write(&folder, &message, &stored))
            .await
            .map_err(|error| MailError::Unavailable(Box::new(error)))
    }
}

fn headers_of(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n", "\n")
}

/// The description comes last: who sees it finds the message.
fn write(folder: &Path, message: &[u8], stored: &StoredMail) -> io::Result<()> {
    replace(&folder.join(format!("{}.eml", stored.message_id)), message)?;
    replace(&folder.join(format!("{}.json", stored.message_id)), &serde_json::to_vec_pretty(stored)?)
}

/// Readers see the old file or the new one, never half of one.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let passing = path.with_file_name(format!("{}.passing", uuid::Uuid::now_v7().simple()));
    fs::write(&passing, content)?;
    fs::rename(passing, path)
}

fn read_all(folder: &Path) -> io::Result<Vec<StoredMail>> {
    let mut mails = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        match fs::read(&path) {
            Ok(bytes) => mails.push(serde_json::from_slice::<StoredMail>(&bytes)?),
            // Somebody tidied up between the two steps.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    mails.sort_by(|one, other| other.sent_at.cmp(&one.sent_at).then_with(|| one.message_id.cmp(&other.message_id)));
    Ok(mails)
}

async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(number: u32) -> Mail {
        Mail {
            to: "ada@example.com".to_owned(),
            subject: format!("Your order {number}"),
            text: "Thank you".to_owned(),
            html: "<p>Thank you</p>".to_owned(),
            message_id: format!("order-{number}@shop.example"),
        }
    }

    #[tokio::test]
    async fn mails_are_kept_once_and_read_newest_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let sender = Sender::parse("shop@shop.example").expect("a sender");
        let mailer = FolderMailer::open(folder.path().join("mail"), sender).expect("a mailer");
        assert_eq!(mailer.mails().await.expect("mails"), []);
        for number in [1, 2, 1] {
            mailer.send(&mail(number)).await.expect("kept");
        }
        let subjects: Vec<String> = mailer.mails().await.expect("mails").into_iter().map(|mail| mail.subject).collect();
        assert_eq!(subjects, ["Your order 1", "Your order 2"]);
        let stored = mailer.mail("order-1@shop.example").await.expect("mails").expect("a mail");
        assert!(stored.headers.contains("Subject: Your order 1"), "{}", stored.headers);
        assert!(!stored.headers.contains("Thank you"), "headers only: {}", stored.headers);
        let message = std::fs::read_to_string(folder.path().join("mail/order-1@shop.example.eml")).expect("a file");
        assert!(message.contains("text/plain") && message.contains("text/html"), "{message}");
        assert_eq!(mailer.mail("../order-1@shop.example").await.expect("mails"), None);
    }
}
