//! What the demo shop's things are made of.

use super::product_type::Material;

const fn material(
    name: &'static str,
    price_percent: u32,
    flags: &'static [&'static str],
    care: &'static str,
    sentences: &'static [&'static str],
) -> Material {
    Material { name, sentences, care, price_percent, flags }
}

const WASHES: &[&str] = &["dishwasher_safe"];
const WASHES_AND_HEATS: &[&str] = &["dishwasher_safe", "microwave_safe"];
const RECYCLED: &[&str] = &["recycled"];
const ORGANIC: &[&str] = &["organic"];
const NONE: &[&str] = &[];

// Ceramics and glass
pub(super) const STONEWARE: Material = material(
    "stoneware",
    100,
    WASHES_AND_HEATS,
    "Dishwasher and microwave safe.",
    &[
        "Stoneware fired at 1,220 °C holds heat and shrugs off knocks.",
        "The clay is dense, the glaze pools a little at the edges, and no two pieces are quite alike.",
        "Thrown in stoneware with a raw foot and a glaze that is food safe inside and out.",
    ],
);
pub(super) const PORCELAIN: Material = material(
    "porcelain",
    125,
    WASHES_AND_HEATS,
    "Dishwasher and microwave safe.",
    &[
        "Porcelain that is thin at the rim and strong at the foot.",
        "Fine porcelain, fired twice, bright when you hold it to the light.",
    ],
);
pub(super) const EARTHENWARE: Material = material(
    "earthenware",
    85,
    WASHES,
    "Dishwasher safe; keep it out of the microwave.",
    &["Soft, warm earthenware under a clear glaze.", "Red earthenware shows at the rim where the glaze ends."],
);
pub(super) const GLASS: Material = material(
    "glass",
    90,
    WASHES,
    "Dishwasher safe.",
    &[
        "Clear pressed glass with a weight that feels right in the hand.",
        "Toughened glass that takes hot and cold without complaint.",
    ],
);
pub(super) const BLOWN_GLASS: Material = material(
    "mouth-blown glass",
    140,
    NONE,
    "Rinse by hand in warm water.",
    &[
        "Blown by mouth, so small bubbles and a faint wave belong to it.",
        "Each piece is blown freehand and fire-polished at the rim.",
    ],
);
pub(super) const TERRACOTTA_CLAY: Material = material(
    "terracotta",
    80,
    NONE,
    "Bring it in before hard frost.",
    &[
        "Unglazed terracotta lets roots breathe and ages with a white bloom.",
        "Terracotta from river clay, dried slowly and fired for two days.",
    ],
);
pub(super) const FIBRECLAY: Material = material(
    "fibreclay",
    110,
    &["frost_proof"],
    "Frost proof.",
    &[
        "Fibreclay looks like stone at a third of its weight.",
        "A mix of clay and glass fibre: light to carry, frost proof, and matt to the touch.",
    ],
);

/// Stoneware that nobody eats from.
pub(super) const STONEWARE_POT: Material = material(
    "stoneware",
    110,
    NONE,
    "Wipe with a damp cloth.",
    &["Glazed stoneware, so the pot keeps its moisture to itself.", "Stoneware with a raw foot and a matt glaze."],
);

// Metals
pub(super) const CAST_IRON: Material = material(
    "cast iron",
    120,
    NONE,
    "Wipe clean, dry and oil lightly.",
    &[
        "Cast iron stores heat and gives it back evenly.",
        "Heavy cast iron, pre-seasoned with linseed oil, ready for the first steak.",
    ],
);
pub(super) const ENAMELLED_IRON: Material = material(
    "enamelled cast iron",
    150,
    WASHES,
    "Dishwasher safe, though a sponge is kinder.",
    &[
        "Two coats of enamel over cast iron: nothing to season, nothing to rust.",
        "The enamel inside is pale, so you can see how far the onions are.",
    ],
);
pub(super) const CARBON_STEEL: Material = material(
    "carbon steel",
    95,
    NONE,
    "Wash by hand and dry at once.",
    &[
        "Carbon steel heats fast and darkens into its own non-stick layer.",
        "Forged from carbon steel that takes a keen edge and a dark patina.",
    ],
);
pub(super) const STAINLESS: Material = material(
    "stainless steel",
    100,
    WASHES,
    "Dishwasher safe.",
    &[
        "Stainless 18/10 steel, brushed outside and polished within.",
        "Stainless steel with a satin finish that hides fingerprints.",
    ],
);
/// Steel of tools and blades, which dishwashers blunt.
pub(super) const TOOL_STEEL: Material = material(
    "stainless steel",
    100,
    NONE,
    "Rinse, wipe dry, put away.",
    &[
        "Stainless steel, hardened, with a satin finish.",
        "Hardened stainless steel that does not mind a forgotten night outside.",
    ],
);
pub(super) const DAMASCUS: Material = material(
    "Damascus steel",
    220,
    NONE,
    "Wash by hand; never in the dishwasher.",
    &["Sixty-seven layers of steel around a hard core, etched so that they show."],
);
pub(super) const ALUMINIUM: Material = material(
    "aluminium",
    95,
    RECYCLED,
    "Wipe with a damp cloth.",
    &[
        "Turned from recycled aluminium and finished with a fine powder coat.",
        "Light aluminium, anodised, so that colour and metal are one.",
    ],
);
pub(super) const BRASS_METAL: Material = material(
    "brass",
    150,
    NONE,
    "Polish it, or let it darken.",
    &[
        "Solid brass, unlacquered, so it warms in tone over the years.",
        "Spun from a single disc of brass, with the lathe lines left in.",
    ],
);
pub(super) const COATED_STEEL: Material = material(
    "powder-coated steel",
    90,
    NONE,
    "Wipe with a damp cloth.",
    &[
        "Steel with a matt powder coat that takes everyday knocks.",
        "Bent from steel sheet, welded, ground and powder-coated.",
    ],
);

