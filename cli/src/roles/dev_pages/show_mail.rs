//! `GET /dev/mail/{id}` and the HTML part that it frames, `GET /dev/mail/{id}/html`

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use coheron_integrations::mail::{FolderMailer, StoredMail};

use super::page;

#[derive(Template)]
#[template(path = "dev_mail.html")]
struct MailPage {
    mail: StoredMail,
}

pub async fn show_mail(State(folder): State<FolderMailer>, Path(id): Path<String>) -> Response {
    match folder.mail(&id).await {
        Ok(Some(mail)) => page::page(&MailPage { mail }),
        Ok(None) => page::not_found("There is no mail of this name."),
        Err(error) => page::unavailable(&error),
    }
}

pub async fn show_mail_html(State(folder): State<FolderMailer>, Path(id): Path<String>) -> Response {
    match folder.mail(&id).await {
        Ok(Some(mail)) => page::mail_html(mail.html),
        Ok(None) => page::not_found("There is no mail of this name."),
        Err(error) => page::unavailable(&error),
    }
}
