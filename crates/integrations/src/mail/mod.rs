//! Mailers: one hands mail to a server (SMTP), one keeps it in a folder for development.

mod compose;
mod folder;
mod smtp;

use std::path::PathBuf;

use coheron_core::retry::RetryClass;

pub use compose::Sender;
pub use folder::{FolderMailer, StoredMail};
pub use smtp::{SmtpEncryption, SmtpMailer, SmtpSettings};

/// What keeps a mailer from being made.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error("the sender `{text}` is not an address like shop@example.com or Shop <shop@example.com>")]
    Sender { text: String },
    #[error("the mail server's name `{host}` is not one that a certificate can be checked against")]
    Server { host: String, source: lettre::transport::smtp::Error },
    #[error("the folder {} for mail cannot be used", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
}

impl MailerError {
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Sender { .. } | Self::Server { .. } | Self::Folder { .. } => RetryClass::Fatal,
        }
    }
}
