//! Sound: headphones, speakers and what plays through them.

use crate::demo_shop::brands::SOUNDMAKERS;
use crate::demo_shop::colours::{TECHNICAL, WOODS};
use crate::demo_shop::materials::*;
use crate::demo_shop::product_type::{Department, Extra, Group, ProductType, detail, number};

const RADIO: Extra = Extra::Text("connection", &["Bluetooth 5.3", "Bluetooth 5.4", "Wi-Fi and Bluetooth 5.3"]);

pub(super) const SOUND: Department = Department {
    name: "Sound",
    groups: &[
        Group { name: "Headphones", types: &[HEADPHONES, EARBUDS] },
        Group { name: "Speakers", types: &[PORTABLE_SPEAKER, BOOKSHELF_SPEAKER] },
        Group { name: "Players", types: &[TURNTABLE, RADIO_SET] },
    ],
};

const HEADPHONES: ProductType = ProductType {
    code: "HP",
    noun: "headphones",
    picture: "headphones",
    leaf: "Over-ear headphones",
    count: 37,
    brands: SOUNDMAKERS,
    materials: &[POLYCARBONATE, ALUMINIUM, WALNUT_CASED],
    details: &[
        detail("Noise-cancelling", "", "Eight microphones listen outwards and leave you the music."),
        detail("Open-back", "", "Open backs let the sound breathe; they are for home, not for trains."),
        detail("Wireless", "", "Folds into its case, pairs with two devices at once."),
        detail("Studio", "", "A flat curve, and a cable for when the battery is empty."),
        detail("Foldable", "", "Folds twice and weighs little more than a phone."),
    ],
    measures: &[
        number("30 h battery", "battery_h", 30.0, 92),
        number("40 h battery", "battery_h", 40.0, 100),
        number("55 h battery", "battery_h", 55.0, 112),
    ],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (99, 290),
    weight_g: (190, 340),
    uses: &["For deep work and long flights.", "You hear the room the band was in."],
    extras: &[RADIO, Extra::Number("driver_mm", &[32.0, 40.0, 50.0]), Extra::Flag("replaceable_battery", 60)],
};

const EARBUDS: ProductType = ProductType {
    code: "EB",
    noun: "earbuds",
    picture: "earbuds",
    leaf: "In-ear headphones",
    count: 29,
    brands: SOUNDMAKERS,
    materials: &[POLYCARBONATE, ALUMINIUM],
    details: &[
        detail("Noise-cancelling", "", "A long press brings the outside back in."),
        detail("Sports", "", "The hook stays on through burpees, and sweat runs off."),
        detail("Open-fit", "", "Nothing goes into the ear canal, so traffic stays audible."),
        detail("Compact", "", "The case is as small as a matchbox."),
        detail("Long-life", "", "Nine hours in the ear, and thirty more in the case."),
    ],
    measures: &[
        number("5 g each", "bud_g", 5.0, 100),
        number("6 g each", "bud_g", 6.0, 95),
        number("4 g each", "bud_g", 4.0, 108),
    ],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (49, 179),
    weight_g: (30, 70),
    uses: &["For runs, calls and the bus.", "Small enough to forget that you wear them."],
    extras: &[Extra::Text("water_rating", &["IPX4", "IPX5", "IP57"]), Extra::Flag("wireless_charging", 45)],
};

