//! Lamps.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, LIGHT, METAL, METAL_SHADE, WOOD, WOOD_SHADE};

pub(super) const KINDS: &[Kind] = &[
    ("lamp", lamp),
    ("floorlamp", floor_lamp),
    ("desklamp", desk_lamp),
    ("pendant", pendant),
    ("walllamp", wall_lamp),
    ("lantern", lantern),
    ("bulb", bulb),
];

fn lamp(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 422, 82);
    canvas.faint_ellipse((200, 300), (150, 110), LIGHT, 34);
    match canvas.vary(1, 0, 2) {
        0 => {
            canvas.block((194, 236), (12, 174), 3, DARK);
            canvas.fill("M138 422Q138 402 200 402T262 422Z", DARK);
        }
        1 => {
            canvas.solid_in(
                "M176 240H224Q214 268 236 296C270 338 262 420 226 420H174C138 420 130 338 164 296Q186 268 176 240Z",
                218,
                WOOD,
                WOOD_SHADE,
            );
        }
        _ => {
            canvas.ellipse((200, 392), (52, 30), METAL_SHADE);
            canvas.ellipse((200, 360), (38, 32), BRASS);
            canvas.ellipse((200, 308), (26, 26), BRASS);
            canvas.block((195, 240), (10, 60), 3, BRASS);
            canvas.fill("M150 422Q150 404 200 404T250 422Z", BRASS);
        }
    }
    let spread = canvas.vary(2, 84, 116);
    let body = match canvas.vary(3, 0, 2) {
        0 => format!("M146 98H254L{} 258Q200 274 {} 258Z", 200 + spread, 200 - spread),
        1 => format!("M{0} 256Q{0} 96 200 96T{1} 256Q200 270 {0} 256Z", 200 - spread, 200 + spread),
        _ => format!(
            "M{0} 114Q200 104 {1} 114L{2} 256Q200 270 {3} 256Z",
            216 - spread,
            184 + spread,
            196 + spread,
            204 - spread
        ),
    };
    canvas.solid(&body, 232);
    canvas.within(&body, |canvas| {
        if canvas.vary(4, 0, 1) == 0 {
            for pleat in -9..=9 {
                canvas.faint_line(&format!("M{} 90L{} 280", 200 + pleat * 7, 200 + pleat * 13), shade, 3, 45);
            }
        } else {
            canvas.tint("M60 190H340V280H60Z", LIGHT, 26);
        }
    });
    canvas.ellipse((200, 258), (spread, 13), LIGHT);
    canvas.faint_ellipse((200, 258), (spread - 22, 7), "#fff", 70);
    canvas.faint_line("M160 110L138 236", main, 5, 40);
}

fn floor_lamp(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.faint_ellipse((200, 190), (150, 110), LIGHT, 34);
    if canvas.vary(1, 0, 1) == 0 {
        canvas.shadow(200, 426, 86);
        canvas.line("M200 168L132 420M200 168L268 420", WOOD, 9);
        canvas.line("M200 168V412", WOOD_SHADE, 8);
        canvas.line("M158 326H242", WOOD_SHADE, 5);
    } else {
        canvas.shadow(200, 424, 62);
        canvas.block((196, 150), (8, 266), 2, DARK);
        canvas.ellipse((200, 420), (54, 9), DARK);
    }
    let width = canvas.vary(2, 66, 92);
    let height = canvas.vary(3, 92, 124);
    let top = 168 - height;
    let body = match canvas.vary(4, 0, 1) {
        0 => format!(
            "M{0} {top}Q200 {1} {2} {top}L{3} 166Q200 180 {4} 166Z",
            218 - width,
            top - 8,
            182 + width,
            200 + width,
            200 - width
        ),
        _ => format!("M{0} 166Q{0} {top} 200 {top}T{1} 166Q200 180 {0} 166Z", 200 - width, 200 + width),
    };
    canvas.solid(&body, 224);
    canvas.within(&body, |canvas| {
        canvas.tint("M60 120H340V190H60Z", LIGHT, 28);
        canvas.faint_line(&format!("M{} 158Q200 172 {} 158", 200 - width, 200 + width), shade, 4, 60);
    });
    canvas.ellipse((200, 167), (width, 10), LIGHT);
    canvas.line("M228 172v44", BRASS, 3);
    canvas.ellipse((228, 220), (5, 5), BRASS);
}

