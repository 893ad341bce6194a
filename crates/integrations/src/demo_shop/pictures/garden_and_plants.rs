//! Plants, their pots, and tools of the garden.

use super::Kind;
use super::canvas::{Canvas, DARK, LEAF, LEAF_LIGHT, LEAF_SHADE, METAL, METAL_SHADE, PAPER, WOOD, WOOD_SHADE};

pub(super) const KINDS: &[Kind] = &[
    ("plant", plant),
    ("palm", palm),
    ("succulent", succulent),
    ("hangingplant", hanging_plant),
    ("planter", planter),
    ("hangingpot", hanging_pot),
    ("wateringcan", watering_can),
    ("trowel", trowel),
    ("secateurs", secateurs),
    ("spade", spade),
    ("gloves", gloves),
];

const GREENS: [&str; 3] = [LEAF, LEAF_SHADE, LEAF_LIGHT];

/// A pot whose rim lies at `top`.
fn pot(canvas: &mut Canvas, top: i32, half: i32) {
    let shade = canvas.shade;
    canvas.shadow(200, 420, half);
    match canvas.vary(80, 0, 2) {
        0 => {
            canvas.solid(
                &format!(
                    "M{0} {top}H{1}L{2} 404Q{2} 420 {3} 420H{4}Q{5} 420 {5} 404Z",
                    200 - half,
                    200 + half,
                    186 + half * 3 / 4,
                    176 + half * 3 / 4,
                    224 - half * 3 / 4,
                    214 - half * 3 / 4
                ),
                200 + half / 3,
            );
            canvas.solid(&format!("M{0} {1}H{2}V{3}H{0}Z", 192 - half, top - 10, 208 + half, top + 16), 204 + half / 3);
        }
        1 => {
            canvas.solid(
                &format!(
                    "M{0} {top}H{1}V396Q{1} 420 {2} 420H{3}Q{0} 420 {0} 396Z",
                    200 - half,
                    200 + half,
                    176 + half,
                    224 - half
                ),
                200 + half / 3,
            );
            canvas.ellipse((200, top), (half, 10), shade);
        }
        _ => {
            let body = format!(
                "M{0} {top}H{1}Q{2} 372 {3} 420H{4}Q{5} 372 {0} {top}Z",
                200 - half,
                200 + half,
                214 + half,
                190 + half / 2,
                210 - half / 2,
                186 - half
            );
            canvas.solid(&body, 200 + half / 3);
            canvas.within(&body, |canvas| {
                for ring in 0..4 {
                    canvas.faint_line(
                        &format!("M60 {0}Q200 {1} 340 {0}", top + 22 + ring * 18, top + 36 + ring * 18),
                        shade,
                        3,
                        45,
                    );
                }
            });
            canvas.ellipse((200, top), (half, 10), shade);
        }
    }
}

fn leaf(canvas: &mut Canvas, from: (i32, i32), degrees: i32, length: i32, width: i32, colour: &str) {
    let (x, y) = from;
    canvas.turned(degrees, from, |canvas| {
        canvas.fill(
            &format!("M{x} {y}Q{0} {1} {x} {2}Q{3} {1} {x} {y}Z", x - width, y - length / 2, y - length, x + width),
            colour,
        );
        canvas.faint_line(&format!("M{x} {y}V{}", y - length + 12), "#ffffff", 2, 26);
    });
}

fn plant(canvas: &mut Canvas) {
    let height = canvas.vary(1, 130, 190);
    let leaves = canvas.vary(2, 7, 11);
    let width = canvas.vary(3, 44, 74);
    for number in 0..leaves {
        let salt = u32::try_from(number).unwrap_or(0);
        let spread = (number * 2 - leaves + 1) * 62 / leaves;
        let degrees = spread + canvas.vary(10 + salt, -8, 8);
        let start = (200 + spread / 5, 306);
        let reach = height - spread.abs() + canvas.vary(30 + salt, -12, 12);
        let colour = GREENS[usize::try_from(number % 3).unwrap_or(0)];
        canvas.turned(degrees, start, |canvas| {
            canvas.line(&format!("M{0} {1}V{2}", start.0, start.1, start.1 - reach / 2), LEAF_SHADE, 5)
        });
        let tip = canvas.vary(50 + salt, 100, 132);
        canvas.turned(degrees, start, |canvas| {
            leaf(canvas, (start.0, start.1 - reach / 2), degrees / 3, tip, width, colour)
        });
    }
    pot(canvas, 308, 66);
}

