//! What stands in a kitchen.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, METAL, METAL_SHADE, WOOD, WOOD_SHADE};

pub(super) const KINDS: &[Kind] = &[
    ("mug", mug),
    ("cup", cup),
    ("glass", glass),
    ("bottle", bottle),
    ("bowl", bowl),
    ("plate", plate),
    ("carafe", carafe),
    ("teapot", teapot),
    ("pan", pan),
    ("pot", pot),
    ("knife", knife),
    ("board", board),
    ("jar", jar),
];

/// Iron specks in a glaze.
fn speckles(canvas: &mut Canvas, left: i32, top: i32, width: i32, height: i32) {
    for speck in 0..26 {
        let x = canvas.vary(200 + speck, left, left + width);
        let y = canvas.vary(300 + speck, top, top + height);
        canvas.faint_ellipse((x, y), (2, 2), DARK, 34);
    }
}

fn mug(canvas: &mut Canvas) {
    let top = canvas.vary(1, 186, 226);
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(196, 411, 104);
    match canvas.vary(2, 0, 2) {
        0 => canvas.line(&format!("M274 {}q72 -4 66 66t-76 70", top + 34), shade, 22),
        1 => canvas.line(&format!("M274 {}h34q26 0 26 28v50q0 30 -30 30h-36", top + 38), shade, 20),
        _ => canvas.line(&format!("M276 {}c58 -14 86 58 -6 112", top + 48), shade, 18),
    }
    let body = match canvas.vary(3, 0, 2) {
        0 => format!("M106 {top}H286L278 382Q276 410 248 410H144Q116 410 114 382Z"),
        1 => format!("M110 {top}H282V350Q282 410 222 410H170Q110 410 110 350Z"),
        _ => format!("M104 {top}H288Q286 330 262 384Q252 410 230 410H162Q140 410 130 384Q106 330 104 {top}Z"),
    };
    canvas.solid(&body, 226);
    canvas.within(&body, |canvas| match canvas.vary(4, 0, 3) {
        0 => speckles(canvas, 106, 210, 170, 190),
        1 => canvas.tint("M90 330Q200 350 300 330V420H90Z", shade, 85),
        2 => {
            for rib in 0..11 {
                canvas.faint_line(&format!("M{} {}V410", 116 + rib * 17, top + 18), shade, 4, 45);
            }
        }
        _ => canvas.tint(&format!("M112 {top}h20v230h-14z"), "#fff", 22),
    });
    canvas.ellipse((196, top), (90, 18), shade);
    canvas.ellipse((196, top + 2), (79, 13), main);
    canvas.ellipse((196, top + 5), (73, 10), "#4a3326");
}

fn cup(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 402, 138);
    canvas.ellipse((200, 388), (140, 20), shade);
    canvas.ellipse((200, 382), (140, 19), main);
    canvas.faint_ellipse((200, 382), (82, 10), shade, 60);
    let top = canvas.vary(1, 248, 278);
    canvas.line(&format!("M266 {}q54 -8 50 34t-66 44", top + 22), shade, 15);
    let body = if canvas.vary(2, 0, 1) == 0 {
        format!("M122 {top}H278Q276 340 240 374Q232 384 216 384H184Q168 384 160 374Q124 340 122 {top}Z")
    } else {
        format!("M132 {top}H268L256 356Q252 384 226 384H174Q148 384 144 356Z")
    };
    canvas.solid(&body, 224);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.within(&body, |canvas| speckles(canvas, 122, 268, 150, 110));
    }
    canvas.ellipse((200, top), (if canvas.vary(2, 0, 1) == 0 { 78 } else { 68 }, 14), shade);
    canvas.ellipse((200, top + 3), (62, 9), "#3f281b");
    canvas.faint_ellipse((192, top + 2), (36, 5), "#c08a55", 80);
}

fn glass(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let top = canvas.vary(1, 150, 214);
    let flare = canvas.vary(2, 0, 22);
    canvas.shadow(200, 412, 78);
    let body = format!("M{} {top}H{}L264 396Q262 412 246 412H154Q138 412 136 396Z", 122 - flare / 2, 278 + flare / 2);
    canvas.tint(&body, main, 82);
    canvas.within(&body, |canvas| {
        canvas.tint("M232 100Q252 260 236 420H300V100Z", shade, 50);
        canvas.tint(&format!("M60 {}H340V394H60Z", top + 62), "#ffffff", 30);
        match canvas.vary(3, 0, 2) {
            0 => {
                for facet in 0..7 {
                    canvas.faint_line(&format!("M{} {}V392", 128 + facet * 24, top + 70), "#fff", 3, 60);
                }
            }
            1 => {
                for rib in 0..16 {
                    canvas.faint_line(&format!("M{} {}V398", 118 + rib * 11, top + 20), shade, 2, 45);
                }
            }
            _ => {}
        }
        canvas.tint("M120 396H290V416H120Z", shade, 70);
    });
    canvas.faint_ellipse((200, top), (78 + flare / 2, 14), "#fff", 75);
    canvas.faint_ellipse((200, top + 62), (72, 11), "#fff", 45);
    canvas.faint_line(&format!("M146 {}L152 380", top + 30), "#fff", 7, 60);
}

