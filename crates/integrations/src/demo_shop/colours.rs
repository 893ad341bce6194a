//! The colours of the demo shop: their names, codes and the two tones they are drawn with.

/// One colour in two tones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour {
    /// As shoppers see it and, in lower case, as it stands in picture addresses: one word.
    pub name: &'static str,
    /// Three letters of the SKU.
    pub code: &'static str,
    /// The face of a thing, `#rrggbb`.
    pub main: &'static str,
    /// Its shaded side.
    pub shade: &'static str,
    /// The tinted ground behind it.
    pub ground: &'static str,
}

const fn colour(
    name: &'static str,
    code: &'static str,
    main: &'static str,
    shade: &'static str,
    ground: &'static str,
) -> Colour {
    Colour { name, code, main, shade, ground }
}

pub(super) const COLOURS: &[Colour] = &[
    colour("Chalk", "CHK", "#f7f3ea", "#b9ad96", "#d9d0c0"),
    colour("White", "WHT", "#fdfdfd", "#b4bdc3", "#d3dadf"),
    colour("Oat", "OAT", "#dccdb0", "#bca985", "#f3eee3"),
    colour("Sand", "SND", "#cfb38a", "#a98b60", "#f4ede1"),
    colour("Clay", "CLY", "#b98468", "#8f5f47", "#f3e8e1"),
    colour("Terracotta", "TER", "#c66a45", "#974a2b", "#f6e7df"),
    colour("Brick", "BRK", "#9f4136", "#752b23", "#f3e2df"),
    colour("Rust", "RST", "#a9562a", "#7c3b19", "#f4e6db"),
    colour("Ochre", "OCH", "#c9922f", "#976a1a", "#f7edd8"),
    colour("Mustard", "MUS", "#d8ab3a", "#a67f1e", "#f8f0d9"),
    colour("Olive", "OLV", "#7d7b45", "#58572c", "#edede0"),
    colour("Moss", "MOS", "#5e7a4b", "#415933", "#e7ede1"),
    colour("Sage", "SAG", "#9caf93", "#768b6d", "#ebf0e8"),
    colour("Pine", "PIN", "#2f5a48", "#1d3e30", "#e0eae5"),
    colour("Teal", "TEA", "#2f7478", "#1d5256", "#deecec"),
    colour("Mint", "MIN", "#a9d3c2", "#7fb09d", "#e7f3ee"),
    colour("Sky", "SKY", "#8db7d5", "#6390b2", "#e6f0f6"),
    colour("Mist", "MIS", "#b9c4ca", "#8f9ca4", "#ecf0f2"),
    colour("Denim", "DEN", "#4a6a94", "#334d70", "#e3e9f1"),
    colour("Navy", "NAV", "#2b3b5c", "#1a2640", "#e1e5ed"),
    colour("Indigo", "IND", "#474387", "#312e63", "#e5e4f1"),
    colour("Lilac", "LIL", "#b6a4cf", "#8f7cab", "#f0ebf6"),
    colour("Plum", "PLU", "#6d3a58", "#4c263d", "#efe3ea"),
    colour("Rose", "ROS", "#d08d92", "#aa676d", "#f8e9ea"),
    colour("Blush", "BLU", "#ecc7bd", "#cf9f93", "#f9eeea"),
    colour("Coral", "COR", "#e07a5f", "#b45740", "#fae8e3"),
    colour("Slate", "SLA", "#5c6772", "#414a54", "#e6e9ec"),
    colour("Charcoal", "CHA", "#3c4044", "#26292c", "#e4e5e6"),
    colour("Black", "BLK", "#26272a", "#121315", "#e2e2e3"),
    colour("Steel", "STE", "#b4babf", "#868d93", "#eaecee"),
    colour("Brass", "BRA", "#c9a351", "#997630", "#f6efdf"),
    colour("Copper", "COP", "#bd7a52", "#8f5533", "#f5e8df"),
    colour("Oak", "OAK", "#c99d68", "#a17844", "#f4ebdf"),
    colour("Walnut", "WAL", "#77523a", "#533726", "#efe7e1"),
    colour("Cognac", "COG", "#a4653a", "#784525", "#f4e8de"),
    colour("Clear", "CLR", "#d5e5e8", "#a9c4ca", "#e9f2f4"),
    colour("Amber", "AMB", "#c07d2c", "#8f5716", "#f7ecdb"),
    colour("Leaf", "LEA", "#4f8a5b", "#356742", "#e6f0e7"),
];

