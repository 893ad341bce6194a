//! The number of pieces in the link to the cart, which every page has in its header.

/// `1 piece`, `2 pieces`.
pub fn piece_count(pieces: u32) -> String {
    if pieces == 1 { "1 piece".to_owned() } else { format!("{pieces} pieces") }
}

/// HTML that fills the mark in the link. Above 99 the badge would outgrow the link.
pub fn cart_link_content(pieces: u32) -> String {
    let badge = if pieces > 99 { "99+".to_owned() } else { pieces.to_string() };
    let hidden = if pieces == 0 { " hidden" } else { "" };
    let words = if pieces == 0 { "empty".to_owned() } else { piece_count(pieces) };
    format!(
        r#"<span class="badge num" aria-hidden="true" data-cart-badge{hidden}>{badge}</span><span class="visually-hidden">, <span data-cart-words>{words}</span></span>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_there_in_digits_and_words() {
        assert!(cart_link_content(0).contains("hidden>0<") && cart_link_content(0).contains("empty"));
        assert!(cart_link_content(1).contains(">1<") && cart_link_content(1).contains("1 piece<"));
        assert!(cart_link_content(120).contains(">99+<") && cart_link_content(120).contains("120 pieces"));
    }
}
