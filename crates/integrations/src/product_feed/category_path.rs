//! Categories as feeds write them: `Home > Kitchen > Mugs`.

use coheron_core::change::{CategoryFacts, FieldProblem, MAX_KEY_BYTES};
use coheron_core::slug::slugify;

/// The names from the root down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPath(Vec<String>);

impl CategoryPath {
    /// None where the text names nothing.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, FieldProblem> {
        let names: Vec<String> =
            text.split('>').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.is_empty() {
            return Ok(None);
        }
        let path = Self(names);
        if path.id().len() > MAX_KEY_BYTES {
            return Err(FieldProblem::new(
                "categories",
                format!("a path is longer than {MAX_KEY_BYTES} bytes as an id"),
            ));
        }
        Ok(Some(path))
    }

    /// The slugs of the names, joined by a dot, which no slug contains.
    pub fn id(&self) -> String {
        id_of(&self.0)
    }

    /// The category and its ancestors as records, the root first. Siblings keep the order given by `position`.
    pub fn records(&self, position: i32) -> Vec<(String, CategoryFacts)> {
        (1..=self.0.len())
            .map(|depth| {
                let parent_id = (depth > 1).then(|| id_of(&self.0[..depth - 1]));
                (id_of(&self.0[..depth]), CategoryFacts { name: self.0[depth - 1].clone(), parent_id, position })
            })
            .collect()
    }
}

fn id_of(names: &[String]) -> String {
    names.iter().map(|name| slugify(name)).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_records_with_parents() {
        let path = CategoryPath::parse(" Cell Phones & Accessories >Cases > ").expect("a valid path").expect("a path");
        assert_eq!(path.id(), "cell-phones-accessories.cases");
        let records = path.records(3);
        assert_eq!(records[0].0, "cell-phones-accessories");
        assert_eq!(records[0].1.parent_id, None);
        assert_eq!(records[1].1.name, "Cases");
        assert_eq!(records[1].1.parent_id.as_deref(), Some("cell-phones-accessories"));
    }

    #[test]
    fn empty_and_endless_paths_are_told_apart() {
        assert_eq!(CategoryPath::parse(" > "), Ok(None));
        let endless = ["a very long name of a category"; 12].join(" > ");
        assert_eq!(CategoryPath::parse(&endless).expect_err("too long").field, "categories");
    }
}
