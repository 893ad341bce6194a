//! Drawn product pictures: one silhouette per kind of product in two tones, on a tinted ground, varied by seed.
//!
//! A picture is named by its address alone, `/demo-pictures/<kind>-<colour>-<seed>.svg`, so nothing has to be stored.

mod bags;
mod canvas;
mod desk_and_sound;
mod furniture;
mod garden_and_plants;
mod kitchen;
mod lamps;
mod room;
mod wear;

use canvas::Canvas;

use super::colours::{Colour, find_colour};

/// The head of every picture's address.
pub const PICTURE_PATH: &str = "/demo-pictures/";

/// What is seen of the thing. The last digit of the seed in the address says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Front,
    CloseUp,
}

/// A kind of picture and the function that draws it.
type Kind = (&'static str, fn(&mut Canvas));

const KINDS: &[&[Kind]] = &[
    kitchen::KINDS,
    furniture::KINDS,
    room::KINDS,
    lamps::KINDS,
    wear::KINDS,
    bags::KINDS,
    desk_and_sound::KINDS,
    garden_and_plants::KINDS,
];

/// Draws the picture at this path as SVG of 400 by 500, or nothing where the path names none.
pub fn draw(path: &str) -> Option<String> {
    let name = path.strip_prefix(PICTURE_PATH)?.strip_suffix(".svg")?;
    let mut parts = name.split('-');
    let (kind, colour, seed) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || seed.is_empty() || !seed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seed: u32 = seed.parse().ok()?;
    let (_, draw_kind) = KINDS.iter().copied().flatten().find(|(name, _)| *name == kind)?;
    let view = match seed % 10 {
        0 => View::Front,
        1 => View::CloseUp,
        _ => return None,
    };
    let mut canvas = Canvas::new(find_colour(colour)?, seed / 10);
    draw_kind(&mut canvas);
    Some(canvas.finish(view))
}

/// The address of a picture.
pub(super) fn picture_url(kind: &str, colour: &Colour, seed: u32, view: View) -> String {
    let view_digit = match view {
        View::Front => 0,
        View::CloseUp => 1,
    };
    format!("{PICTURE_PATH}{kind}-{}-{}.svg", colour.name.to_lowercase(), seed * 10 + view_digit)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn kinds_are_unique_and_each_is_drawn_in_both_views() {
        let kinds: Vec<_> = KINDS.iter().copied().flatten().map(|(name, _)| *name).collect();
        assert_eq!(kinds.iter().collect::<HashSet<_>>().len(), kinds.len());
        for kind in kinds {
            for seed in ["410", "411"] {
                let svg = draw(&format!("/demo-pictures/{kind}-sage-{seed}.svg")).expect(kind);
                assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>"), "{kind}");
                assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count(), "{kind}");
                assert!(svg.len() < 12_000, "{kind}: {} bytes", svg.len());
            }
        }
    }

    #[test]
    fn colour_and_seed_change_the_picture_and_the_same_address_gives_the_same() {
        let draw = |name: &str| draw(&format!("/demo-pictures/{name}.svg")).expect("a picture");
        assert_eq!(draw("mug-sage-410"), draw("mug-sage-410"));
        assert_ne!(draw("mug-sage-410"), draw("mug-navy-410"));
        assert_ne!(draw("mug-sage-410"), draw("mug-sage-420"));
        assert_ne!(draw("mug-sage-410"), draw("mug-sage-411"));
    }

    #[test]
    fn other_paths_have_no_picture() {
        for path in [
            "/demo-pictures/mug-sage-10",
            "/demo-pictures/mug-sage.svg",
            "/demo-pictures/mug-sage-10-1.svg",
            "/demo-pictures/mug-sage-12.svg",
            "/demo-pictures/mug-sage-+10.svg",
            "/demo-pictures/mug-sage-99999999999.svg",
            "/demo-pictures/mug-invisible-10.svg",
            "/demo-pictures/ship-sage-10.svg",
            "/pictures/mug-sage-10.svg",
        ] {
            assert_eq!(draw(path), None, "{path}");
        }
    }
}