fn palm(canvas: &mut Canvas) {
    let fronds = canvas.vary(1, 7, 9);
    let fern = canvas.vary(2, 0, 1) == 0;
    for number in 0..fronds {
        let salt = u32::try_from(number).unwrap_or(0);
        let degrees = (number * 2 - fronds + 1) * if fern { 76 } else { 56 } / fronds + canvas.vary(10 + salt, -5, 5);
        let length = canvas.vary(30 + salt, 190, 236) - degrees.abs() / 2;
        let colour = GREENS[usize::try_from(number % 3).unwrap_or(0)];
        canvas.turned(degrees, (200, 316), |canvas| {
            canvas.line(
                &format!("M200 316Q{0} {1} 200 {2}", 200 + degrees / 6, 316 - length / 2, 316 - length),
                LEAF_SHADE,
                4,
            );
            for pair in 0..9 {
                let y = 316 - length / 4 - pair * length / 12;
                let reach = if fern { 26 - pair } else { 54 - pair * 4 };
                canvas.fill(
                    &format!(
                        "M200 {y}q{0} -4 {1} -{2}q-{0} -2 -{1} {2}zM200 {y}q-{0} -4 -{1} -{2}q{0} -2 {1} {2}z",
                        reach / 2,
                        reach,
                        12 + reach / 3
                    ),
                    colour,
                );
            }
        });
    }
    pot(canvas, 318, 60);
}

fn succulent(canvas: &mut Canvas) {
    match canvas.vary(1, 0, 3) {
        0 => {
            for number in 0..9 {
                let salt = u32::try_from(number).unwrap_or(0);
                let colour = GREENS[usize::try_from(number % 3).unwrap_or(0)];
                leaf(
                    canvas,
                    (200 + (number - 4) * 7, 316),
                    (number - 4) * 13,
                    canvas.vary(10 + salt, 120, 186),
                    26,
                    colour,
                );
            }
        }
        1 => {
            canvas.ellipse((200, 226), (46, 92), LEAF);
            canvas.faint_ellipse((218, 226), (24, 86), LEAF_SHADE, 65);
            canvas.ellipse((142, 206), (30, 44), LEAF_LIGHT);
            canvas.ellipse((256, 186), (32, 48), LEAF_SHADE);
            canvas.ellipse((210, 122), (24, 34), LEAF_LIGHT);
            for spine in 0..30 {
                let at = (canvas.vary(100 + spine, 164, 236), canvas.vary(140 + spine, 146, 300));
                canvas.faint_line(&format!("M{} {}l3 -6", at.0, at.1), PAPER, 2, 85);
            }
        }
        2 => {
            for ring in 0..3 {
                let size = 110 - ring * 26;
                for number in 0..9 {
                    let colour = if ring % 2 == 0 { LEAF } else { LEAF_LIGHT };
                    leaf(canvas, (200, 270 - ring * 4), (number - 4) * 27 + ring * 13, size, 32 - ring * 4, colour);
                }
            }
            canvas.ellipse((200, 256), (15, 15), LEAF_LIGHT);
        }
        _ => {
            for number in 0..7 {
                let salt = u32::try_from(number).unwrap_or(0);
                let height = canvas.vary(10 + salt, 120, 220);
                let x = 164 + number * 12;
                let lean = (number - 3) * 7;
                canvas.fill(
                    &format!(
                        "M{0} 316Q{1} {2} {3} {4}Q{5} {2} {6} 316Z",
                        x - 9,
                        x - 14 + lean,
                        316 - height / 2,
                        x + lean,
                        316 - height,
                        x + 16 + lean,
                        x + 9
                    ),
                    GREENS[usize::try_from(number % 3).unwrap_or(0)],
                );
                canvas.faint_line(
                    &format!("M{x} 306Q{0} {1} {2} {3}", x + lean / 2, 316 - height / 2, x + lean, 330 - height),
                    "#e9e2a5",
                    3,
                    55,
                );
            }
        }
    }
    pot(canvas, 310, 74);
}

