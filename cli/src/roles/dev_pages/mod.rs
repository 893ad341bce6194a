//! Pages for development: the mails that were kept in a folder, and the test gateway's page for shoppers. Each is served
//! only where what it shows is configured.

mod list_mails;
mod page;
mod payment;
mod show_mail;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;
use coheron_integrations::mail::FolderMailer;
use coheron_integrations::test_gateway::TestGateway;

/// Below `/dev/`; no route at all where neither is given.
pub fn router(mail_folder: Option<FolderMailer>, test_gateway: Option<TestGateway>) -> Router {
    let mut router = Router::new();
    if mail_folder.is_some() || test_gateway.is_some() {
        router = router.route(page::STYLE_PATH, get(page::style));
    }
    if let Some(folder) = mail_folder {
        let mails = Router::new()
            .route("/dev/mail", get(list_mails::list_mails))
            .route("/dev/mail/{id}", get(show_mail::show_mail))
            .route("/dev/mail/{id}/html", get(show_mail::show_mail_html))
            .with_state(folder);
        router = router.merge(mails);
    }
    if let Some(gateway) = test_gateway {
        let payments = Router::new()
            .route("/dev/payments/{id}", get(payment::show_payment).post(payment::decide_payment))
            .with_state(gateway);
        router = router.merge(payments);
    }
    router
}
