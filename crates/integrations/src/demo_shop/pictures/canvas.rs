//! The sheet that pictures are drawn on.

use std::fmt::Write;

use super::View;
use crate::demo_shop::colours::Colour;

pub(super) const DARK: &str = "#2f2d2b";
pub(super) const WOOD: &str = "#c2935f";
pub(super) const WOOD_SHADE: &str = "#98703f";
pub(super) const BRASS: &str = "#cfa456";
pub(super) const METAL: &str = "#b9bec3";
pub(super) const METAL_SHADE: &str = "#8a9197";
pub(super) const LIGHT: &str = "#fff2cc";
pub(super) const LEAF: &str = "#4c8a5f";
pub(super) const LEAF_SHADE: &str = "#33674a";
pub(super) const LEAF_LIGHT: &str = "#6ea97c";
pub(super) const PAPER: &str = "#fbf8f1";

/// An SVG in the making: 400 wide, 500 high, things stand at about y = 420.
pub(super) struct Canvas {
    /// The lit tone of the thing's colour.
    pub main: &'static str,
    /// The shaded tone.
    pub shade: &'static str,
    /// For stripes and prints: stands out from the lit tone.
    pub mark: &'static str,
    ground: &'static str,
    seed: u32,
    shapes: String,
    clips: u32,
}

impl Canvas {
    pub fn new(colour: &'static Colour, seed: u32) -> Self {
        let is_pale = matches!(colour.name, "Chalk" | "White" | "Clear" | "Oat" | "Blush");
        let mark = if is_pale { colour.shade } else { PAPER };
        let Colour { main, shade, ground, .. } = *colour;
        Self { main, shade, mark, ground, seed, shapes: String::new(), clips: 0 }
    }

