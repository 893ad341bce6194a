//! The shape of a schema from outside: references inlined, growth bounded.

use std::collections::HashMap;

use apache_avro::Schema;
use apache_avro::schema::{Name, ResolvedSchema};

/// Types in a schema after all references are inlined. A product has about 60.
const MAX_TYPES: usize = 5_000;

/// The schema with every named type written out where it is used. Rules that compare two schemas then need not care
/// in which place each of them defines a name.
pub(crate) fn inline_references(schema: &Schema) -> Result<Schema, String> {
    let resolved = ResolvedSchema::try_from(schema).map_err(|error| error.to_string())?;
    let mut inliner = Inliner { names: resolved.get_names(), ancestors: Vec::new(), types: 0 };
    inliner.inline(schema)
}

/// Refuses what could make reading a small record take unbounded time, stack or memory: types that contain
/// themselves, exponential nesting, and lists whose elements take no bytes.
pub(crate) fn check_bounded(schema: &Schema) -> Result<(), String> {
    refuse_empty_elements(&inline_references(schema)?)
}

struct Inliner<'s> {
    names: &'s HashMap<Name, &'s Schema>,
    /// The records around the current place.
    ancestors: Vec<Name>,
    types: usize,
}

impl Inliner<'_> {
    fn inline(&mut self, schema: &Schema) -> Result<Schema, String> {
        self.types += 1;
        if self.types > MAX_TYPES {
            return Err(format!("it has more than {MAX_TYPES} types"));
        }
        match schema {
            Schema::Ref { name } => {
                if self.ancestors.contains(name) {
                    return Err(format!("{} contains itself", name.fullname(None)));
                }
                let names = self.names;
                let target = names.get(name).ok_or_else(|| format!("{} is not defined", name.fullname(None)))?;
                self.inline(target)
            }
            Schema::Array(array) => {
                let mut array = array.clone();
                *array.items = self.inline(&array.items)?;
                Ok(Schema::Array(array))
            }
            Schema::Map(map) => {
                let mut map = map.clone();
                *map.types = self.inline(&map.types)?;
                Ok(Schema::Map(map))
            }
            Schema::Union(union) => {
                let variants = union.variants().iter().map(|variant| self.inline(variant)).collect::<Result<_, _>>()?;
                Schema::union(variants).map_err(|error| error.to_string())
            }
            Schema::Record(record) => {
                let mut record = record.clone();
                self.ancestors.push(record.name.clone());
                for field in &mut record.fields {
                    field.schema = self.inline(&field.schema)?;
                }
                self.ancestors.pop();
                Ok(Schema::Record(record))
            }
            other => Ok(other.clone()),
        }
    }
}

fn refuse_empty_elements(schema: &Schema) -> Result<(), String> {
    match schema {
        Schema::Array(array) => {
            if takes_no_bytes(&array.items) {
                return Err("it has an array whose items take no bytes".to_owned());
            }
            refuse_empty_elements(&array.items)
        }
        Schema::Map(map) => refuse_empty_elements(&map.types),
        Schema::Union(union) => union.variants().iter().try_for_each(refuse_empty_elements),
        Schema::Record(record) => record.fields.iter().try_for_each(|field| refuse_empty_elements(&field.schema)),
        _ => Ok(()),
    }
}

fn takes_no_bytes(schema: &Schema) -> bool {
    match schema {
        Schema::Null => true,
        Schema::Fixed(fixed) => fixed.size == 0,
        Schema::Record(record) => record.fields.iter().all(|field| takes_no_bytes(&field.schema)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Schema {
        Schema::parse_str(text).expect("a schema")
    }

    #[test]
    fn references_are_written_out() {
        let schema = parse(
            r#"{"type": "record", "name": "R", "fields": [
                {"name": "a", "type": {"type": "record", "name": "I", "fields": [{"name": "x", "type": "string"}]}},
                {"name": "b", "type": {"type": "array", "items": "I"}}]}"#,
        );
        let Schema::Record(record) = inline_references(&schema).expect("inlined") else { panic!("a record") };
        let Schema::Array(array) = &record.fields[1].schema else { panic!("an array") };
        assert!(matches!(*array.items, Schema::Record(_)), "{:?}", array.items);
    }

    #[test]
    fn what_could_run_away_is_refused() {
        let bomb = (0..8).rev().fold(r#"{"type": "record", "name": "N8", "fields": []}"#.to_owned(), |inner, level| {
            let fields: Vec<String> = (0..9)
                .map(|field| {
                    let kind = if field == 0 { inner.clone() } else { format!("\"N{}\"", level + 1) };
                    format!(r#"{{"name": "f{field}", "type": {kind}}}"#)
                })
                .collect();
            format!(r#"{{"type": "record", "name": "N{level}", "fields": [{}]}}"#, fields.join(","))
        });
        for (text, expected) in [
            (r#"{"type": "record", "name": "L", "fields": [{"name": "n", "type": ["null", "L"]}]}"#, "contains itself"),
            (r#"{"type": "array", "items": {"type": "array", "items": "null"}}"#, "no bytes"),
            (bomb.as_str(), "more than"),
        ] {
            let problem = check_bounded(&parse(text)).expect_err("refused");
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