pub(super) const GLAZES: &[&str] = &[
    "Chalk",
    "Oat",
    "Clay",
    "Terracotta",
    "Ochre",
    "Moss",
    "Sage",
    "Teal",
    "Sky",
    "Navy",
    "Plum",
    "Slate",
    "Charcoal",
];
pub(super) const ENAMELS: &[&str] = &["White", "Brick", "Pine", "Navy", "Charcoal", "Mustard", "Sky", "Black", "Sage"];
pub(super) const TEXTILES: &[&str] = &[
    "Chalk", "Oat", "Sand", "Rust", "Mustard", "Olive", "Moss", "Sage", "Teal", "Sky", "Denim", "Navy", "Lilac",
    "Plum", "Rose", "Blush", "Slate", "Charcoal", "Black",
];
pub(super) const QUIET: &[&str] = &["Chalk", "Oat", "Sand", "Sage", "Mist", "Slate", "Charcoal", "Terracotta", "Ochre"];
pub(super) const WOODS: &[&str] = &["Oak", "Walnut", "Black", "White"];
pub(super) const RAW_WOODS: &[&str] = &["Oak", "Walnut"];
pub(super) const METALS: &[&str] = &["Steel", "Brass", "Copper", "Black"];
pub(super) const LACQUERS: &[&str] = &["Black", "White", "Charcoal", "Sage", "Terracotta", "Mustard", "Navy", "Brass"];
pub(super) const GLASSES: &[&str] = &["Clear", "Amber", "Sage", "Sky", "Rose"];
pub(super) const LEATHERS: &[&str] = &["Cognac", "Walnut", "Black", "Sand", "Olive"];
pub(super) const TECHNICAL: &[&str] = &["Black", "Chalk", "Slate", "Sage", "Navy", "Coral", "Sand"];
pub(super) const PAPERS: &[&str] =
    &["Oat", "Black", "Navy", "Pine", "Brick", "Mustard", "Rose", "Lilac", "Sky", "Mint", "Coral"];
pub(super) const POTS: &[&str] = &["Terracotta", "Chalk", "Charcoal", "Sage", "Ochre", "Blush", "Slate", "Teal"];

/// The colours of a range that a material can have; at least one.
pub(super) fn colours_for(material: &str, range: &[&str]) -> Vec<&'static Colour> {
    let suiting: Vec<&'static Colour> =
        range.iter().filter(|name| suits(material, name)).filter_map(|name| find_colour(name)).collect();
    if !suiting.is_empty() {
        return suiting;
    }
    vec![find_colour(natural_colour(material)).unwrap_or(&COLOURS[0])]
}

/// Whether a thing of this material is sold in this colour: no walnut board is oak, no brass pen is copper.
fn suits(material: &str, colour: &str) -> bool {
    match material {
        "oak" | "oak-cased" => matches!(colour, "Oak" | "Black" | "White"),
        "walnut" | "walnut-cased" => colour == "Walnut",
        "ash" | "beech" | "bamboo" => !matches!(colour, "Oak" | "Walnut" | "Brass" | "Steel"),
        "brass" => colour == "Brass",
        "stainless steel" | "aluminium" => !matches!(colour, "Brass" | "Copper"),
        "powder-coated steel" => !matches!(colour, "Oak" | "Walnut" | "Brass" | "Copper"),
        "glass" | "mouth-blown glass" => GLASSES.contains(&colour),
        "opal glass" => matches!(colour, "White" | "Chalk" | "Brass" | "Black" | "Steel" | "Copper"),
        "rice paper" => matches!(colour, "White" | "Chalk" | "Oat"),
        "terracotta" => matches!(colour, "Terracotta" | "Clay" | "Blush" | "Ochre" | "Chalk" | "Charcoal"),
        "rattan" | "seagrass" | "jute" => matches!(colour, "Oat" | "Sand" | "Charcoal" | "Olive" | "Black"),
        "cast iron" | "carbon steel" => !matches!(colour, "White" | "Sky" | "Sage" | "Mustard"),
        "polycarbonate" => !matches!(colour, "Oak" | "Walnut"),
        "cork" => matches!(colour, "Oat" | "Sand" | "Cognac"),
        "leather" => LEATHERS.contains(&colour) || matches!(colour, "Charcoal" | "Navy" | "Rust" | "Chalk"),
        _ => true,
    }
}

fn natural_colour(material: &str) -> &'static str {
    match material {
        "oak" | "oak-cased" => "Oak",
        "walnut" | "walnut-cased" => "Walnut",
        "ash" => "Oat",
        "beech" | "bamboo" | "rattan" | "seagrass" | "jute" | "cork" => "Sand",
        "brass" => "Brass",
        "rice paper" | "opal glass" => "Chalk",
        "leather" => "Cognac",
        "terracotta" => "Terracotta",
        "glass" | "mouth-blown glass" => "Clear",
        _ => "Charcoal",
    }
}

/// Finds a colour by its name in any case.
pub(super) fn find_colour(name: &str) -> Option<&'static Colour> {
    COLOURS.iter().find(|colour| colour.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_codes_are_unique_and_every_range_knows_its_colours() {
        let names: HashSet<_> = COLOURS.iter().map(|colour| colour.name).collect();
        let codes: HashSet<_> = COLOURS.iter().map(|colour| colour.code).collect();
        assert_eq!((names.len(), codes.len()), (COLOURS.len(), COLOURS.len()));
        for range in [
            GLAZES, ENAMELS, TEXTILES, QUIET, WOODS, RAW_WOODS, METALS, LACQUERS, GLASSES, LEATHERS, TECHNICAL, PAPERS,
            POTS,
        ] {
            for name in range {
                assert!(find_colour(name).is_some(), "{name}");
            }
        }
    }
}