fn hanging_plant(canvas: &mut Canvas) {
    canvas.line("M200 0L126 186M200 0L274 186", WOOD_SHADE, 4);
    for number in 0..11 {
        let salt = u32::try_from(number).unwrap_or(0);
        let degrees = (number - 5) * 13;
        leaf(
            canvas,
            (200 + (number - 5) * 10, 196),
            degrees,
            canvas.vary(10 + salt, 54, 84),
            24,
            GREENS[usize::try_from(number % 3).unwrap_or(0)],
        );
    }
    let shade = canvas.shade;
    canvas.solid("M112 184H288Q290 250 252 282Q240 292 220 292H180Q160 292 148 282Q110 250 112 184Z", 228);
    canvas.ellipse((200, 184), (88, 10), shade);
    for vine in 0..7 {
        let salt = u32::try_from(vine).unwrap_or(0);
        let x = 108 + vine * 30;
        let length = canvas.vary(40 + salt, 90, 230);
        let sway = canvas.vary(60 + salt, -16, 16);
        canvas.line(
            &format!("M{x} 186Q{0} 210 {1} {2}", x + (x - 200) / 4, x + sway + (x - 200) / 3, 186 + length),
            LEAF_SHADE,
            3,
        );
        for pair in 1..=(length / 26) {
            let y = 186 + pair * 26;
            let at = x + (sway + (x - 200) / 3) * pair * 26 / length;
            let colour = GREENS[usize::try_from((pair + vine) % 3).unwrap_or(0)];
            canvas.ellipse((at - 9, y), (10, 8), colour);
            canvas.ellipse((at + 9, y + 9), (10, 8), colour);
        }
    }
}

fn planter(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let top = canvas.vary(1, 212, 276);
    canvas.shadow(200, 420, 110);
    let body = match canvas.vary(2, 0, 3) {
        0 => format!("M88 {top}H312L284 392Q280 416 256 416H144Q120 416 116 392Z"),
        1 => format!("M92 {top}H308V388Q308 416 280 416H120Q92 416 92 388Z"),
        2 => format!("M92 {top}H308Q328 350 262 416H138Q72 350 92 {top}Z"),
        _ => format!("M80 {top}H320L306 416H94Z"),
    };
    canvas.solid(&body, 244);
    canvas.within(&body, |canvas| match canvas.vary(3, 0, 3) {
        0 => {
            for rib in 0..17 {
                canvas.faint_line(&format!("M{0} {top}V420", 84 + rib * 15), shade, 5, 42);
            }
        }
        1 => canvas.tint("M60 356Q200 370 340 356V420H60Z", PAPER, 40),
        2 => {
            for ring in 0..9 {
                canvas.faint_line(
                    &format!("M60 {0}Q200 {1} 340 {0}", top + 30 + ring * 22, top + 42 + ring * 22),
                    shade,
                    3,
                    40,
                );
            }
        }
        _ => canvas.tint(&format!("M112 {}h20v120h-20z", top + 34), "#fff", 18),
    });
    canvas.ellipse((200, top), (if canvas.vary(2, 0, 3) == 3 { 120 } else { 110 }, 19), shade);
    canvas.ellipse((200, top + 3), (98, 14), "#4b3a2d");
    if canvas.vary(4, 0, 1) == 0 {
        for number in 0..7 {
            leaf(
                canvas,
                (200 + (number - 3) * 14, top + 8),
                (number - 3) * 15,
                74,
                16,
                GREENS[usize::try_from(number % 3).unwrap_or(0)],
            );
        }
    }
    canvas.faint_line(&format!("M96 {}Q200 {} 304 {0}", top + 10, top + 30), main, 4, 70);
}

