//! Subjects and their versions.

pub mod delete_subject;
pub mod delete_version;
pub mod get_version;
pub mod list_subjects;
pub mod list_versions;
pub mod look_up_schema;
pub mod register_schema;
