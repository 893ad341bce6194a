//! Typed, layered configuration: defaults of the types, then a TOML file, then `COHERON__SECTION__KEY` variables.
//!
//! Sections are structs with `#[serde(deny_unknown_fields, default)]`, declared by the crate that owns the setting; the
//! binary composes them into one root. Secrets are `Redacted<String>`, addresses that may hold a login `RedactedUrl`.

mod comma_list;
mod redacted;
mod redacted_url;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

pub use comma_list::comma_list;
pub use redacted::Redacted;
pub use redacted_url::RedactedUrl;

/// Variables of the environment that set a value start with this, for example `COHERON__HTTP__LISTEN`.
pub const VARIABLE_PREFIX: &str = "COHERON__";

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read", path.display())]
    File { path: PathBuf, source: ::config::ConfigError },
    /// The message names the key, as `section.key`.
    #[error("the configuration is not valid: {message}")]
    Invalid { message: String },
}

/// Reads the file, where one is given, and the environment of this process.
pub fn load<T: DeserializeOwned>(file: Option<&Path>) -> Result<T, ConfigError> {
    load_from(
        file,
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    )
}

/// As `load`, with the variables given instead of taken from the process.
pub fn load_from<T: DeserializeOwned>(
    file: Option<&Path>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<T, ConfigError> {
    let variables: HashMap<String, String> =
        variables.into_iter().filter(|(name, _)| name.starts_with(VARIABLE_PREFIX)).collect();
    let environment =
        ::config::Environment::with_prefix("COHERON").prefix_separator("__").separator("__").source(Some(variables));
    let mut layers = ::config::Config::builder();
    if let Some(path) = file {
        layers = layers.add_source(::config::File::from(path).format(::config::FileFormat::Toml).required(true));
    }
    let layers = layers.add_source(environment).build().map_err(|source| match file {
        Some(path) => ConfigError::File { path: path.to_owned(), source },
        None => ConfigError::Invalid { message: source.to_string() },
    })?;
    serde_path_to_error::deserialize(layers).map_err(|error| {
        let path = error.path().to_string();
        let problem = error.into_inner();
        ConfigError::Invalid { message: format!("{path}: {problem}") }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Root {
        shop: Shop,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Shop {
        name: String,
        page_size: u32,
        open: bool,
        #[serde(deserialize_with = "comma_list")]
        brokers: Vec<String>,
        password: Option<Redacted<String>>,
    }

    impl Default for Shop {
        fn default() -> Self {
            Self { name: "shop".to_owned(), page_size: 24, open: true, brokers: vec![], password: None }
        }
    }

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    #[test]
    fn variables_win_over_the_file_and_the_file_over_defaults() {
        let file = file("[shop]\nname = \"from file\"\npage_size = 10\nbrokers = [\"a:1\"]\n");
        let root: Root = load_from(
            Some(file.path()),
            variables(&[
                ("COHERON__SHOP__PAGE_SIZE", "50"),
                ("COHERON__SHOP__OPEN", "false"),
                ("COHERON__SHOP__BROKERS", "b:1, c:2"),
                ("COHERON__SHOP__PASSWORD", "1234"),
                ("COHERON_CONFIG", "not a setting"),
                ("HOME", "/nowhere"),
            ]),
        )
        .expect("a configuration");
        assert_eq!(root.shop.name, "from file");
        assert_eq!(root.shop.page_size, 50);
        assert!(!root.shop.open);
        assert_eq!(root.shop.brokers, ["b:1", "c:2"]);
        assert_eq!(root.shop.password.expect("a password").expose(), "1234");
    }

    #[test]
    fn no_source_gives_the_defaults() {
        assert_eq!(load_from::<Root>(None, []).expect("a configuration"), Root::default());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_by_name() {
        let unknown = load_from::<Root>(None, variables(&[("COHERON__SHOP__PAGE_SIZES", "5")])).expect_err("an error");
        assert!(unknown.to_string().contains("shop") && unknown.to_string().contains("page_sizes"), "{unknown}");
        let section = load_from::<Root>(None, variables(&[("COHERON__SHOPS__NAME", "x")])).expect_err("an error");
        assert!(section.to_string().contains("shops"), "{section}");
        let wrong = load_from::<Root>(None, variables(&[("COHERON__SHOP__PAGE_SIZE", "many")])).expect_err("an error");
        assert!(wrong.to_string().contains("shop.page_size"), "{wrong}");
        let missing = load_from::<Root>(Some(Path::new("no-such-file.toml")), []).expect_err("an error");
        assert!(missing.to_string().contains("no-such-file.toml"), "{missing}");
    }
}