fn hanging_pot(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let low = canvas.vary(1, 0, 40);
    let top = 262 + low;
    let cord = if canvas.vary(2, 0, 1) == 0 { "#e8dcc2" } else { "#9a6a3d" };
    canvas.line(&format!("M200 60L104 {top}M200 60L296 {top}"), cord, 5);
    canvas.line("M200 24V60", cord, 5);
    canvas.ellipse((200, 62), (10, 10), WOOD);
    let body = match canvas.vary(3, 0, 1) {
        0 => format!("M94 {top}H306Q304 {0} 200 {1}Q96 {0} 94 {top}Z", top + 122, top + 132),
        _ => format!("M100 {top}H300L276 {0}Q200 {1} 124 {0}Z", top + 106, top + 124),
    };
    for number in 0..9 {
        leaf(
            canvas,
            (200 + (number - 4) * 14, top + 6),
            (number - 4) * 12,
            canvas.vary(20 + u32::try_from(number).unwrap_or(0), 60, 104),
            18,
            GREENS[usize::try_from(number % 3).unwrap_or(0)],
        );
    }
    canvas.solid(&body, 238);
    canvas.within(&body, |canvas| {
        canvas.faint_line(&format!("M80 {0}Q200 {1} 320 {0}", top + 40, top + 56), PAPER, 6, 50)
    });
    canvas.faint_line(&format!("M94 {top}H306"), shade, 8, 100);
    canvas.faint_line(&format!("M110 {0}H200", top + 14), main, 3, 60);
}

fn watering_can(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.shadow(214, 416, 120);
    let reach = canvas.vary(1, 150, 196);
    canvas.line(&format!("M150 352Q104 320 70 {reach}"), shade, 17);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.turned(-28, (66, reach - 6), |canvas| {
            canvas.fill(&format!("M52 {0}h28l12 -30h-52z", reach), METAL);
            canvas.ellipse((66, reach - 30), (27, 8), METAL_SHADE);
        });
    }
    match canvas.vary(3, 0, 1) {
        0 => canvas.line("M300 282Q376 262 366 330T298 376", shade, 14),
        _ => canvas.line("M176 244Q186 148 262 160Q346 176 340 300Q336 362 300 374", shade, 14),
    }
    let body = match canvas.vary(4, 0, 1) {
        0 => "M136 246H300L310 392Q310 416 286 416H150Q126 416 126 392Z",
        _ => "M130 300Q130 242 216 242T304 300V384Q304 416 272 416H162Q130 416 130 384Z",
    };
    canvas.solid(body, 258);
    canvas.within(body, |canvas| {
        canvas.tint("M148 262h16v140h-16z", "#fff", 22);
        canvas.faint_line("M110 384H330", shade, 5, 80);
        canvas.faint_line("M110 272H330", shade, 4, 60);
    });
    canvas.ellipse((217, 246), (if canvas.vary(4, 0, 1) == 0 { 82 } else { 52 }, 11), DARK);
    canvas.faint_line("M150 246Q217 262 284 246", shade, 5, 90);
}

fn trowel(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(204, 428, 72);
    canvas.turned(canvas.vary(1, 14, 26), (200, 260), |canvas| {
        canvas.fill("M180 44Q200 30 220 44L216 168H184Z", main);
        canvas.tint("M204 36Q214 38 220 44L216 168H204Z", shade, 85);
        canvas.line("M192 62h16", DARK, 6);
        canvas.block((182, 162), (36, 20), 5, METAL_SHADE);
        canvas.line("M200 180V240", METAL_SHADE, 14);
        if canvas.vary(2, 0, 2) == 0 {
            canvas.line("M164 420V270Q164 244 200 240T236 270V420M200 240V424", METAL, 14);
            canvas.line("M206 246V420M240 272V418", METAL_SHADE, 4);
        } else {
            let half = canvas.vary(3, 34, 50);
            canvas.solid_in(
                &format!(
                    "M{0} 252Q200 226 {1} 252L{2} 370Q220 430 200 440Q180 430 {3} 370Z",
                    200 - half,
                    200 + half,
                    196 + half,
                    204 - half
                ),
                206,
                "#cfd4d8",
                "#8e979d",
            );
            canvas.faint_line("M200 258V400", "#6f787e", 4, 60);
            canvas.faint_line("M184 300h32M188 328h24M188 356h24", "#6f787e", 3, 70);
        }
    });
}

