//! Desk: paper, pens and the order around them.

use crate::demo_shop::brands::STATIONERS;
use crate::demo_shop::colours::{METALS, PAPERS, RAW_WOODS, TECHNICAL};
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number, text};

pub(super) const DESK: Department = Department {
    name: "Desk",
    groups: &[
        Group { name: "Paper", types: &[NOTEBOOK, PLANNER] },
        Group { name: "Writing", types: &[PEN, PENCIL_CASE] },
        Group { name: "Order", types: &[ORGANISER, DESK_MAT, STAND] },
    ],
};

const RULINGS: Extra = Extra::Text("ruling", &["Plain", "Lined", "Dotted", "Squared"]);

const NOTEBOOK: ProductType = ProductType {
    code: "NB",
    noun: "notebook",
    picture: "notebook",
    leaf: "Notebooks",
    count: 37,
    brands: STATIONERS,
    materials: &[RECYCLED_PAPER, COTTON_PAPER],
    details: &[
        detail("Hardcover", "", "A cloth hardcover that lies flat at any page."),
        detail("Softcover", "", "A soft cover that bends with a back pocket."),
        detail("Spiral-bound", "", "Turns all the way round and stays there."),
        detail("Thread-bound", "", "Sewn in sections, so no page comes loose."),
        detail("Numbered", "", "Every page has a number, and there is an index at the front."),
        detail("Top-bound", "", "Opens upwards: no side is the wrong one for left hands."),
    ],
    measures: &[
        text("A6", "format", 75),
        text("A5", "format", 100),
        text("B5", "format", 115),
        text("A4", "format", 135),
    ],
    colours: PAPERS,
    sizes: &[],
    price_eur: (11, 22),
    weight_g: (90, 520),
    uses: &["For lists, sketches and the sentence you woke up with.", "A notebook that gets filled."],
    extras: &[RULINGS, Extra::Number("pages", &[96.0, 128.0, 192.0, 240.0])],
};

const PLANNER: ProductType = ProductType {
    code: "PR",
    noun: "planner",
    picture: "planner",
    leaf: "Planners",
    count: 23,
    brands: STATIONERS,
    materials: &[RECYCLED_PAPER, COTTON_PAPER],
    details: &[
        detail("Weekly", "", "A week on the left, room to think on the right."),
        detail("Daily", "", "A page for each day, Sundays included."),
        detail("Undated", "", "No dates printed, so no page is wasted in August."),
        detail("Academic-year", "", "Runs from August to July."),
    ],
    measures: &[text("A6", "format", 80), text("A5", "format", 100), text("B5", "format", 118)],
    colours: PAPERS,
    sizes: &[],
    price_eur: (16, 32),
    weight_g: (150, 540),
    uses: &["The year on paper, where it is quiet.", "Plans on the left, excuses on the right."],
    extras: &[Extra::Flag("ribbon_marker", 85)],
};

const PEN: ProductType = ProductType {
    code: "PE",
    noun: "pen",
    picture: "pen",
    leaf: "Pens",
    count: 37,
    brands: STATIONERS,
    materials: &[BRASS_METAL, ALUMINIUM, TOOL_STEEL],
    details: &[
        detail("Fountain", "", "A steel nib that starts on the first stroke."),
        detail("Rollerball", "", "Writes wet and dark, without pressure."),
        detail("Ballpoint", "", "A push button with a quiet click."),
        detail("Mechanical-pencil", "", "Takes 0.7 mm leads and hides an eraser."),
        detail("Pocket", "", "Short when closed, full length when posted."),
    ],
    measures: &[text("fine", "line_width", 100), text("medium", "line_width", 100), text("broad", "line_width", 102)],
    colours: METALS,
    sizes: &[],
    price_eur: (18, 56),
    weight_g: (16, 42),
    uses: &["For signatures and shopping lists.", "A pen you will look for when it is lent out."],
    extras: &[Extra::Flag("refillable", 100), Extra::Text("ink", &["Blue", "Black", "Blue-black"])],
};

