//! The categories of a site as a tree, from the rows of the store.

use std::collections::{HashMap, HashSet};

use coheron_core::document::category_url;

/// A category row as the store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    pub id: String,
    pub parent_id: Option<String>,
    pub name: String,
    /// Order among siblings, smallest first.
    pub position: i32,
}

/// A category that hangs on a root. Categories that are their own ancestors hang on none and are left out until the
/// feed has put them right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: String,
    pub name: String,
    /// Canonical path of its page.
    pub url: String,
    /// None for a root, also where the feed names a parent that is not there (yet).
    pub parent_id: Option<String>,
    /// Ids of its children in display order.
    pub children: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct CategoryTree {
    by_id: HashMap<String, Category>,
    /// Ids of all categories, parents before children.
    order: Vec<String>,
    /// Categories without a parent, and those whose parent is not there (yet), as the API has them.
    roots: Vec<String>,
}

impl CategoryTree {
    pub fn new(mut rows: Vec<CategoryRow>) -> Self {
        rows.sort_by(|left, right| {
            (left.position, &left.name, &left.id).cmp(&(right.position, &right.name, &right.id))
        });
        let known: HashSet<String> = rows.iter().map(|row| row.id.clone()).collect();
        for row in &mut rows {
            row.parent_id = row.parent_id.take().filter(|parent| known.contains(parent));
        }
        let mut children_of: HashMap<Option<&str>, Vec<&CategoryRow>> = HashMap::new();
        for row in &rows {
            children_of.entry(row.parent_id.as_deref()).or_default().push(row);
        }
        let ids = |parent: Option<&str>| -> Vec<String> {
            children_of.get(&parent).map(|rows| rows.iter().map(|row| row.id.clone()).collect()).unwrap_or_default()
        };
        let roots = ids(None);
        let mut tree = Self { roots: roots.clone(), ..Self::default() };
        let mut waiting: Vec<&CategoryRow> = children_of.get(&None).cloned().unwrap_or_default();
        waiting.reverse();
        while let Some(row) = waiting.pop() {
            let category = Category {
                id: row.id.clone(),
                name: row.name.clone(),
                url: category_url(&row.id, &row.name),
                parent_id: row.parent_id.clone(),
                children: ids(Some(&row.id)),
            };
            if let Some(children) = children_of.get(&Some(row.id.as_str())) {
                waiting.extend(children.iter().rev().copied());
            }
            tree.order.push(row.id.clone());
            tree.by_id.insert(row.id.clone(), category);
        }
        tree
    }

    pub fn find(&self, id: &str) -> Option<&Category> {
        self.by_id.get(id)
    }

    /// The categories of the first level.
    pub fn roots(&self) -> impl Iterator<Item = &Category> {
        self.roots.iter().filter_map(|id| self.find(id))
    }

    pub fn children(&self, category: &Category) -> impl Iterator<Item = &Category> {
        category.children.iter().filter_map(|id| self.find(id))
    }

    /// All categories, parents before children.
    pub fn all(&self) -> impl Iterator<Item = &Category> {
        self.order.iter().filter_map(|id| self.find(id))
    }

    /// From the root down to the category itself; empty for an unknown id.
    pub fn path(&self, id: &str) -> Vec<&Category> {
        let mut path = Vec::new();
        let mut next = self.find(id);
        while let Some(category) = next {
            path.push(category);
            next = category.parent_id.as_deref().and_then(|parent| self.find(parent));
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, parent_id: Option<&str>, position: i32) -> CategoryRow {
        CategoryRow { id: id.to_owned(), parent_id: parent_id.map(str::to_owned), name: id.to_uppercase(), position }
    }

    #[test]
    fn orders_by_position_and_knows_paths() {
        let tree = CategoryTree::new(vec![
            row("mugs", Some("kitchen"), 0),
            row("living", None, 2),
            row("kitchen", None, 1),
            row("handled", Some("mugs"), 0),
        ]);
        let roots: Vec<&str> = tree.roots().map(|category| category.id.as_str()).collect();
        assert_eq!(roots, ["kitchen", "living"]);
        let path: Vec<&str> = tree.path("handled").into_iter().map(|category| category.id.as_str()).collect();
        assert_eq!(path, ["kitchen", "mugs", "handled"]);
        let all: Vec<&str> = tree.all().map(|category| category.id.as_str()).collect();
        assert_eq!(all, ["kitchen", "mugs", "handled", "living"]);
    }

    #[test]
    fn a_missing_parent_makes_a_root_and_circles_are_left_out() {
        let tree = CategoryTree::new(vec![
            row("a", Some("b"), 0),
            row("b", Some("a"), 0),
            row("own", Some("own"), 0),
            row("mugs", Some("absent"), 1),
            row("handled", Some("mugs"), 0),
            row("kitchen", None, 0),
        ]);
        let roots: Vec<&str> = tree.roots().map(|category| category.id.as_str()).collect();
        assert_eq!(roots, ["kitchen", "mugs"]);
        let all: Vec<&str> = tree.all().map(|category| category.id.as_str()).collect();
        assert_eq!(all, ["kitchen", "mugs", "handled"]);
        let path: Vec<&str> = tree.path("handled").into_iter().map(|category| category.id.as_str()).collect();
        assert_eq!(path, ["mugs", "handled"]);
        assert_eq!(tree.find("mugs").map(|mugs| mugs.parent_id.as_deref()), Some(None));
        assert!(tree.path("a").is_empty());
    }
}