fn desk_lamp(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(232, 420, 92);
    canvas.fill("M98 262L64 400H250L182 250Z", "#fff2cc55");
    canvas.ellipse((240, 410), (78, 14), shade);
    canvas.ellipse((240, 404), (78, 13), main);
    let elbow = canvas.vary(1, 286, 316);
    canvas.line(&format!("M240 400L{elbow} 266"), METAL, 10);
    canvas.line(&format!("M{elbow} 266L176 142"), METAL, 10);
    canvas.line(&format!("M250 398L{} 274", elbow + 6), METAL_SHADE, 4);
    canvas.ellipse((elbow, 266), (13, 13), DARK);
    canvas.ellipse((240, 396), (15, 9), DARK);
    canvas.turned(canvas.vary(2, 26, 40), (176, 142), |canvas| {
        if canvas.vary(3, 0, 1) == 0 {
            canvas.ellipse((176, 232), (76, 13), LIGHT);
            canvas.solid("M150 128Q176 112 202 128L252 230Q176 248 100 230Z", 196);
        } else {
            canvas.ellipse((176, 214), (72, 12), LIGHT);
            canvas.solid("M104 214Q104 128 176 126T248 214Q176 230 104 214Z", 200);
        }
        canvas.block((162, 104), (28, 28), 8, DARK);
    });
}

fn pendant(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let low = canvas.vary(1, 0, 44);
    canvas.faint_ellipse((200, 330 + low), (160, 100), LIGHT, 36);
    canvas.block((198, 0), (4, 150 + low), 0, DARK);
    canvas.block((184, 136 + low), (32, 30), 8, BRASS);
    match canvas.vary(2, 0, 3) {
        0 => {
            let body = format!("M62 {0}Q70 {1} 200 {1}T338 {0}Q200 {2} 62 {0}Z", 296 + low, 158 + low, 316 + low);
            canvas.solid(&body, 242);
            canvas.ellipse((200, 297 + low), (138, 17), shade);
            canvas.ellipse((200, 298 + low), (126, 12), LIGHT);
        }
        1 => {
            let y = 268 + low;
            canvas.ellipse((200, y), (112, 110), main);
            canvas.within(&format!("M88 {y}a112 110 0 1 0 224 0a112 110 0 1 0 -224 0Z"), |canvas| {
                for ring in 0..10 {
                    let at = y - 96 + ring * 21;
                    canvas.faint_line(&format!("M80 {at}Q200 {} 320 {at}", at + 18), shade, 3, 55);
                }
                canvas.tint(&format!("M236 {}q50 120 -10 240h100v-240z", y - 120), shade, 38);
                canvas.faint_ellipse((186, y + 26), (66, 66), LIGHT, 38);
            });
        }
        2 => {
            for tier in 0..3 {
                let (y, half) = (172 + tier * 44 + low, 62 + tier * 34);
                canvas.solid(
                    &format!(
                        "M{0} {1}Q200 {2} {3} {1}L{4} {5}Q200 {6} {7} {5}Z",
                        200 - half + 24,
                        y,
                        y - 22,
                        200 + half - 24,
                        200 + half,
                        y + 34,
                        y + 56,
                        200 - half
                    ),
                    236,
                );
                canvas.faint_line(
                    &format!("M{} {}Q200 {} {} {1}", 200 - half, y + 35, y + 57, 200 + half),
                    LIGHT,
                    4,
                    85,
                );
            }
        }
        _ => {
            let body = format!(
                "M112 {0}Q116 {1} 160 {2}Q176 {3} 200 {3}T240 {2}Q284 {1} 288 {0}Q296 {4} 308 {4}Q200 {5} 92 {4}Q104 {4} 112 {0}Z",
                300 + low,
                220 + low,
                180 + low,
                160 + low,
                324 + low,
                344 + low
            );
            canvas.solid(&body, 238);
            canvas.ellipse((200, 326 + low), (106, 13), LIGHT);
        }
    }
}