    /// A number from `low` to `high` that depends on the seed and on what it is for.
    pub fn vary(&self, salt: u32, low: i32, high: i32) -> i32 {
        let mut mixed = self.seed.wrapping_mul(0x9e37_79b9) ^ salt.wrapping_add(1).wrapping_mul(0x85eb_ca6b);
        mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x7feb_352d);
        mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846c_a68b);
        mixed ^= mixed >> 16;
        let spread = u32::try_from(high - low + 1).unwrap_or(1);
        low + i32::try_from(mixed % spread).unwrap_or(0)
    }

    /// A soft shadow on the floor.
    pub fn shadow(&mut self, centre_x: i32, y: i32, radius: i32) {
        let height = radius / 8 + 5;
        self.write(format_args!(
            r#"<ellipse cx="{centre_x}" cy="{y}" rx="{}" ry="{height}" fill="url(#s)"/>"#,
            radius + 14
        ));
    }

    /// A body in the thing's colour: lit from the left, shaded right of `shade_from`.
    pub fn solid(&mut self, path: &str, shade_from: i32) {
        let (main, shade) = (self.main, self.shade);
        self.solid_in(path, shade_from, main, shade);
    }

    /// A body in two given tones.
    pub fn solid_in(&mut self, path: &str, shade_from: i32, main: &str, shade: &str) {
        self.clips += 1;
        let clip = self.clips;
        let bend = shade_from + 26;
        self.write(format_args!(
            concat!(
                r#"<clipPath id="c{clip}"><path d="{path}"/></clipPath><path d="{path}" fill="{main}"/>"#,
                r#"<g clip-path="url(#c{clip})"><path d="M{shade_from} 0Q{bend} 250 {shade_from} 500H400V0Z" "#,
                r#"fill="{shade}" opacity=".6"/></g>"#
            ),
            clip = clip,
            path = path,
            main = main,
            shade = shade,
            shade_from = shade_from,
            bend = bend
        ));
    }

    pub fn fill(&mut self, path: &str, colour: &str) {
        self.write(format_args!(r#"<path d="{path}" fill="{colour}"/>"#));
    }

    /// A shape that lets what is below shine through; `opacity` in percent.
    pub fn tint(&mut self, path: &str, colour: &str, opacity: i32) {
        self.write(format_args!(r#"<path d="{path}" fill="{colour}" opacity="{}"/>"#, percent(opacity)));
    }

    pub fn line(&mut self, path: &str, colour: &str, width: i32) {
        self.write(format_args!(
            r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/>"#
        ));
    }

    /// A line that lets what is below shine through; `opacity` in percent.
    pub fn faint_line(&mut self, path: &str, colour: &str, width: i32, opacity: i32) {
        self.write(format_args!(
            r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" opacity="{}"/>"#,
            percent(opacity)
        ));
    }

    pub fn ellipse(&mut self, centre: (i32, i32), radii: (i32, i32), colour: &str) {
        self.write(format_args!(
            r#"<ellipse cx="{}" cy="{}" rx="{}" ry="{}" fill="{colour}"/>"#,
            centre.0, centre.1, radii.0, radii.1
        ));
    }

    pub fn faint_ellipse(&mut self, centre: (i32, i32), radii: (i32, i32), colour: &str, opacity: i32) {
        self.write(format_args!(
            r#"<ellipse cx="{}" cy="{}" rx="{}" ry="{}" fill="{colour}" opacity="{}"/>"#,
            centre.0,
            centre.1,
            radii.0,
            radii.1,
            percent(opacity)
        ));
    }

    /// A rectangle from its corner with rounded corners.
    pub fn block(&mut self, corner: (i32, i32), size: (i32, i32), radius: i32, colour: &str) {
        self.write(format_args!(
            r#"<rect x="{}" y="{}" width="{}" height="{}" rx="{radius}" fill="{colour}"/>"#,
            corner.0, corner.1, size.0, size.1
        ));
    }

    /// What is drawn inside stays within the path.
    pub fn within(&mut self, path: &str, draw: impl FnOnce(&mut Self)) {
        self.clips += 1;
        let clip = self.clips;
        self.write(format_args!(
            r#"<clipPath id="c{clip}"><path d="{path}"/></clipPath><g clip-path="url(#c{clip})">"#
        ));
        draw(self);
        self.shapes.push_str("</g>");
    }

    /// What is drawn inside is turned around a point.
    pub fn turned(&mut self, degrees: i32, around: (i32, i32), draw: impl FnOnce(&mut Self)) {
        self.write(format_args!(r#"<g transform="rotate({degrees} {} {})">"#, around.0, around.1));
        draw(self);
        self.shapes.push_str("</g>");
    }

    /// What is drawn inside is moved sideways.
    pub fn moved(&mut self, offset: i32, draw: impl FnOnce(&mut Self)) {
        self.write(format_args!(r#"<g transform="translate({offset} 0)">"#));
        draw(self);
        self.shapes.push_str("</g>");
    }

    pub fn finish(self, view: View) -> String {
        let Self { ground, shapes, .. } = &self;
        // Size differs a little by seed; the foot stays on the floor.
        let scale = self.vary(97, 94, 104);
        let view_box = match view {
            View::Front => "0 0 400 500".to_owned(),
            View::CloseUp => format!("{} {} 220 275", self.vary(98, 80, 110), self.vary(99, 120, 160)),
        };
        format!(
            concat!(
                r##"<svg xmlns="http://www.w3.org/2000/svg" width="400" height="500" viewBox="{view_box}">"##,
                r##"<defs><radialGradient id="s"><stop offset="0" stop-color="#1d1710" stop-opacity=".34"/>"##,
                r##"<stop offset=".6" stop-color="#1d1710" stop-opacity=".14"/>"##,
                r##"<stop offset="1" stop-color="#1d1710" stop-opacity="0"/></radialGradient>"##,
                r##"<linearGradient id="g" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".42"/>"##,
                r##"<stop offset=".7" stop-color="#fff" stop-opacity="0"/>"##,
                r##"<stop offset="1" stop-color="#1d1710" stop-opacity=".05"/></linearGradient></defs>"##,
                r##"<rect width="400" height="500" fill="{ground}"/><rect width="400" height="500" fill="url(#g)"/>"##,
                r##"<g transform="translate(200 420) scale({scale}) translate(-200 -420)">{shapes}</g></svg>"##
            ),
            view_box = view_box,
            ground = ground,
            scale = percent(scale),
            shapes = shapes
        )
    }

    fn write(&mut self, shape: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.shapes.write_fmt(shape);
    }
}

fn percent(hundredths: i32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
