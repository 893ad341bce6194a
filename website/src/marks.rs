//! Marks: places in a rendered page whose content belongs to one visitor or to one moment. The page lies in a cache
//! that everybody shares, and the marks are filled when it is sent. Private-use characters enclose them; in a shop's
//! texts these do not occur, and where they do they are left alone.

const FENCE: char = '\u{F8FF}';

/// The age of the stock figure.
pub const AGE_MARK: &str = "\u{F8FF}age\u{F8FF}";
/// The products of the same shelf.
pub const RELATED_MARK: &str = "\u{F8FF}related\u{F8FF}";
/// The number of pieces in the visitor's cart, as the content of the link to it.
pub const CART_MARK: &str = "\u{F8FF}cart\u{F8FF}";
/// The visitor's signature in a form.
pub const FORM_MARK: &str = "\u{F8FF}form\u{F8FF}";

/// What stands in place of the marks of one answer.
#[derive(Debug, Default)]
pub struct Filling {
    pub age: Option<String>,
    pub cart: Option<String>,
    pub form: Option<String>,
}

impl Filling {
    fn of(&self, name: &str) -> Option<&str> {
        match name {
            "age" => self.age.as_deref(),
            "cart" => self.cart.as_deref(),
            "form" => self.form.as_deref(),
            _ => None,
        }
    }

    /// The page with its marks filled, in one pass. Marks without a filling are taken for text.
    pub fn apply(&self, html: &str) -> String {
        const ROOM_BYTES: usize = 512;
        let mut filled = String::with_capacity(html.len() + ROOM_BYTES);
        let mut rest = html;
        while let Some(at) = rest.find(FENCE) {
            let (before, tail) = rest.split_at(at);
            filled.push_str(before);
            let inner = &tail[FENCE.len_utf8()..];
            let found = inner.find(FENCE).and_then(|end| Some((self.of(&inner[..end])?, end)));
            match found {
                Some((content, end)) => {
                    filled.push_str(content);
                    rest = &inner[end + FENCE.len_utf8()..];
                }
                None => {
                    filled.push(FENCE);
                    rest = inner;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_filled_and_the_rest_is_left_alone() {
        let filling = Filling { age: Some("now".to_owned()), form: Some("f".to_owned()), cart: None };
        let page = format!("<{AGE_MARK}>{FORM_MARK}|{FORM_MARK} \u{F8FF} {CART_MARK}ä{AGE_MARK}");
        assert_eq!(filling.apply(&page), format!("<now>f|f \u{F8FF} {CART_MARK}änow"));
        assert_eq!(filling.apply("plain"), "plain");
        assert_eq!(filling.apply("\u{F8FF}"), "\u{F8FF}");
    }
}