fn bottle(canvas: &mut Canvas) {
    let main = canvas.main;
    canvas.shadow(200, 422, 66);
    let cap = canvas.vary(1, 0, 2);
    match cap {
        0 => {
            canvas.line("M172 96q28 -46 56 0", DARK, 9);
            canvas.block((166, 92), (68, 40), 8, DARK);
        }
        1 => {
            canvas.block((160, 70), (80, 62), 12, METAL);
            canvas.block((206, 70), (34, 62), 12, METAL_SHADE);
        }
        _ => {
            canvas.block((168, 84), (64, 48), 10, WOOD);
            canvas.block((206, 84), (26, 48), 8, WOOD_SHADE);
        }
    }
    let body = if canvas.vary(2, 0, 1) == 0 {
        "M168 132H232V148C262 164 270 186 270 222V390Q270 422 238 422H162Q130 422 130 390V222C130 186 138 164 168 148Z"
    } else {
        "M150 132H250Q262 132 262 146V392Q262 422 232 422H168Q138 422 138 392V146Q138 132 150 132Z"
    };
    canvas.solid(body, 222);
    canvas.within(body, |canvas| {
        canvas.tint("M148 180q-6 100 0 220h14q-6 -120 0 -220z", "#fff", 28);
        if canvas.vary(3, 0, 1) == 0 {
            canvas.tint("M120 350H290V358H120Z", "#fff", 45);
        } else {
            canvas.tint("M186 250h28v60h-28z", "#fff", 40);
        }
    });
    canvas.tint("M168 132H232V140H168Z", main, 40);
}

fn bowl(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let top = canvas.vary(1, 252, 292);
    canvas.shadow(200, 410, 100);
    canvas.fill("M150 396H250L242 414H158Z", shade);
    let body = if canvas.vary(2, 0, 1) == 0 {
        format!("M66 {top}H334C332 340 290 402 236 404H164C110 402 68 340 66 {top}Z")
    } else {
        format!("M66 {top}H334C330 320 320 352 290 380Q268 404 230 404H170Q132 404 110 380C80 352 70 320 66 {top}Z")
    };
    canvas.solid(&body, 238);
    canvas.within(&body, |canvas| match canvas.vary(3, 0, 2) {
        0 => speckles(canvas, 80, top + 20, 240, 120),
        1 => canvas.tint("M40 346Q200 372 360 346V420H40Z", shade, 70),
        _ => {
            for ring in 0..4 {
                let y = top + 34 + ring * 22;
                canvas.faint_line(&format!("M50 {y}Q200 {} 350 {y}", y + 26), shade, 3, 45);
            }
        }
    });
    canvas.ellipse((200, top), (134, 24), shade);
    canvas.ellipse((200, top + 2), (122, 18), main);
    canvas.faint_ellipse((200, top + 7), (108, 12), shade, 55);
}

fn plate(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let radius = canvas.vary(1, 142, 158);
    canvas.shadow(200, 408, 128);
    canvas.faint_ellipse((205, 266), (radius, radius), shade, 100);
    canvas.ellipse((200, 260), (radius, radius), main);
    match canvas.vary(2, 0, 2) {
        0 => {
            canvas.faint_ellipse((200, 260), (radius - 34, radius - 34), shade, 40);
            canvas.ellipse((199, 258), (radius - 38, radius - 38), main);
        }
        1 => {
            canvas.faint_ellipse((200, 260), (radius - 8, radius - 8), shade, 55);
            canvas.ellipse((200, 260), (radius - 16, radius - 16), main);
            canvas.faint_ellipse((200, 260), (radius - 60, radius - 60), shade, 24);
        }
        _ => {
            for ring in 1..5 {
                canvas.faint_ellipse((200, 260), (radius - ring * 26, radius - ring * 26), shade, 14);
            }
            speckles(canvas, 100, 160, 200, 200);
        }
    }
    canvas.faint_line(&format!("M{} 214A{radius} {radius} 0 0 1 150 126", 212 - radius), "#fff", 6, 45);
}

