//! The invented makers of the demo shop, by what they make.

use super::product_type::Brand;

const fn brand(name: &'static str, code: &'static str, made_in: &'static str, promise: &'static str) -> Brand {
    Brand { name, code, made_in, promise }
}

pub(super) const POTTERS: &[Brand] = &[
    brand("Kilnhouse", "KH", "Portugal", "Kilnhouse replaces pieces that arrive chipped, no questions asked."),
    brand("Saltmarsh Pottery", "SP", "Denmark", "Saltmarsh keeps every glaze in its range for at least five years."),
    brand("Ember & Clay", "EC", "Germany", "Ember & Clay sells single pieces, so a broken one never breaks the set."),
    brand("Brackwater", "BW", "Portugal", "Brackwater works in batches of two hundred, each signed on the foot."),
];
pub(super) const COOKS: &[Brand] = &[
    brand("Halden Kitchen", "HK", "Sweden", "Halden gives twenty-five years on everything that goes on a flame."),
    brand("Cordell", "CO", "Germany", "Cordell sharpens its blades for life; you pay the postage."),
    brand("Ovenlark", "OL", "France", "Ovenlark stocks every knob and lid as a spare part."),
    brand("Brennmark", "BM", "Austria", "Brennmark tests each piece on gas, ceramic and induction."),
];
pub(super) const FURNISHERS: &[Brand] = &[
    brand("Aldervik", "AV", "Lithuania", "Aldervik gives ten years on the frame."),
    brand("Holt & Larch", "HL", "Poland", "Holt & Larch plants a tree for every piece and tells you where."),
    brand("Mollby", "ML", "Denmark", "Mollby ships flat, with the one tool that is needed."),
    brand("Stillhaus", "SH", "Germany", "Stillhaus takes its furniture back and sells it on."),
];
pub(super) const WEAVERS: &[Brand] = &[
    brand("Fernway", "FW", "Portugal", "Fernway washes every piece once before it leaves the mill."),
    brand("Loomstead", "LS", "India", "Loomstead pays its weavers by the day, not by the piece."),
    brand("Tarn Textiles", "TT", "Lithuania", "Tarn mends holes and pulled threads for three years."),
];
pub(super) const LIGHTMAKERS: &[Brand] = &[
    brand("Lumenfold", "LF", "Denmark", "Lumenfold sells shades, cables and sockets as spare parts."),
    brand("Northwick", "NW", "United Kingdom", "Northwick wires each lamp by hand and tests it for an hour."),
    brand("Glimmen", "GL", "Sweden", "Glimmen gives five years on the electrics."),
];
pub(super) const TAILORS: &[Brand] = &[
    brand("Plainweave", "PW", "Portugal", "Plainweave repairs seams free of charge for two years."),
    brand("Harrow Mill", "HM", "Portugal", "Harrow Mill names the mill and the sewing room on every label."),
    brand("Dunlin", "DN", "Turkey", "Dunlin cuts its patterns on ninety real people, not on a dummy."),
    brand("Seamark", "SM", "Italy", "Seamark keeps the same cut from year to year, so your size stays your size."),
    brand("Wrenfield", "WF", "Lithuania", "Wrenfield sends a spare button and a length of yarn with each piece."),
];
pub(super) const BAGMAKERS: &[Brand] = &[
    brand("Carriden", "CD", "Spain", "Carriden repairs zips and straps for ten years."),
    brand("Tolva", "TV", "Vietnam", "Tolva makes every buckle replaceable without a tool."),
    brand("Roamwell", "RW", "Portugal", "Roamwell gives a lifetime on stitching."),
];
pub(super) const SOUNDMAKERS: &[Brand] = &[
    brand("Audern", "AU", "Germany", "Audern sells batteries, pads and drivers as spare parts."),
    brand("Klangby", "KB", "Denmark", "Klangby tunes by ear first and measures afterwards."),
    brand("Wavelet", "WL", "Taiwan", "Wavelet gives three years, the battery included."),
    brand("Hushline", "HU", "Estonia", "Hushline publishes the measured curve of every model."),
];
pub(super) const GROWERS: &[Brand] = &[
    brand("Greenholm", "GH", "Netherlands", "Greenholm replaces plants that do not arrive in good health."),
    brand("Leafcourt", "LC", "Netherlands", "Leafcourt grows without peat and without pesticides."),
    brand("Moss & Stem", "MS", "Belgium", "Moss & Stem packs in cardboard and straw, never in foam."),
];
pub(super) const GARDENERS: &[Brand] = &[
    brand("Spadeworth", "SW", "United Kingdom", "Spadeworth gives ten years against bending and breaking."),
    brand("Rainbarrow", "RB", "Czechia", "Rainbarrow keeps every spare part on the shelf."),
    brand("Hedgerow", "HR", "Germany", "Hedgerow sharpens and oils your tools once a year for the postage."),
    brand("Orchardine", "OD", "France", "Orchardine uses wood from its own managed forest only."),
];
pub(super) const STATIONERS: &[Brand] = &[
    brand("Papermoor", "PM", "Germany", "Papermoor buys its paper from one mill and dates each batch."),
    brand("Inkwell Lane", "IL", "Japan", "Inkwell Lane sells refills for everything it has ever made."),
    brand("Deskton", "DT", "Slovenia", "Deskton uses offcuts from furniture making wherever it can."),
    brand("Quillan", "QL", "Czechia", "Quillan gives five years on moving parts."),
];

#[cfg(test)]
pub(super) const ALL: &[&[Brand]] = &[
    POTTERS,
    COOKS,
    FURNISHERS,
    WEAVERS,
    LIGHTMAKERS,
    TAILORS,
    BAGMAKERS,
    SOUNDMAKERS,
    GROWERS,
    GARDENERS,
    STATIONERS,
];