// Woods and fibres of the house
pub(super) const OAK: Material = material(
    "oak",
    120,
    NONE,
    "Oil once a year.",
    &[
        "Solid European oak with a hard oil finish; the grain stays open to the hand.",
        "Oak from managed forests, planed, sanded and oiled three times.",
    ],
);
pub(super) const WALNUT: Material = material(
    "walnut",
    155,
    NONE,
    "Oil once a year; keep out of full sun.",
    &[
        "Walnut, dark and even, oiled rather than varnished.",
        "Solid walnut that lightens a shade in the first summers.",
    ],
);
pub(super) const ASH: Material = material(
    "ash",
    105,
    NONE,
    "Wipe with a damp cloth.",
    &[
        "Ash is springy and pale, with a grain you can follow.",
        "Steam-bent ash, strong where it needs to be and slim elsewhere.",
    ],
);
pub(super) const BEECH: Material = material(
    "beech",
    80,
    NONE,
    "Wipe with a damp cloth.",
    &[
        "Dense beech that wears smooth rather than rough.",
        "Beech, soaped rather than lacquered, so it can be freshened at home.",
    ],
);
pub(super) const BAMBOO: Material = material(
    "bamboo",
    70,
    NONE,
    "Wipe dry after use.",
    &["Bamboo grows back in five years and hardly warps.", "Pressed bamboo, hard as oak at half the price."],
);
pub(super) const BAMBOO_FIBRE: Material = material(
    "bamboo-fibre",
    90,
    NONE,
    "Wash at 30 °C.",
    &["Knitted from bamboo fibre, cool on the skin and quick to dry."],
);
pub(super) const RATTAN: Material = material(
    "rattan",
    95,
    NONE,
    "Dust with a soft brush.",
    &["Woven by hand from whole rattan canes.", "Rattan over a slim frame, light enough to move with one hand."],
);
pub(super) const SEAGRASS: Material =
    material("seagrass", 75, NONE, "Air it now and then.", &["Seagrass, dried in the sun and plaited tight."]);
pub(super) const RICE_PAPER: Material = material(
    "rice paper",
    60,
    NONE,
    "Dust with a feather.",
    &["Rice paper over bamboo ribs turns a bright bulb into a soft one."],
);
pub(super) const OPAL_GLASS: Material = material(
    "opal glass",
    130,
    NONE,
    "Wipe with a soft cloth.",
    &[
        "Three-layer opal glass spreads the light without a hot spot.",
        "Opal glass, matt outside, so it reads as paper when it is off.",
    ],
);
pub(super) const BEESWAX: Material = material(
    "beeswax",
    130,
    NONE,
    "Trim the wick to 5 mm before lighting.",
    &["Pure beeswax burns long and smells faintly of honey."],
);
pub(super) const SOY_WAX: Material = material(
    "soy wax",
    100,
    &["vegan"],
    "Trim the wick to 5 mm before lighting.",
    &["Soy wax melts evenly to the edge and leaves no soot.", "Poured from soy wax around a cotton wick."],
);

