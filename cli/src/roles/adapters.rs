//! The vendors that the configuration names: payment, shipping, mail.

use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use coheron_core::commerce_ports::{Mailer, PaymentGateway, ShippingRates};
use coheron_integrations::flat_rate_shipping::FlatRate;
use coheron_integrations::mail::{FolderMailer, Sender, SmtpMailer, SmtpSettings};
use coheron_integrations::test_gateway::TestGateway;

use crate::configuration::{Configuration, MailSection, SmtpSection};

/// In whose name mails are kept where nobody is named.
const DEVELOPMENT_SENDER: &str = "Shop <shop@shop.example>";

/// Cheap to clone.
#[derive(Clone)]
pub struct Adapters {
    pub gateways: Vec<Arc<dyn PaymentGateway>>,
    pub shipping: Arc<dyn ShippingRates>,
    /// None where no way to send mail is configured.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// For its page, where it is in use.
    pub test_gateway: Option<TestGateway>,
    /// For its pages, where it is in use.
    pub mail_folder: Option<FolderMailer>,
}

impl Adapters {
    pub fn open(configuration: &Configuration) -> anyhow::Result<Self> {
        let test_gateway = match &configuration.payment.test_gateway_dir {
            Some(folder) => Some(TestGateway::open(folder)?),
            None => None,
        };
        let mail_folder = match &configuration.mail.folder {
            Some(folder) => Some(FolderMailer::open(folder, sender(&configuration.mail)?)?),
            None => None,
        };
        Ok(Self {
            gateways: test_gateway.iter().map(|gateway| Arc::new(gateway.clone()) as Arc<dyn PaymentGateway>).collect(),
            shipping: Arc::new(FlatRate::new(configuration.shipping.clone())),
            mailer: mailer(&configuration.mail, mail_folder.as_ref())?,
            test_gateway,
            mail_folder,
        })
    }
}

fn mailer(section: &MailSection, folder: Option<&FolderMailer>) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    match (&section.smtp, folder) {
        (Some(_), Some(_)) => bail!("mail.smtp and mail.folder exclude each other: set one of them"),
        (Some(smtp), None) => {
            ensure!(section.from.is_some(), "mail.from is missing: mail.smtp sends in somebody's name");
            let mailer = SmtpMailer::new(&smtp_settings(smtp)?, sender(section)?)?;
            Ok(Some(Arc::new(mailer)))
        }
        (None, Some(folder)) => Ok(Some(Arc::new(folder.clone()))),
        (None, None) => Ok(None),
    }
}

fn sender(section: &MailSection) -> anyhow::Result<Sender> {
    Sender::parse(section.from.as_deref().unwrap_or(DEVELOPMENT_SENDER)).context("mail.from is not valid")
}

fn smtp_settings(section: &SmtpSection) -> anyhow::Result<SmtpSettings> {
    let user_and_password = match (&section.user, &section.password) {
        (Some(user), Some(password)) => Some((user.clone(), password.expose().clone())),
        (None, None) => None,
        (Some(_), None) => bail!("mail.smtp.password is missing: mail.smtp.user does not go without"),
        (None, Some(_)) => bail!("mail.smtp.user is missing: mail.smtp.password does not go without"),
    };
    Ok(SmtpSettings {
        host: section.host.clone(),
        port: section.port,
        user_and_password,
        encryption: section.encryption,
    })
}

#[cfg(test)]
mod tests {
    use coheron_integrations::mail::SmtpEncryption;
    use coheron_platform::config::Redacted;

    use super::*;

    fn smtp() -> MailSection {
        let smtp = SmtpSection {
            host: "mail.example".to_owned(),
            port: None,
            user: Some("shop".to_owned()),
            password: Some(Redacted::new("secret".to_owned())),
            encryption: SmtpEncryption::Tls,
        };
        MailSection { from: Some("shop@shop.example".to_owned()), smtp: Some(smtp), folder: None }
    }

    fn refusal(change: impl FnOnce(&mut MailSection)) -> String {
        let mut section = smtp();
        change(&mut section);
        match mailer(&section, None) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn half_a_configuration_is_refused_by_name() {
        assert_eq!(refusal(|_| {}), "accepted");
        assert!(refusal(|mail| mail.from = None).contains("mail.from"));
        assert!(refusal(|mail| mail.from = Some("shop".to_owned())).contains("mail.from"));
        assert!(refusal(|mail| mail.smtp.iter_mut().for_each(|smtp| smtp.password = None)).contains("smtp.password"));
        assert!(refusal(|mail| mail.smtp.iter_mut().for_each(|smtp| smtp.user = None)).contains("smtp.user"));
        assert!(mailer(&MailSection::default(), None).expect("valid").is_none());
    }
}