fn wall_lamp(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.faint_ellipse((200, 230), (150, 150), LIGHT, 42);
    match canvas.vary(1, 0, 2) {
        0 => {
            canvas.ellipse((202, 344), (48, 48), shade);
            canvas.ellipse((200, 340), (48, 48), main);
            canvas.line("M200 340V280", BRASS, 12);
            canvas.ellipse((200, 206), (88, 86), "#fdf6e3");
            canvas.faint_ellipse((226, 216), (52, 70), "#e6d8b6", 55);
            canvas.block((170, 278), (60, 22), 8, main);
        }
        1 => {
            canvas.fill("M130 60H270L300 140H100ZM130 440H270L300 360H100Z", "#fff2cc66");
            canvas.solid("M134 140H266V356Q200 368 134 356Z", 218);
            canvas.ellipse((200, 140), (66, 12), LIGHT);
            canvas.faint_line("M150 160V340", "#fff", 6, 30);
        }
        _ => {
            canvas.block((86, 250), (34, 110), 12, main);
            canvas.block((106, 250), (14, 110), 7, shade);
            canvas.line("M118 306H196Q232 306 232 262", BRASS, 9);
            canvas.solid("M184 120H280L316 258Q232 276 148 258Z", 258);
            canvas.ellipse((232, 259), (84, 12), LIGHT);
            canvas.line("M104 360v50", BRASS, 3);
            canvas.ellipse((104, 414), (7, 9), WOOD);
        }
    }
}

fn lantern(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.faint_ellipse((200, 310), (140, 130), LIGHT, 45);
    canvas.shadow(200, 420, 92);
    let top = canvas.vary(1, 150, 196);
    canvas.line(&format!("M152 {0}Q152 {1} 200 {1}T248 {0}", top, top - 92), DARK, 7);
    canvas.solid(&format!("M200 {}L280 {}H120Z", top - 40, top + 8), 206);
    canvas.block((108, top + 4), (184, 20), 6, main);
    canvas.block((220, top + 4), (72, 20), 6, shade);
    canvas.fill(&format!("M120 {}H280V398H120Z", top + 24), "#f9edcf");
    canvas.faint_ellipse((200, 330), (54, 70), "#ffd98a", 60);
    canvas.block((180, 330), (40, 68), 4, "#fffaf0");
    canvas.fill("M200 328q-14 -16 0 -44q14 28 0 44z", "#f2a93b");
    if canvas.vary(2, 0, 1) == 0 {
        canvas.line(&format!("M120 {0}L280 398M280 {0}L120 398", top + 24), shade, 4);
    } else {
        canvas.line(&format!("M173 {0}V398M227 {0}V398", top + 24), shade, 4);
    }
    canvas.line(&format!("M120 {0}V398M280 {0}V398", top + 24), main, 10);
    canvas.block((104, 396), (192, 24), 6, main);
    canvas.block((220, 396), (76, 24), 6, shade);
}

fn bulb(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.faint_ellipse((200, 210), (170, 160), LIGHT, 55);
    canvas.shadow(200, 420, 50);
    let body = match canvas.vary(1, 0, 2) {
        0 => "M200 92C280 92 306 158 296 214C286 266 242 280 238 330H162C158 280 114 266 104 214C94 158 120 92 200 92Z",
        1 => "M200 84C290 84 318 150 318 206C318 276 258 300 240 330H160C142 300 82 276 82 206C82 150 110 84 200 84Z",
        _ => {
            "M200 70C236 70 262 96 262 150V262C262 300 240 306 238 330H162C160 306 138 300 138 262V150C138 96 164 70 200 70Z"
        }
    };
    canvas.tint(body, main, 85);
    canvas.within(body, |canvas| {
        canvas.tint("M244 60Q276 200 240 340H340V60Z", shade, 45);
        canvas.faint_ellipse((200, 210), (60, 78), LIGHT, 75);
    });
    canvas.line("M186 330L172 210L188 178L200 214L212 178L228 210L214 330", "#e0912f", 4);
    canvas.faint_line("M142 170Q150 130 178 116", "#fff", 10, 75);
    canvas.block((160, 328), (80, 56), 6, METAL);
    canvas.block((210, 328), (30, 56), 6, METAL_SHADE);
    canvas.line("M158 344L242 338M158 360L242 354M158 376L242 370", METAL_SHADE, 4);
    canvas.fill("M172 384H228L216 408H184Z", DARK);
}