// Cloth
pub(super) const COTTON: Material = material(
    "cotton",
    100,
    ORGANIC,
    "Wash at 40 °C.",
    &[
        "Organic cotton, combed so that it stays smooth.",
        "Long-staple organic cotton, spun tight, so it does not pill.",
    ],
);
pub(super) const LINEN: Material = material(
    "linen",
    135,
    NONE,
    "Wash at 40 °C; iron damp, or not at all.",
    &[
        "European linen, stonewashed, soft from the first day.",
        "Linen from French flax that gets better with every wash.",
    ],
);
pub(super) const WOOL: Material = material(
    "wool",
    150,
    NONE,
    "Air it often, wash it seldom, cold and by hand.",
    &["Lambswool that was spun and dyed in the yarn.", "New wool with enough lanolin left in it to turn a drizzle."],
);
pub(super) const MERINO: Material = material(
    "merino",
    165,
    NONE,
    "Wool cycle at 30 °C.",
    &[
        "Fine merino that is warm when it is cold and dry when it is not.",
        "Merino of 19.5 microns does not itch, even on the neck.",
    ],
);
pub(super) const RECYCLED_WOOL: Material = material(
    "recycled wool",
    115,
    RECYCLED,
    "Wash cold and by hand.",
    &["Spun from cut-offs of the knitting industry, sorted by colour instead of dyed."],
);
pub(super) const HEMP: Material = material(
    "hemp",
    120,
    NONE,
    "Wash at 30 °C.",
    &["Hemp blended with a little cotton: tough, dry to the touch, quick to dry."],
);
pub(super) const TWILL: Material = material(
    "cotton twill",
    105,
    NONE,
    "Wash inside out at 30 °C.",
    &[
        "Tight cotton twill of 260 g that breaks in rather than out.",
        "Brushed cotton twill, soft inside and firm outside.",
    ],
);
pub(super) const CORDUROY: Material = material(
    "corduroy",
    115,
    NONE,
    "Wash inside out at 30 °C.",
    &["Corduroy with eight ribs to the inch, soft from the first wear."],
);
pub(super) const CANVAS: Material = material(
    "canvas",
    95,
    NONE,
    "Sponge clean.",
    &["Canvas of 16 oz, waxed at the corners that take the wear.", "Heavy cotton canvas that stands up by itself."],
);
pub(super) const WAXED_CANVAS: Material = material(
    "waxed canvas",
    130,
    &["water_repellent"],
    "Sponge cold; rewax once a year.",
    &["Waxed canvas keeps the rain out and gathers a map of your days."],
);
pub(super) const LEATHER: Material = material(
    "leather",
    190,
    NONE,
    "Feed with balm twice a year.",
    &[
        "Full-grain leather, tanned with bark, that darkens where you hold it.",
        "Vegetable-tanned leather of 2 mm, cut from one hide per piece.",
    ],
);
pub(super) const RECYCLED_NYLON: Material = material(
    "recycled nylon",
    100,
    &["recycled", "water_repellent"],
    "Sponge clean.",
    &[
        "Nylon from old fishing nets, coated on the inside.",
        "Ripstop nylon, all of it recycled, light and hard to tear.",
    ],
);
pub(super) const FELT: Material = material(
    "wool felt",
    90,
    NONE,
    "Brush it; do not wash.",
    &["Pressed wool felt of 3 mm that cuts clean and never frays."],
);
pub(super) const JUTE: Material =
    material("jute", 80, NONE, "Vacuum; do not wash.", &["Jute, hand-woven in a flat rib, rough in a good way."]);
pub(super) const DOWN: Material = material(
    "recycled-down",
    190,
    RECYCLED,
    "Wash at 30 °C, tumble with two tennis balls.",
    &["Filled with recycled down of 700 cuin under a dense matt shell."],
);

// Technical and paper
pub(super) const POLYCARBONATE: Material = material(
    "polycarbonate",
    90,
    RECYCLED,
    "Wipe with a damp cloth.",
    &[
        "A shell of recycled polycarbonate with a soft matt touch.",
        "Half of the housing is recycled polycarbonate; the feel gives nothing away.",
    ],
);
pub(super) const FABRIC_COVERED: Material = material(
    "fabric-covered",
    110,
    NONE,
    "Vacuum the cloth with a soft brush.",
    &["The front is covered in a wool blend that can be taken off and washed."],
);
pub(super) const OAK_CASED: Material = material(
    "oak-cased",
    145,
    NONE,
    "Wipe with a dry cloth.",
    &["The case is real oak veneer, matched around the corners."],
);
pub(super) const WALNUT_CASED: Material = material(
    "walnut-cased",
    165,
    NONE,
    "Wipe with a dry cloth.",
    &["The case is real walnut veneer, oiled and matched around the corners."],
);
pub(super) const RECYCLED_PAPER: Material = material(
    "recycled-paper",
    90,
    RECYCLED,
    "Keep dry.",
    &["Recycled paper of 100 g that takes pencil and ballpoint gladly."],
);
pub(super) const COTTON_PAPER: Material = material(
    "cotton-paper",
    140,
    NONE,
    "Keep dry.",
    &["Cotton paper of 120 g, made for fountain pens: no feathering, hardly any ghosting."],
);
pub(super) const CORK: Material = material(
    "cork",
    80,
    NONE,
    "Wipe with a damp cloth.",
    &["Cork, pressed without glue, quiet and warm under the hand."],
);
