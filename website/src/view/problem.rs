//! Pages that tell what went wrong and offer a way on.

use askama::Template;
use axum::http::StatusCode;
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
    pub way_on: SuggestedLink,
    pub categories: Vec<SuggestedLink>,
}

/// For requests that belong to no shop or did not reach it, or when the shop's own facts cannot be read.
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

    /// The page at `back` has a fresh form.
    pub fn unsigned_form(shop: &Shop, back: &str) -> Self {
        let message = "The page you sent it from was open too long, or your browser keeps no cookies for this shop. \
                       Nothing was changed or bought.";
        let way_on = SuggestedLink { label: "Try again".to_owned(), url: back.to_owned() };
        Self { way_on, ..Self::new(shop, "Please send that once more", message, Vec::new()) }
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
            way_on: SuggestedLink { label: "Go to the first page".to_owned(), url: "/".to_owned() },
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

    /// For what was refused or given up before a page could be made.
    pub fn for_status(status: StatusCode) -> Self {
        match status {
            StatusCode::TOO_MANY_REQUESTS => {
                Self::new("One moment, please", "Too many requests at once. Try again in a moment.")
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(),
            StatusCode::NOT_FOUND => Self::new("This page is not here", "It may have moved."),
            status if status.is_server_error() => {
                Self::new("Something went wrong", "The shop could not answer. Please try again in a few seconds.")
            }
            _ => Self::new("This cannot be understood", "Something in the address or the form is not as it should be."),
        }
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
        let html = ProblemPage::unsigned_form(&sample::shop(), "/p/A/mug").render().expect("HTML");
        assert!(html.contains(r#"href="/p/A/mug">Try again"#) && html.contains("Nothing was changed"));
        assert!(ProblemPage::not_found(&sample::shop()).render().expect("HTML").contains("Kitchen"));
        assert!(PlainProblemPage::no_such_shop().render().expect("HTML").contains("No shop here"));
        assert!(PlainProblemPage::unavailable().render().expect("HTML").contains("try again"));
    }
}
