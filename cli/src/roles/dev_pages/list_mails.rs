//! `GET /dev/mail`

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use coheron_integrations::mail::{FolderMailer, StoredMail};

use super::page;

const MOST_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "dev_mails.html")]
struct MailsPage {
    /// Newest first.
    mails: Vec<StoredMail>,
    total: usize,
}

pub async fn list_mails(State(folder): State<FolderMailer>) -> Response {
    match folder.mails().await {
        Ok(mut mails) => {
            let total = mails.len();
            mails.truncate(MOST_SHOWN);
            page::page(&MailsPage { mails, total })
        }
        Err(error) => page::unavailable(&error),
    }
}
