//! Pages that tell what went wrong and offer a way on.

use askama::Template;
use coheron_core::product_query::ParameterError;

use super::empty_state::SuggestedLink;
use super::shell::{Head, Indexing, Shell, Shop};

#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub shell: Shell,
    pub heading: String,
    pub message: String,
    /// Each bad field with what is wrong with it.
    pub fields: Vec<ProblemField>,
    pub categories: Vec<SuggestedLink>,
}

/// For requests that belong to no shop, or when the shop's own facts cannot be read.
#[derive(Debug, Template)]
#[template(path = "problem_plain.html")]
pub struct PlainProblemPage {
    pub title: &'static str,
    pub message: &'static str,
    pub stylesheet_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemField {
    pub name: String,
    pub message: String,
}

impl ProblemPage {
    pub fn not_found(shop: &Shop) -> Self {
        Self::new(shop, "This page is not here", "It may have moved, or the product is no longer sold.", Vec::new())
    }

    pub fn bad_request(shop: &Shop, errors: &[ParameterError]) -> Self {
        let fields = errors
            .iter()
            .map(|error| ProblemField { name: error.field.clone(), message: error.message.clone() })
            .collect();
        Self::new(shop, "This address cannot be understood", "Something in it is not as it should be:", fields)
    }

    fn new(shop: &Shop, heading: &str, message: &str, fields: Vec<ProblemField>) -> Self {
        let head = Head {
            title: heading.to_owned(),
            description: message.to_owned(),
            indexing: Indexing::FollowOnly,
            kind: "website",
            ..Head::default()
        };
        let categories = shop.categories.roots();
        Self {
            shell: Shell::new(shop, head),
            heading: heading.to_owned(),
            message: message.to_owned(),
            fields,
            categories: categories
                .map(|category| SuggestedLink { label: category.name.clone(), url: category.url.clone() })
                .collect(),
        }
    }
}

impl PlainProblemPage {
    pub fn no_such_shop() -> Self {
        Self::new("No shop here", "There is no shop under this address.")
    }

    pub fn unavailable() -> Self {
        Self::new("One moment, please", "The shop cannot answer right now. Please try again in a few seconds.")
    }

    fn new(title: &'static str, message: &'static str) -> Self {
        Self { title, message, stylesheet_url: crate::assets::url("shop.css") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn bad_fields_are_named_and_escaped() {
        let errors = [ParameterError::new("filter[<b>]", "too_many", "at most 50 values")];
        let html = ProblemPage::bad_request(&sample::shop(), &errors).render().expect("HTML");
        assert!(html.contains("filter[&#60;b&#62;]"));
        assert!(html.contains("at most 50 values"));
    }

    #[test]
    fn every_problem_renders() {
        assert!(ProblemPage::not_found(&sample::shop()).render().expect("HTML").contains("Kitchen"));
        assert!(PlainProblemPage::no_such_shop().render().expect("HTML").contains("No shop here"));
        assert!(PlainProblemPage::unavailable().render().expect("HTML").contains("try again"));
    }
}