fn secateurs(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(204, 428, 84);
    canvas.turned(canvas.vary(1, 8, 22), (200, 250), |canvas| {
        let open = canvas.vary(2, 8, 16);
        canvas.turned(open, (200, 214), |canvas| {
            canvas.fill("M190 214Q176 130 206 64Q232 130 214 214Z", METAL);
            canvas.tint("M206 64Q232 130 214 214H204Z", METAL_SHADE, 90);
            canvas.line("M202 226Q216 300 186 424", main, 30);
            canvas.faint_line("M214 250Q218 320 196 420", shade, 9, 85);
        });
        canvas.turned(-open, (200, 214), |canvas| {
            canvas.fill("M186 214Q166 156 178 100Q204 140 212 214Z", METAL_SHADE);
            canvas.line("M198 226Q184 300 214 424", main, 30);
            canvas.faint_line("M206 252Q202 320 224 420", shade, 9, 85);
        });
        canvas.line("M190 262q20 8 22 18q-24 4 -22 14q22 2 20 14", METAL_SHADE, 4);
        canvas.ellipse((200, 214), (20, 20), DARK);
        canvas.ellipse((200, 214), (9, 9), METAL);
    });
}

fn spade(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 430, 80);
    canvas.turned(canvas.vary(1, 3, 12), (200, 420), |canvas| {
        canvas.line("M164 40H236L200 92Z", main, 13);
        canvas.line("M170 40H230", shade, 6);
        canvas.block((192, 88), (17, 190), 5, WOOD);
        canvas.block((202, 88), (7, 190), 3, WOOD_SHADE);
        canvas.fill("M186 262H214L210 312H190Z", DARK);
        let blade = match canvas.vary(2, 0, 2) {
            0 => "M146 292H254V372Q254 424 200 432Q146 424 146 372Z",
            1 => "M146 290Q200 304 254 290Q262 360 200 440Q138 360 146 290Z",
            _ => "M164 288H236V400Q236 430 200 434Q164 430 164 400Z",
        };
        canvas.solid_in(blade, 210, "#ccd1d5", "#8b949a");
        canvas.faint_line("M200 318V410", "#6f787e", 5, 55);
        canvas.faint_line("M154 300H246", "#ffffff", 5, 50);
    });
}

fn gloves(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 424, 120);
    let hand = "M140 424V330Q116 300 92 282Q78 268 92 254Q106 246 124 262L142 278L136 158Q136 142 150 142T166 158L170 228L172 128Q172 112 188 112T204 128V228L212 138Q214 124 228 126T240 142L236 236L248 172Q252 160 264 164T272 180L256 300Q254 330 246 342V424Z";
    let cuff = canvas.vary(1, 352, 384);
    for (offset, lean) in [(44, 12), (-30, -4)] {
        canvas.moved(offset, |canvas| {
            canvas.turned(lean, (200, 420), |canvas| {
                canvas.solid(hand, 212);
                canvas.within(hand, |canvas| {
                    canvas.tint(&format!("M120 {cuff}H260V430H120Z"), shade, 85);
                    canvas.faint_line(&format!("M130 {0}H256", cuff + 12), PAPER, 4, 70);
                    if canvas.vary(2, 0, 1) == 0 {
                        for dot in 0..20 {
                            let at = (canvas.vary(30 + dot, 142, 250), canvas.vary(60 + dot, 236, cuff - 12));
                            canvas.faint_ellipse(at, (4, 4), shade, 80);
                        }
                    } else {
                        canvas.tint("M150 250h90v70q-46 20 -90 0z", shade, 50);
                    }
                });
            });
        });
    }
    canvas.faint_line("M150 410h40", main, 3, 40);
}