const PORTABLE_SPEAKER: ProductType = ProductType {
    code: "PS",
    noun: "portable speaker",
    picture: "speaker",
    leaf: "Portable speakers",
    count: 33,
    brands: SOUNDMAKERS,
    materials: &[FABRIC_COVERED, ALUMINIUM, POLYCARBONATE],
    details: &[
        detail("Waterproof", "", "Floats, face up, and goes on playing."),
        detail("Pocket", "", "Fits a jacket pocket and a tent loop."),
        detail("", "with leather strap", "The strap hangs it from a branch or a tap."),
        detail("Stereo", "", "Two of them find each other and play left and right."),
    ],
    measures: &[
        number("10 W", "power_w", 10.0, 75),
        number("20 W", "power_w", 20.0, 100),
        number("40 W", "power_w", 40.0, 140),
    ],
    colours: TECHNICAL,
    sizes: &[],
    price_eur: (59, 149),
    weight_g: (260, 1400),
    uses: &["For the kitchen, the bath and the beach.", "Bigger than it looks once you close your eyes."],
    extras: &[RADIO, Extra::Number("battery_h", &[10.0, 14.0, 20.0])],
};

const BOOKSHELF_SPEAKER: ProductType = ProductType {
    code: "BS",
    noun: "bookshelf speaker",
    picture: "hifi",
    leaf: "Bookshelf speakers",
    count: 25,
    brands: SOUNDMAKERS,
    materials: &[OAK_CASED, WALNUT_CASED, FABRIC_COVERED],
    details: &[
        detail("Active", "", "The amplifier is inside; all it needs is a socket."),
        detail("Passive", "", "For the amplifier you already own."),
        detail("Two-way", "", "A soft dome above, a paper cone below."),
        detail("Compact", "", "Short enough for a shelf with books on it."),
    ],
    measures: &[
        number("30 W", "power_w", 30.0, 85),
        number("50 W", "power_w", 50.0, 100),
        number("80 W", "power_w", 80.0, 125),
    ],
    colours: WOODS,
    sizes: &[],
    price_eur: (189, 390),
    weight_g: (3200, 7400),
    uses: &["For records that deserve to be sat down for.", "Fills a room without owning it."],
    extras: &[Extra::Number("woofer_mm", &[100.0, 130.0, 165.0]), Extra::Flag("sold_as_pair", 70)],
};

const TURNTABLE: ProductType = ProductType {
    code: "TT",
    noun: "turntable",
    picture: "turntable",
    leaf: "Turntables",
    count: 21,
    brands: SOUNDMAKERS,
    materials: &[OAK_CASED, WALNUT_CASED, ALUMINIUM],
    details: &[
        detail("Belt-drive", "", "The motor hangs on rubber, away from the platter."),
        detail("Direct-drive", "", "Up to speed in half a turn."),
        detail("", "with preamplifier", "The preamplifier inside can be switched off when you buy a better one."),
        detail("Automatic", "", "Lifts the arm by itself when you fall asleep."),
    ],
    measures: &[number("2 speeds", "speeds", 2.0, 95), number("3 speeds", "speeds", 3.0, 106)],
    colours: WOODS,
    sizes: &[],
    price_eur: (229, 460),
    weight_g: (4200, 8200),
    uses: &["Side A, then tea, then side B.", "Makes you listen to whole records again."],
    extras: &[Extra::Flag("dust_cover", 85)],
};

const RADIO_SET: ProductType = ProductType {
    code: "RD",
    noun: "radio",
    picture: "radio",
    leaf: "Radios",
    count: 23,
    brands: SOUNDMAKERS,
    materials: &[OAK_CASED, WALNUT_CASED, POLYCARBONATE],
    details: &[
        detail("Kitchen", "", "One knob for volume, one for the station, and both survive flour."),
        detail("Bedside", "", "Wakes you slowly and dims at night."),
        detail("Internet", "", "Thirty thousand stations, five buttons for yours."),
        detail("", "with carry handle", "Runs on batteries where there is no socket."),
    ],
    measures: &[number("5 W", "power_w", 5.0, 90), number("10 W", "power_w", 10.0, 108)],
    colours: WOODS,
    sizes: &[],
    price_eur: (79, 189),
    weight_g: (900, 2600),
    uses: &["Goes on in the morning and stays on.", "News at seven, jazz at nine."],
    extras: &[Extra::List("reception", &["FM", "DAB+", "Internet", "Bluetooth"])],
};
