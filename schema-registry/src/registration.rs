//! Whether a schema is known to a subject, may join it, or is refused.

use coheron_schemas::canonical::{CanonicalSchema, canonical};
use coheron_schemas::compatibility::{Compatibility, check};
use coheron_store::schema_registry::{self, SubjectVersion};
use coheron_store::{Database, StoreError};

use crate::error::RegistryError;
use crate::extract::{PostedSchema, VersionChoice};
use crate::levels::level_in_force;

/// Registers a schema without HTTP, for processes that share the registry's database. Gives its id.
pub async fn register(database: &Database, subject: &str, schema_text: &str) -> Result<i32, RegistryError> {
    register_posted(database, subject, &PostedSchema::read(schema_text.to_owned())?).await
}

/// Gives the id of the schema, which becomes the subject's newest version unless the subject has it already.
pub(crate) async fn register_posted(
    database: &Database,
    subject: &str,
    posted: &PostedSchema,
) -> Result<i32, RegistryError> {
    let mut transaction = database.begin_pipeline().await?;
    // Every producer registers when it starts, nearly always what is known: that needs no lock.
    let versions = schema_registry::versions(&mut transaction, subject).await?;
    if let Some(known) = find_same(&posted.canonical, &versions) {
        return Ok(known.schema_id);
    }
    // From here on one registration at a time: a check is only worth something while no other version can slip in.
    schema_registry::lock(&mut transaction).await?;
    let versions = schema_registry::versions(&mut transaction, subject).await?;
    let level = level_in_force(&mut transaction, subject).await?;
    match decide(level, &posted.canonical, &versions) {
        Decision::Known(known) => Ok(known.schema_id),
        Decision::Refused(problems) => Err(RegistryError::Incompatible(problems)),
        Decision::Join => {
            let mut fingerprint = [0_u8; 32];
            hex::decode_to_slice(&posted.canonical.fingerprint, &mut fingerprint)
                .map_err(|error| RegistryError::InvalidSchema(error.to_string()))?;
            let (schema_id, version) =
                schema_registry::register(&mut transaction, subject, &fingerprint, &posted.text).await?;
            transaction.commit().await.map_err(StoreError::from)?;
            tracing::info!(subject, version, schema_id, "a schema was registered");
            Ok(schema_id)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision<'a> {
    /// The subject has it under this version.
    Known(&'a SubjectVersion),
    /// It may become the next version.
    Join,
    /// Why it may not.
    Refused(Vec<String>),
}

/// `existing` are the versions of the subject, oldest first.
pub(crate) fn decide<'a>(
    level: Compatibility,
    posted: &CanonicalSchema,
    existing: &'a [SubjectVersion],
) -> Decision<'a> {
    if let Some(known) = find_same(posted, existing) {
        return Decision::Known(known);
    }
    let earlier: Vec<String> = existing.iter().map(|version| version.schema.clone()).collect();
    match check(level, &posted.text, &earlier) {
        Ok(()) => Decision::Join,
        Err(problems) => Decision::Refused(problems),
    }
}

/// The version that is the same schema but for formatting.
pub(crate) fn find_same<'a>(posted: &CanonicalSchema, existing: &'a [SubjectVersion]) -> Option<&'a SubjectVersion> {
    existing
        .iter()
        .find(|version| canonical(&version.schema).is_ok_and(|stored| stored.fingerprint == posted.fingerprint))
}

pub(crate) fn choose<'a>(
    subject: &str,
    choice: VersionChoice,
    existing: &'a [SubjectVersion],
) -> Result<&'a SubjectVersion, RegistryError> {
    let Some(latest) = existing.last() else { return Err(RegistryError::UnknownSubject(subject.to_owned())) };
    match choice {
        VersionChoice::Latest => Ok(latest),
        VersionChoice::Number(number) => existing
            .iter()
            .find(|version| version.version == number)
            .ok_or_else(|| RegistryError::UnknownVersion(number.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i32, schema: &str) -> SubjectVersion {
        SubjectVersion { subject: "s".to_owned(), version: number, schema_id: number + 10, schema: schema.to_owned() }
    }

    fn record(fields: &str) -> String {
        format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
    }

    const A: &str = r#"{"name": "a", "type": "long"}"#;
    const B_WITH_DEFAULT: &str = r#"{"name": "b", "type": "long", "default": 0}"#;
    const B: &str = r#"{"name": "b", "type": "long"}"#;

    #[test]
    fn the_same_schema_is_known_whatever_its_formatting() {
        let existing = [version(1, &record(A))];
        let posted = canonical(r#"{"fields":[{"type":"long","name":"a"}],"name":"R","type":"record"}"#).expect("valid");
        assert_eq!(decide(Compatibility::FullTransitive, &posted, &existing), Decision::Known(&existing[0]));
    }

    #[test]
    fn compatible_schemas_join_and_others_are_refused_with_reasons() {
        let existing = [version(1, &record(A))];
        let wider = canonical(&record(&format!("{A}, {B_WITH_DEFAULT}"))).expect("valid");
        assert_eq!(decide(Compatibility::FullTransitive, &wider, &existing), Decision::Join);
        let stricter = canonical(&record(&format!("{A}, {B}"))).expect("valid");
        assert!(matches!(
            decide(Compatibility::FullTransitive, &stricter, &existing),
            Decision::Refused(problems) if !problems.is_empty()
        ));
        assert_eq!(decide(Compatibility::None, &stricter, &existing), Decision::Join);
        assert_eq!(decide(Compatibility::FullTransitive, &stricter, &[]), Decision::Join);
    }

    #[test]
    fn versions_are_chosen_by_number_or_as_the_latest() {
        let existing = [version(1, "\"long\""), version(3, "\"int\"")];
        assert_eq!(choose("s", VersionChoice::Latest, &existing).expect("a version").version, 3);
        assert_eq!(choose("s", VersionChoice::Number(1), &existing).expect("a version").version, 1);
        assert!(matches!(choose("s", VersionChoice::Number(2), &existing), Err(RegistryError::UnknownVersion(_))));
        assert!(matches!(choose("s", VersionChoice::Latest, &[]), Err(RegistryError::UnknownSubject(_))));
    }
}
