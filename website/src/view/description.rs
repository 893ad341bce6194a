//! Feed descriptions as plain paragraphs.

/// Splits into paragraphs at blank or new lines. Tags that some ERPs put into their texts are taken out, the text
/// between them stays; a lone `<` is text.
pub fn paragraphs(description: &str) -> Vec<String> {
    without_tags(description)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

/// The first words of a description, for search engines and previews.
pub fn excerpt(description: &str, most_characters: usize) -> String {
    let text = paragraphs(description).join(" ");
    if text.chars().count() <= most_characters {
        return text;
    }
    let cut: String = text.chars().take(most_characters.saturating_sub(1)).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", whole_words.trim_end_matches([',', ';', ':', '.', ' ']))
}

const LONGEST_TAG_BYTES: usize = 300;

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tail = &rest[at..];
        match tag_length(tail) {
            Some(length) => {
                let name = tail[1..length].trim_start_matches('/').to_ascii_lowercase();
                let breaks = ["br", "p", "li", "div", "ul", "h"].iter().any(|start| name.starts_with(start));
                plain.push(if breaks { '\n' } else { ' ' });
                rest = &tail[length..];
            }
            None => {
                plain.push('<');
                rest = &tail[1..];
            }
        }
    }
    plain.push_str(rest);
    // Some feeds write the two characters `\n` for a line break.
    plain.replace("\\n", "\n")
}

/// Bytes of the tag at the start of the text, where there is one.
fn tag_length(text: &str) -> Option<usize> {
    let second = text[1..].chars().next()?;
    if !(second.is_ascii_alphabetic() || second == '/' || second == '!') {
        return None;
    }
    let end = text.find('>')? + 1;
    (end <= LONGEST_TAG_BYTES).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_text_stays() {
        assert_eq!(
            paragraphs("<b>Strong</b> mug.<br/>Holds <350 ml\n\n\nand a < b \\nend"),
            ["Strong mug.", "Holds <350 ml", "and a < b", "end"]
        );
        assert!(paragraphs(" \n ").is_empty());
    }

    #[test]
    fn excerpts_end_at_a_word() {
        assert_eq!(excerpt("one two three", 40), "one two three");
        assert_eq!(excerpt("one two, three four", 12), "one two…");
        assert_eq!(excerpt("äöüäöüäöü", 4), "äöü…");
    }
}
