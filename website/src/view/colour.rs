//! Colour words of shops with the tone a swatch shows for them.

/// The keys under which feeds name a colour.
pub fn is_colour_key(key: &str) -> bool {
    matches!(key.to_ascii_lowercase().as_str(), "colour" | "color" | "farbe" | "couleur" | "kleur")
}

/// `#rrggbb` of a colour word in any case; none for words that are no colour we know.
pub fn tone_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    TONES.iter().find(|(word, _)| *word == name).map(|(_, tone)| *tone)
}

const TONES: &[(&str, &str)] = &[
    ("amber", "#c07d2c"),
    ("anthracite", "#3a3d42"),
    ("aqua", "#6fc3c9"),
    ("beige", "#d9c9a8"),
    ("black", "#26272a"),
    ("blue", "#2f5fa8"),
    ("blush", "#ecc7bd"),
    ("brass", "#c9a351"),
    ("brick", "#9f4136"),
    ("bronze", "#9c6b3b"),
    ("brown", "#6f4a32"),
    ("burgundy", "#6b1f33"),
    ("camel", "#bb8d57"),
    ("chalk", "#f1ece2"),
    ("charcoal", "#3c4044"),
    ("chrome", "#c3c9ce"),
    ("clay", "#b98468"),
    ("clear", "#d5e5e8"),
    ("coal", "#4a4b50"),
    ("cognac", "#a4653a"),
    ("copper", "#bd7a52"),
    ("coral", "#e07a5f"),
    ("cream", "#f3ead6"),
    ("cyan", "#3fb6c6"),
    ("denim", "#4a6a94"),
    ("ecru", "#e8dfca"),
    ("forest", "#2c5a3c"),
    ("gold", "#cda645"),
    ("graphite", "#4b4f55"),
    ("gray", "#8b9097"),
    ("green", "#3d8153"),
    ("grey", "#8b9097"),
    ("indigo", "#474387"),
    ("ivory", "#f5f0e1"),
    ("khaki", "#a89f72"),
    ("lavender", "#bcaed8"),
    ("leaf", "#4f8a5b"),
    ("lilac", "#b6a4cf"),
    ("magenta", "#c0337f"),
    ("maroon", "#6d2530"),
    ("mint", "#a9d3c2"),
    ("mist", "#b9c4ca"),
    ("moss", "#5e7a4b"),
    ("mustard", "#d8ab3a"),
    ("natural", "#d8c6a4"),
    ("navy", "#2b3b5c"),
    ("oak", "#c99d68"),
    ("oat", "#dccdb0"),
    ("ochre", "#c9922f"),
    ("olive", "#7d7b45"),
    ("orange", "#df7f2e"),
    ("peach", "#f0b998"),
    ("petrol", "#1f5d66"),
    ("pine", "#2f5a48"),
    ("pink", "#e39ab1"),
    ("plum", "#6d3a58"),
    ("purple", "#6b4a92"),
    ("red", "#b5322e"),
    ("rose", "#d08d92"),
    ("rust", "#a9562a"),
    ("sage", "#9caf93"),
    ("sand", "#cfb38a"),
    ("silver", "#c3c9ce"),
    ("sky", "#8db7d5"),
    ("slate", "#5c6772"),
    ("steel", "#b4babf"),
    ("tan", "#c59a6c"),
    ("taupe", "#8f8172"),
    ("teal", "#2f7478"),
    ("terracotta", "#c66a45"),
    ("transparent", "#e3edef"),
    ("turquoise", "#3fa9a5"),
    ("violet", "#6b4a92"),
    ("walnut", "#77523a"),
    ("white", "#fafafa"),
    ("wine", "#6b1f33"),
    ("yellow", "#e8c547"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_are_unique() {
        assert_eq!(tone_of(" Moss "), Some("#5e7a4b"));
        assert_eq!(tone_of("Midnight dream"), None);
        let sorted = TONES.windows(2).all(|pair| pair[0].0 < pair[1].0);
        assert!(sorted, "the table is sorted and free of repetition");
    }
}
