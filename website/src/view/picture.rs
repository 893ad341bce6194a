//! Product pictures and their stand-in.

use coheron_core::change::Image;
use coheron_core::document::{DocumentVariant, ProductDocument};

use crate::assets;

/// A picture as an `<img>` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub url: String,
    pub alt: String,
    /// Class of the frame: drawn pictures fill it, photographs of a feed keep their shape.
    pub class: &'static str,
}

impl Picture {
    pub fn of_image(image: &Image, product_name: &str) -> Option<Self> {
        let is_remote = image.url.starts_with("https://") || image.url.starts_with("http://");
        let is_local = image.url.starts_with('/') && !image.url.starts_with("//");
        if !is_remote && !is_local {
            return None;
        }
        let alt = if image.alt.is_empty() { product_name.to_owned() } else { image.alt.clone() };
        Some(Self { url: image.url.clone(), alt, class: if is_remote { "photo" } else { "drawn" } })
    }

    pub fn of_url(url: &str, alt: &str) -> Self {
        let image = Image { url: url.to_owned(), alt: alt.to_owned() };
        Self::of_image(&image, alt).unwrap_or_else(Self::missing)
    }

    /// A neutral drawing for products without a picture. Its text is empty: the name stands beside it.
    pub fn missing() -> Self {
        Self { url: assets::url("no-picture.svg"), alt: String::new(), class: "drawn" }
    }

    /// The picture on a card.
    pub fn of_card(document: &ProductDocument) -> Self {
        let variant_images = document.variants.iter().flat_map(|variant| &variant.images);
        document
            .images
            .iter()
            .chain(variant_images)
            .find_map(|image| Self::of_image(image, &document.name))
            .unwrap_or_else(Self::missing)
    }

    /// The pictures of the product page: those of the chosen variant first, each once.
    pub fn gallery(document: &ProductDocument, variant: Option<&DocumentVariant>, most: usize) -> Vec<Self> {
        let mut pictures: Vec<Self> = Vec::new();
        let of_variant = variant.into_iter().flat_map(|variant| &variant.images);
        for image in of_variant.chain(&document.images) {
            if pictures.len() >= most {
                break;
            }
            let known = pictures.iter().any(|picture| picture.url == image.url);
            if let (false, Some(picture)) = (known, Self::of_image(image, &document.name)) {
                pictures.push(picture);
            }
        }
        if pictures.is_empty() {
            pictures.push(Self::missing());
        }
        pictures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(url: &str) -> Image {
        Image { url: url.to_owned(), alt: String::new() }
    }

    #[test]
    fn only_web_addresses_become_pictures() {
        assert_eq!(Picture::of_image(&image("javascript:alert(1)"), "Mug"), None);
        assert_eq!(Picture::of_image(&image("//elsewhere/x.png"), "Mug"), None);
        let drawn = Picture::of_image(&image("/demo-pictures/mug.svg"), "Mug").expect("a picture");
        assert_eq!((drawn.alt.as_str(), drawn.class), ("Mug", "drawn"));
        assert_eq!(Picture::of_url("data:x", "Mug"), Picture::missing());
    }
}
