//! Whether a schema may follow earlier ones, by the rules of Avro schema registries.

use std::str::FromStr;

use apache_avro::Schema;
use apache_avro::schema_compatibility::{Compatibility as Resolution, SchemaCompatibility};

use crate::codec::brief;
use crate::schema_shape::inline_references;

/// How a new schema must relate to the earlier ones. The transitive levels look at all of them, the others at the
/// latest only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compatibility {
    None,
    /// The new schema reads records of the earlier one.
    Backward,
    BackwardTransitive,
    /// The earlier schema reads records of the new one.
    Forward,
    ForwardTransitive,
    /// Both.
    Full,
    FullTransitive,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such compatibility level")]
pub struct UnknownCompatibility;

/// Checks a new schema against the earlier ones, oldest first. The errors name each version (from 1) and the problem.
pub fn check(level: Compatibility, new: &str, existing: &[String]) -> Result<(), Vec<String>> {
    let new = parse(new).map_err(|problem| vec![format!("the new schema: {problem}")])?;
    if level == Compatibility::None {
        return Ok(());
    }
    let first = if level.is_transitive() { 0 } else { existing.len().saturating_sub(1) };
    let problems: Vec<String> = existing
        .iter()
        .enumerate()
        .skip(first)
        .flat_map(|(index, earlier)| problems_with(level, &new, index + 1, earlier))
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

impl Compatibility {
    /// The name that registries use, for example `FULL_TRANSITIVE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }

    fn needs_backward(self) -> bool {
        matches!(self, Self::Backward | Self::BackwardTransitive | Self::Full | Self::FullTransitive)
    }

    fn needs_forward(self) -> bool {
        matches!(self, Self::Forward | Self::ForwardTransitive | Self::Full | Self::FullTransitive)
    }
}

impl FromStr for Compatibility {
    type Err = UnknownCompatibility;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            Self::None,
            Self::Backward,
            Self::BackwardTransitive,
            Self::Forward,
            Self::ForwardTransitive,
            Self::Full,
            Self::FullTransitive,
        ]
        .into_iter()
        .find(|level| level.name() == text)
        .ok_or(UnknownCompatibility)
    }
}

fn problems_with(level: Compatibility, new: &Schema, version: usize, earlier: &str) -> Vec<String> {
    let earlier = match parse(earlier) {
        Ok(earlier) => earlier,
        Err(problem) => return vec![format!("version {version}: {problem}")],
    };
    let mut problems = Vec::new();
    if level.needs_backward()
        && let Err(problem) = can_read(&earlier, new)
    {
        problems.push(format!("the new schema cannot read records of version {version}: {problem}"));
    }
    if level.needs_forward()
        && let Err(problem) = can_read(new, &earlier)
    {
        problems.push(format!("version {version} cannot read records of the new schema: {problem}"));
    }
    problems
}

fn parse(text: &str) -> Result<Schema, String> {
    let schema = Schema::parse_str(text).map_err(|error| brief(&error))?;
    match inline_references(&schema) {
        Ok(inlined) => Ok(inlined),
        // A type that contains itself cannot be written out; the checker follows its references by name.
        Err(_) => Ok(schema),
    }
}

fn can_read(writer: &Schema, reader: &Schema) -> Result<(), String> {
    match SchemaCompatibility::can_read(writer, reader) {
        Ok(Resolution::Full) => Ok(()),
        Ok(Resolution::Partial) => Err("a branch of a union or a symbol of an enum is missing".to_owned()),
        Err(error) => Err(explain(&error)),
    }
}

fn explain(error: &dyn std::error::Error) -> String {
    let mut text = brief(&error);
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&brief(&cause));
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_kind::RecordKind;

    const ONE: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]}"#;
    const WITH_DEFAULT: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"},
        {"name": "b", "type": "string", "default": ""}]}"#;
    const WITHOUT_DEFAULT: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"},
        {"name": "b", "type": "string"}]}"#;
    const OTHER_TYPE: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "string"}]}"#;
    const WIDER_UNION: &str =
        r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["long", "string"]}]}"#;

    fn allowed(level: Compatibility, new: &str, existing: &[&str]) -> bool {
        let existing: Vec<String> = existing.iter().map(|text| (*text).to_owned()).collect();
        check(level, new, &existing).is_ok()
    }

    #[test]
    fn the_levels_mean_what_registries_mean_by_them() {
        use Compatibility::*;
        for (level, new, existing, expected) in [
            (None, OTHER_TYPE, vec![ONE], true),
            (Backward, WITHOUT_DEFAULT, vec![ONE], false),
            (Forward, WITHOUT_DEFAULT, vec![ONE], true),
            (Full, WITHOUT_DEFAULT, vec![ONE], false),
            (Full, WITH_DEFAULT, vec![ONE], true),
            (FullTransitive, OTHER_TYPE, vec![ONE], false),
            (Backward, WIDER_UNION, vec![ONE], true),
            (Forward, WIDER_UNION, vec![ONE], false),
            // The latest alone counts, unless the level is transitive.
            (Backward, ONE, vec![OTHER_TYPE, WITH_DEFAULT], true),
            (BackwardTransitive, ONE, vec![OTHER_TYPE, WITH_DEFAULT], false),
            (ForwardTransitive, WITH_DEFAULT, vec![ONE, WITH_DEFAULT], true),
            (FullTransitive, ONE, vec![], true),
        ] {
            assert_eq!(allowed(level, new, &existing), expected, "{level:?} {new} after {existing:?}");
        }
    }

    #[test]
    fn problems_name_the_version_and_the_field() {
        let problems = check(Compatibility::FullTransitive, WITHOUT_DEFAULT, &[ONE.to_owned()]).expect_err("refused");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("version 1") && problems[0].contains("'b'"), "{problems:?}");
    }

    #[test]
    fn where_a_name_is_defined_does_not_matter() {
        let defined_in_a = r#"{"type": "record", "name": "R", "fields": [
            {"name": "a", "type": {"type": "record", "name": "I", "fields": [{"name": "x", "type": "long"}]}},
            {"name": "b", "type": "I"}]}"#;
        let defined_in_b = r#"{"type": "record", "name": "R", "fields": [
            {"name": "b", "type": {"type": "record", "name": "I", "fields": [{"name": "x", "type": "long"}]}},
            {"name": "a", "type": "I"}]}"#;
        assert!(allowed(Compatibility::Full, defined_in_a, &[defined_in_b]));
        let list = r#"{"type": "record", "name": "L", "fields": [{"name": "next", "type": ["null", "L"]}]}"#;
        assert!(allowed(Compatibility::Full, list, &[list]));
    }

    #[test]
    fn an_invalid_schema_is_refused_at_every_level() {
        assert!(!allowed(Compatibility::None, "{", &[]));
    }

    #[test]
    fn names_are_read_back() {
        assert_eq!("FULL_TRANSITIVE".parse(), Ok(Compatibility::FullTransitive));
        assert_eq!("full".parse::<Compatibility>(), Err(UnknownCompatibility));
    }

    #[test]
    fn the_current_schemas_are_fully_compatible_with_all_their_earlier_versions() {
        let history = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("avro/history");
        for kind in RecordKind::ALL {
            let folder = history.join(kind.name());
            let versions: Vec<String> = (1..)
                .map_while(|version| std::fs::read_to_string(folder.join(format!("{version}.avsc"))).ok())
                .collect();
            assert!(!versions.is_empty(), "{} has no frozen version", kind.name());
            assert_eq!(check(Compatibility::FullTransitive, kind.avsc(), &versions), Ok(()), "{}", kind.name());
        }
    }
}