fn carafe(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 418, 86);
    let body = if canvas.vary(1, 0, 1) == 0 {
        "M170 106H230V196C234 232 290 262 290 330Q290 416 228 416H172Q110 416 110 330C110 262 166 232 170 196Z"
    } else {
        "M160 106H240L232 190C236 236 276 268 276 350Q276 416 226 416H174Q124 416 124 350C124 268 164 236 168 190Z"
    };
    canvas.tint(body, main, 80);
    canvas.within(body, |canvas| {
        canvas.tint("M90 300Q200 316 310 300V420H90Z", "#a9cfdc", 55);
        canvas.tint("M232 90Q262 260 244 420H320V90Z", shade, 45);
    });
    canvas.faint_line("M140 300q-8 46 10 84", "#fff", 9, 60);
    canvas.faint_ellipse((200, 106), (36, 8), "#fff", 70);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.ellipse((200, 88), (30, 29), WOOD);
        canvas.tint("M206 60a30 29 0 0 1 0 57q16 -28 0 -57z", WOOD_SHADE, 70);
    } else {
        canvas.block((172, 78), (56, 34), 8, WOOD);
        canvas.block((206, 78), (22, 34), 8, WOOD_SHADE);
    }
}

fn teapot(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(196, 408, 118);
    if canvas.vary(1, 0, 1) == 0 {
        canvas.line("M96 262C70 120 322 120 296 262", WOOD_SHADE, 13);
        canvas.line("M110 226C112 138 278 138 284 226", WOOD, 6);
    } else {
        canvas.line("M96 286C26 270 26 368 104 362", shade, 19);
    }
    canvas.fill("M270 330C318 326 316 262 356 250L370 266C352 290 346 376 270 380Z", shade);
    let body = "M86 318C86 256 136 234 196 234S306 256 306 318C306 376 266 408 232 408H160C126 408 86 376 86 318Z";
    canvas.solid(body, 232);
    canvas.within(body, |canvas| {
        if canvas.vary(2, 0, 1) == 0 {
            speckles(canvas, 96, 250, 200, 140);
        } else {
            canvas.tint("M60 340Q196 366 330 340V420H60Z", shade, 65);
        }
        canvas.faint_ellipse((140, 290), (16, 34), "#fff", 20);
    });
    canvas.ellipse((196, 244), (62, 14), shade);
    canvas.solid("M140 242Q146 214 196 212Q246 214 252 242Q196 256 140 242Z", 210);
    canvas.ellipse((196, 206), (15, 13), if canvas.vary(3, 0, 1) == 0 { BRASS } else { main });
    canvas.faint_ellipse((201, 208), (8, 10), shade, 60);
}

fn pan(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 416, 104);
    let length = canvas.vary(1, 60, 92);
    let (grip, grip_shade) = if canvas.vary(2, 0, 1) == 0 { (WOOD, WOOD_SHADE) } else { (DARK, "#161514") };
    canvas.turned(38, (200, 290), |canvas| {
        canvas.block((189, 118), (22, 60), 6, METAL_SHADE);
        canvas.block((184, length - 24), (32, 168 - length), 14, grip);
        canvas.block((202, length - 20), (14, 160 - length), 7, grip_shade);
        canvas.ellipse((200, length - 6), (5, 6), "#fff");
    });
    canvas.ellipse((204, 298), (128, 124), shade);
    canvas.ellipse((200, 290), (128, 124), main);
    canvas.ellipse((200, 290), (108, 104), "#2a2b2d");
    canvas.faint_ellipse((194, 284), (96, 92), "#4a4d50", 70);
    canvas.faint_line("M122 262Q136 216 184 202", "#fff", 8, 24);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.ellipse((190, 298), (46, 40), "#fbf7ea");
        canvas.ellipse((198, 294), (19, 18), "#eeb33c");
    }
}

fn pot(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 414, 128);
    let top = canvas.vary(1, 232, 270);
    canvas.line(&format!("M84 {0}h-26q-16 0 -16 18t16 18h26", top + 34), shade, 16);
    canvas.line(&format!("M316 {0}h26q16 0 16 18t-16 18h-26", top + 34), shade, 16);
    let body = format!("M72 {top}H328L320 374Q316 412 278 412H122Q84 412 80 374Z");
    canvas.solid(&body, 242);
    canvas.tint(&format!("M92 {0}h20l4 130h-16z", top + 24), "#fff", 18);
    canvas.solid(&format!("M62 {top}Q66 {0} 200 {0}T338 {top}Q336 {1} 200 {1}T62 {top}Z", top - 58, top + 14), 236);
    canvas.faint_line(&format!("M78 {}Q200 {} 322 {}", top - 2, top + 14, top - 2), shade, 4, 70);
    let knob = if canvas.vary(2, 0, 1) == 0 { BRASS } else { METAL };
    canvas.block((190, top - 70), (20, 18), 4, METAL_SHADE);
    canvas.ellipse((200, top - 76), (28, 12), knob);
    canvas.faint_ellipse((194, top - 80), (14, 4), "#fff", 50);
    canvas.tint("M80 380H320V386H80Z", main, 30);
}

