//! Categories as a tree, whatever order and state they arrived in.

use std::collections::{HashMap, HashSet};

use coheron_core::document::category_url;
use coheron_store::categories::CategoryNode;
use indexmap::IndexMap;

use crate::shapes::category::{Breadcrumb, CategoryDetail, CategoryTreeNode};

/// Deeper levels are not shown: a tree that deep is a mistake, and every level costs stack.
const MAX_DEPTH: usize = 32;

pub(super) struct CategoryTree {
    nodes: Vec<CategoryNode>,
    by_id: HashMap<String, usize>,
    /// Positions of the children, siblings in order. A category whose parent is not there (yet) is a root.
    children: HashMap<usize, Vec<usize>>,
    roots: Vec<usize>,
    counts: IndexMap<String, u64>,
}

impl CategoryTree {
    /// `nodes` come with siblings in their order.
    pub(super) fn new(nodes: Vec<CategoryNode>, counts: IndexMap<String, u64>) -> Self {
        let by_id: HashMap<String, usize> =
            nodes.iter().enumerate().map(|(position, node)| (node.id.clone(), position)).collect();
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut roots = Vec::new();
        for (position, node) in nodes.iter().enumerate() {
            match node.parent_id.as_ref().and_then(|parent_id| by_id.get(parent_id)) {
                Some(parent) => children.entry(*parent).or_default().push(position),
                None => roots.push(position),
            }
        }
        Self { nodes, by_id, children, roots, counts }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Categories that are their own ancestors hang on no root and are not among these.
    pub(super) fn roots(&self) -> Vec<CategoryTreeNode> {
        self.roots.iter().map(|position| self.subtree(*position, 1)).collect()
    }

    pub(super) fn detail(&self, id: &str) -> Option<CategoryDetail> {
        let position = *self.by_id.get(id)?;
        let node = &self.nodes[position];
        Some(CategoryDetail {
            id: node.id.clone(),
            name: node.name.clone(),
            url: category_url(&node.id, &node.name),
            parent_id: node.parent_id.clone(),
            position: node.position,
            count: self.count(node),
            breadcrumbs: self.breadcrumbs(position),
            // One level: whoever wants the levels below asks for the tree.
            children: self.children_of(position).iter().map(|child| self.subtree(*child, MAX_DEPTH)).collect(),
        })
    }

    fn subtree(&self, position: usize, depth: usize) -> CategoryTreeNode {
        let node = &self.nodes[position];
        let children = if depth >= MAX_DEPTH {
            Vec::new()
        } else {
            self.children_of(position).iter().map(|child| self.subtree(*child, depth + 1)).collect()
        };
        CategoryTreeNode {
            id: node.id.clone(),
            name: node.name.clone(),
            url: category_url(&node.id, &node.name),
            parent_id: node.parent_id.clone(),
            position: node.position,
            count: self.count(node),
            children,
        }
    }

    /// From the root down to the category itself.
    fn breadcrumbs(&self, position: usize) -> Vec<Breadcrumb> {
        let mut seen = HashSet::new();
        let mut crumbs = Vec::new();
        let mut at = Some(position);
        while let Some(position) = at
            && seen.insert(position)
        {
            let node = &self.nodes[position];
            crumbs.push(Breadcrumb {
                id: node.id.clone(),
                name: node.name.clone(),
                url: category_url(&node.id, &node.name),
            });
            at = node.parent_id.as_ref().and_then(|parent_id| self.by_id.get(parent_id)).copied();
        }
        crumbs.reverse();
        crumbs
    }

    fn children_of(&self, position: usize) -> &[usize] {
        self.children.get(&position).map_or(&[], Vec::as_slice)
    }

    fn count(&self, node: &CategoryNode) -> u64 {
        self.counts.get(&node.id).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, parent_id: Option<&str>) -> CategoryNode {
        CategoryNode {
            id: id.to_owned(),
            parent_id: parent_id.map(str::to_owned),
            name: id.to_uppercase(),
            position: 0,
        }
    }

    fn tree(nodes: &[(&str, Option<&str>)]) -> CategoryTree {
        let counts = IndexMap::from([("home".to_owned(), 5), ("mugs".to_owned(), 3)]);
        CategoryTree::new(nodes.iter().map(|(id, parent_id)| node(id, *parent_id)).collect(), counts)
    }

    #[test]
    fn children_hang_on_their_parents_with_counts() {
        let tree = tree(&[("mugs", Some("kitchen")), ("home", None), ("kitchen", Some("home")), ("garden", None)]);
        let roots = tree.roots();
        assert_eq!(roots.iter().map(|root| root.id.as_str()).collect::<Vec<_>>(), ["home", "garden"]);
        assert_eq!((roots[0].count, roots[0].children[0].count), (5, 0));
        assert_eq!(roots[0].children[0].children[0].id, "mugs");
        let mugs = tree.detail("mugs").expect("a category");
        assert_eq!(
            mugs.breadcrumbs.iter().map(|crumb| crumb.id.as_str()).collect::<Vec<_>>(),
            ["home", "kitchen", "mugs"]
        );
        assert_eq!((mugs.url.as_str(), mugs.count), ("/c/mugs/mugs", 3));
        assert_eq!(tree.detail("home").expect("a category").children[0].id, "kitchen");
        assert!(tree.detail("cellar").is_none());
    }

    #[test]
    fn a_missing_parent_makes_a_root_and_a_circle_ends() {
        let tree = tree(&[("mugs", Some("later")), ("a", Some("b")), ("b", Some("a"))]);
        assert_eq!(tree.roots().len(), 1);
        assert_eq!(tree.detail("a").expect("a category").breadcrumbs.len(), 2);
    }
}
