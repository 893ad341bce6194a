//! `coheron config`

use crate::configuration::Configuration;

pub fn run(configuration: &Configuration) -> anyhow::Result<()> {
    println!("{}", text_of(configuration)?);
    Ok(())
}

fn text_of(configuration: &Configuration) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(configuration)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use coheron_platform::config::load_from;
    use coheron_stream::settings::KafkaSettings;

    use super::*;

    #[test]
    fn no_secret_is_printed() {
        let variables = [
            ("COHERON__DATABASE__URL", "postgres://shop:hunter2@db.example/coheron"),
            ("COHERON__SCHEMA_REGISTRY__URL", "https://reader:hunter2@registry.example/schemas"),
            ("COHERON__SCHEMA_REGISTRY__PASSWORD", "hunter2"),
            ("COHERON__MAIL__SMTP__HOST", "smtp.example"),
            ("COHERON__MAIL__SMTP__PASSWORD", "hunter2"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut configuration: Configuration = load_from(None, variables).expect("a configuration");
        configuration.kafka = Some(KafkaSettings {
            extra: BTreeMap::from([("sasl.password".to_owned(), "hunter2".to_owned())]),
            ..KafkaSettings::for_brokers("broker.example:9092")
        });
        assert!(configuration.schema_registry_url().contains("hunter2"), "clients log in with it");
        let printed = text_of(&configuration).expect("text");
        for shown in ["https://***@registry.example/schemas", "smtp.example", "broker.example:9092", "sasl.password"] {
            assert!(printed.contains(shown), "{printed}");
        }
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(!format!("{configuration:?}").contains("hunter2"));
    }
}