fn knife(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let belly = canvas.vary(1, 0, 2);
    canvas.shadow(206, 424, 84);
    canvas.turned(canvas.vary(2, 16, 24), (200, 260), |canvas| {
        let blade = match belly {
            0 => "M180 268V84Q182 56 198 42Q232 120 232 268Z",
            1 => "M180 268V50Q218 62 226 108V268Z",
            _ => "M184 268V40Q206 64 218 268Z",
        };
        canvas.solid_in(blade, 204, "#dfe3e6", "#9fa8af");
        canvas.faint_line("M188 262V80", "#fff", 4, 80);
        canvas.block((182, 262), (36, 22), 4, METAL_SHADE);
        canvas.fill("M184 282H216L222 420Q222 440 200 440T180 420Z", main);
        canvas.tint("M204 282H216L222 420Q222 440 204 440Z", shade, 85);
        for rivet in 0..3 {
            canvas.ellipse((200, 312 + rivet * 42), (5, 5), BRASS);
        }
    });
}

fn board(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 424, 118);
    let body = match canvas.vary(1, 0, 2) {
        0 => {
            "M176 52Q200 40 224 52V120Q226 138 262 138Q300 140 300 176V396Q300 424 272 424H128Q100 424 100 396V176Q100 140 138 138Q174 138 176 120Z"
        }
        1 => "M112 112H288Q308 112 308 132V402Q308 424 286 424H114Q92 424 92 402V132Q92 112 112 112Z",
        _ => "M178 60Q200 44 222 60V112C330 130 344 424 200 424S70 130 178 112Z",
    };
    canvas.solid(body, 262);
    canvas.within(body, |canvas| {
        for grain in 0..9 {
            let x = 100 + grain * 25 + canvas.vary(20 + u32::try_from(grain).unwrap_or(0), -6, 6);
            canvas.faint_line(&format!("M{x} 60q{} 180 0 380", canvas.vary(40, -18, 18)), shade, 2, 42);
        }
        if canvas.vary(2, 0, 1) == 0 {
            canvas.tint("M60 250H340V274H60Z", shade, 45);
        }
    });
    if canvas.vary(1, 0, 2) == 1 {
        canvas.ellipse((270, 146), (13, 13), shade);
    } else {
        canvas.ellipse((200, 78), (10, 12), shade);
    }
    canvas.tint("M110 410H290V416H110Z", main, 30);
}

fn jar(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 164, 230);
    canvas.shadow(200, 416, 94);
    let body = format!(
        "M120 {0}Q104 {1} 104 {2}V386Q104 416 134 416H266Q296 416 296 386V{2}Q296 {1} 280 {0}Z",
        top,
        top + 10,
        top + 34
    );
    canvas.solid(&body, 240);
    let contents = ["#d9b98a", "#8a5a3a", "#e9dfc9", "#b35f3c"][usize::try_from(canvas.vary(2, 0, 3)).unwrap_or(0)];
    canvas.within(&body, |canvas| {
        canvas.tint(&format!("M114 {0}Q200 {1} 286 {0}V406H114Z", top + 74, top + 88), contents, 78);
        canvas.tint("M246 150Q262 280 250 420H310V150Z", shade, 40);
        canvas.tint(&format!("M122 {}h16v170h-16z", top + 40), "#fff", 45);
    });
    if canvas.vary(3, 0, 1) == 0 {
        canvas.block((112, top - 40), (176, 44), 10, WOOD);
        canvas.block((232, top - 40), (56, 44), 10, WOOD_SHADE);
    } else {
        canvas.block((116, top - 26), (168, 28), 8, METAL);
        canvas.line(&format!("M118 {}v50M282 {}v50", top - 12, top - 12), METAL_SHADE, 5);
        canvas.faint_ellipse((200, top - 28), (70, 12), main, 90);
    }
    canvas.block((164, 318), (72, 46), 4, "#fbf8f1");
    canvas.line("M178 334h44M178 348h28", METAL_SHADE, 4);
}