const PENCIL_CASE: ProductType = ProductType {
    code: "PC",
    noun: "pencil case",
    picture: "pencilcase",
    leaf: "Pencil cases",
    count: 23,
    brands: STATIONERS,
    materials: &[CANVAS, LEATHER, FELT, RECYCLED_NYLON],
    details: &[
        detail("Roll-up", "", "Twelve slots, one cord."),
        detail("Standing", "", "Slides down into a cup and stands on the desk."),
        detail("Slim", "", "Four pens and a ruler, no more."),
        detail("", "with two compartments", "Pens on one side, everything else on the other."),
    ],
    measures: &[text("small", "case_size", 90), text("large", "case_size", 112)],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (13, 29),
    weight_g: (50, 170),
    uses: &["For the school bag and the site visit.", "Everything that writes, in one place."],
    extras: &[],
};

const ORGANISER: ProductType = ProductType {
    code: "OR",
    noun: "desk organiser",
    picture: "organiser",
    leaf: "Organisers",
    count: 25,
    brands: STATIONERS,
    materials: &[OAK, WALNUT, CORK, COATED_STEEL],
    details: &[
        detail("", "with phone slot", "The slot holds a phone upright, cable included."),
        detail("Stackable", "", "Trays that stack without clips."),
        detail("", "with pen cup", "The cup lifts out for the drawer or the meeting."),
        detail("", "with drawer", "A small drawer for stamps and secrets."),
    ],
    measures: &[number("20 cm", "width_cm", 20.0, 88), number("30 cm", "width_cm", 30.0, 105)],
    colours: RAW_WOODS,
    sizes: &[],
    price_eur: (24, 52),
    weight_g: (260, 1200),
    uses: &["Clears the desk in one go.", "A place for the small things that travel."],
    extras: &[Extra::Number("compartments", &[3.0, 4.0, 5.0, 6.0])],
};

const DESK_MAT: ProductType = ProductType {
    code: "DM",
    noun: "desk mat",
    picture: "deskmat",
    leaf: "Desk mats",
    count: 21,
    brands: STATIONERS,
    materials: &[LEATHER, FELT, CORK],
    details: &[
        detail("Reversible", "", "Smooth on one side, grained on the other."),
        detail("", "with document flap", "Slip the note you must not lose under the flap."),
        detail("Stitched", "", "One line of stitching all round."),
        detail("Non-slip", "", "The back holds on to glass and to lacquer."),
    ],
    measures: &[number("60 cm", "width_cm", 60.0, 90), number("80 cm", "width_cm", 80.0, 112)],
    colours: &["Cognac", "Charcoal", "Sand", "Sage", "Navy"],
    sizes: &[],
    price_eur: (29, 62),
    weight_g: (250, 950),
    uses: &["Quiet under the keyboard, kind to the wrists.", "Marks where work begins."],
    extras: &[],
};

const STAND: ProductType = ProductType {
    code: "LS",
    noun: "laptop stand",
    picture: "stand",
    leaf: "Stands",
    count: 21,
    brands: STATIONERS,
    materials: &[OAK, WALNUT, ALUMINIUM, BAMBOO],
    details: &[
        detail("Folding", "", "Folds to the size of a ruler."),
        detail("Height-adjustable", "", "Six steps, held by a pin rather than a spring."),
        detail("", "with cable guide", "A notch at the back keeps the cable off the desk."),
    ],
    measures: &[text("13 to 14 inch", "fits", 95), text("15 to 16 inch", "fits", 105)],
    colours: &["Oak", "Walnut", "Steel", "Black"],
    sizes: &[],
    price_eur: (36, 79),
    weight_g: (280, 1400),
    uses: &["Brings the screen up to your eyes.", "Room below for the keyboard, and for air."],
    extras: &[Extra::Number("max_load_kg", &[5.0, 8.0, 10.0])],
};
