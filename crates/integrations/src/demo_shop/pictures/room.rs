//! Textiles and decoration of a room.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, LIGHT, PAPER};

pub(super) const KINDS: &[Kind] = &[
    ("cushion", cushion),
    ("throw", throw),
    ("rug", rug),
    ("candle", candle),
    ("vase", vase),
    ("clock", clock),
    ("mirror", mirror),
];

fn cushion(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 398, 132);
    let body = "M68 146Q64 128 84 132Q200 152 316 132Q336 128 332 146Q314 262 334 380Q338 400 316 396Q200 378 84 396Q62 400 66 380Q86 262 68 146Z";
    let turn = canvas.vary(1, -5, 5);
    canvas.turned(turn, (200, 270), |canvas| {
        canvas.solid(body, 244);
        canvas.within(body, |canvas| match canvas.vary(2, 0, 4) {
            0 => {
                for stripe in 0..7 {
                    let x = 88 + stripe * 36;
                    canvas.faint_line(&format!("M{x} 110Q{} 260 {x} 420", x + (x - 200) / 12), shade, 9, 75);
                }
            }
            1 => {
                for rib in 0..20 {
                    canvas.faint_line(&format!("M{} 110V420", 74 + rib * 13), shade, 4, 45);
                }
            }
            2 => {
                canvas.tint("M40 100H200V420H40Z", canvas.mark, 30);
                canvas.faint_line("M200 120V410", shade, 3, 70);
            }
            3 => {
                for row in 0..6 {
                    let y = 160 + row * 40;
                    canvas.faint_line(
                        &format!("M60 {y}l35 18 35 -18 35 18 35 -18 35 18 35 -18 35 18 35 -18"),
                        canvas.mark,
                        5,
                        55,
                    );
                }
            }
            _ => canvas.tint("M110 176H290V352H110Z", shade, 22),
        });
        canvas.faint_line("M84 150Q200 168 316 150", "#fff", 4, 28);
        canvas.faint_line("M112 196Q128 264 116 340", shade, 4, 55);
        canvas.faint_line("M288 190Q272 230 282 262", main, 4, 60);
    });
}

fn throw(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 416, 134);
    let folds = canvas.vary(1, 3, 4);
    for fold in (0..folds).rev() {
        let y = 384 - fold * 44;
        let bulge = canvas.vary(10 + u32::try_from(fold).unwrap_or(0), 0, 8);
        let path = format!(
            "M{0} {y}Q{1} {2} {3} {2}H{4}Q{5} {2} {6} {y}Q{5} {7} {4} {7}H{3}Q{1} {7} {0} {y}Z",
            66 - bulge,
            64,
            y - 26,
            96,
            304,
            340,
            336 + bulge,
            y + 26
        );
        canvas.solid(&path, 262);
        canvas.within(&path, |canvas| match canvas.vary(2, 0, 2) {
            0 => canvas.faint_line(&format!("M60 {0}H340M60 {1}H340", y - 8, y + 10), canvas.mark, 4, 50),
            1 => {
                for cross in 0..12 {
                    canvas.faint_line(&format!("M{} {}l14 28l14 -28", 62 + cross * 24, y - 14), shade, 3, 45);
                }
            }
            _ => {
                for cross in 0..7 {
                    canvas.faint_line(&format!("M{} {}V{}", 84 + cross * 40, y - 26, y + 26), shade, 10, 40);
                }
            }
        });
        canvas.faint_line(&format!("M84 {0}Q200 {1} 318 {0}", y + 22, y + 26), shade, 4, 70);
    }
    let top = 384 - (folds - 1) * 44 - 26;
    let flap = format!("M104 {top}Q200 {} 296 {top}L288 {}Q200 {} 116 {}Z", top - 12, top + 92, top + 104, top + 96);
    canvas.solid(&flap, 240);
    canvas.within(&flap, |canvas| {
        canvas.faint_line(&format!("M90 {0}Q200 {1} 310 {0}", top + 74, top + 84), canvas.mark, 5, 60)
    });
    for thread in 0..14 {
        let x = 122 + thread * 12;
        canvas.line(
            &format!("M{x} {}v{}", top + 98, 16 + thread % 3 * 3),
            if thread % 2 == 0 { main } else { shade },
            4,
        );
    }
}

fn rug(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 128, 168);
    canvas.tint(&format!("M{} {}H{}L376 402H34Z", 98, top + 8, 310), "#1d1710", 13);
    for thread in 0..27 {
        let x = 28 + thread * 13;
        canvas.line(&format!("M{x} 390v13"), PAPER, 4);
        canvas.line(&format!("M{} {top}v-7", 98 + thread * 8), PAPER, 3);
    }
    let body = format!("M94 {top}H308L376 392H24Z");
    canvas.solid(&body, 300);
    canvas.within(&body, |canvas| match canvas.vary(2, 0, 4) {
        0 => {
            for stripe in 0..6 {
                let y = top + 18 + stripe * (34 + stripe * 2);
                canvas.tint(&format!("M0 {y}H400V{}H0Z", y + 9 + stripe * 2), shade, 75);
            }
        }
        1 => {
            canvas.faint_line(&format!("M112 {}H292L340 366H58Z", top + 22), canvas.mark, 9, 80);
            canvas.faint_line(&format!("M122 {}H282L320 348H78Z", top + 36), shade, 4, 80);
        }
        2 => {
            for row in 0..5 {
                let y = top + 30 + row * 46;
                let width = 26 + row * 5;
                let diamonds: String = (-4..=4)
                    .map(|column| format!("M{} {y}l{width} 20l-{width} 20l-{width} -20z", 200 + column * width * 2))
                    .collect();
                canvas.faint_line(&diamonds, canvas.mark, 4, 75);
            }
        }
        3 => {
            canvas.tint("M200 262m-96 0a96 62 0 1 0 192 0a96 62 0 1 0 -192 0Z", canvas.mark, 45);
            canvas.tint("M200 262m-62 0a62 40 0 1 0 124 0a62 40 0 1 0 -124 0Z", shade, 65);
        }
        _ => {
            for row in 0..22 {
                canvas.faint_line(&format!("M0 {0}q50 -5 100 0t100 0t100 0t100 0", top + row * 12), shade, 3, 40);
            }
        }
    });
    canvas.faint_line(&format!("M94 {top}H308"), main, 3, 80);
}

fn candle(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 216, 270);
    canvas.faint_ellipse((200, top - 46), (92, 92), LIGHT, 42);
    canvas.shadow(200, 416, 98);
    let body = match canvas.vary(2, 0, 1) {
        0 => format!("M108 {top}H292V388Q292 416 264 416H136Q108 416 108 388Z"),
        _ => format!("M112 {top}H288Q298 330 268 396Q260 416 238 416H162Q140 416 132 396Q102 330 112 {top}Z"),
    };
    canvas.solid(&body, 236);
    canvas.within(&body, |canvas| {
        if canvas.vary(3, 0, 1) == 0 {
            for rib in 0..14 {
                canvas.faint_line(&format!("M{} {}V420", 112 + rib * 14, top + 22), shade, 4, 42);
            }
        }
        canvas.tint(&format!("M122 {}h16v180h-16z", top + 22), "#fff", 20);
    });
    canvas.block((160, top + 62), (80, 66), 4, PAPER);
    canvas.line(&format!("M178 {0}h44M186 {1}h28", top + 84, top + 102), shade, 4);
    canvas.ellipse((200, top), (90, 18), shade);
    canvas.ellipse((200, top + 2), (80, 14), "#f7ecd2");
    canvas.faint_ellipse((200, top + 3), (40, 7), "#fff8dc", 100);
    canvas.line(&format!("M200 {top}v-20"), DARK, 4);
    canvas.fill(&format!("M200 {0}q-26 -26 0 -66q26 40 0 66z", top - 14), "#f5b546");
    canvas.fill(&format!("M200 {0}q-13 -15 0 -38q13 23 0 38z", top - 15), "#fff1b8");
    canvas.tint(&format!("M120 {}h40v4h-40z", top + 20), main, 20);
}

fn vase(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 418, 84);
    let (top, half, body) = match canvas.vary(1, 0, 3) {
        0 => (
            196,
            24,
            "M176 196H224Q222 246 262 288C304 334 280 418 232 418H168C120 418 96 334 138 288Q178 246 176 196Z",
        ),
        1 => (224, 46, "M154 224H246Q240 262 270 300Q294 352 250 418H150Q106 352 130 300Q160 262 154 224Z"),
        2 => (206, 60, "M140 206H260L268 400Q268 418 246 418H154Q132 418 132 400Z"),
        _ => (
            232,
            30,
            "M170 232H230Q228 254 246 262C312 290 300 418 226 418H174C100 418 88 290 154 262Q172 254 170 232Z",
        ),
    };
    let flower =
        ["#d98a7a", "#e3b34f", "#f4efe3", "#a9718f", "#c95c43"][usize::try_from(canvas.vary(4, 0, 4)).unwrap_or(0)];
    let stems = canvas.vary(3, 2, 4);
    for stem in 0..stems {
        let salt = u32::try_from(stem).unwrap_or(0);
        let x = 200 + (stem * 2 - stems + 1) * 34 + canvas.vary(60 + salt, -10, 10);
        let y = top - canvas.vary(70 + salt, 70, 128);
        canvas.line(&format!("M200 {0}Q200 {1} {x} {y}", top + 10, (top + y) / 2), "#5b7d55", 5);
        canvas.fill(&format!("M{0} {1}q34 -20 40 -52q-36 8 -40 52z", (200 + x) / 2, (top + y) / 2 + 24), "#6b9263");
        for (dx, dy) in [(0, -15), (14, -4), (9, 12), (-9, 12), (-14, -4)] {
            canvas.ellipse((x + dx, y + dy), (12, 12), flower);
        }
        canvas.ellipse((x, y), (9, 9), "#7a5a2e");
    }
    canvas.solid(body, 228);
    canvas.within(body, |canvas| match canvas.vary(2, 0, 2) {
        0 => {
            for ring in 0..9 {
                let y = top + 30 + ring * 22;
                canvas.faint_line(&format!("M80 {y}Q200 {} 320 {y}", y + 16), shade, 4, 45);
            }
        }
        1 => canvas.tint("M60 346Q200 366 340 346V430H60Z", shade, 70),
        _ => canvas.faint_ellipse((154, 330), (15, 46), "#fff", 24),
    });
    canvas.ellipse((200, top), (half, 9), shade);
    canvas.faint_ellipse((200, top + 2), (half - 7, 6), DARK, 65);
    canvas.faint_line(&format!("M{} {}h8", 200 - half + 4, top), main, 3, 60);
}

fn clock(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.faint_ellipse((210, 266), (146, 146), "#1d1710", 12);
    canvas.ellipse((203, 254), (146, 146), shade);
    canvas.ellipse((200, 250), (146, 146), main);
    canvas.faint_line("M84 186A134 134 0 0 1 162 120", "#fff", 6, 40);
    canvas.ellipse((200, 250), (122, 122), PAPER);
    canvas.faint_line("M92 204A122 122 0 0 1 290 168", "#000", 5, 10);
    let style = canvas.vary(1, 0, 2);
    for hour in 0..12 {
        canvas.turned(hour * 30, (200, 250), |canvas| match style {
            0 => canvas.line("M200 146V166", DARK, if hour % 3 == 0 { 8 } else { 4 }),
            1 => canvas.ellipse((200, 152), if hour % 3 == 0 { (7, 7) } else { (4, 4) }, DARK),
            _ if hour % 3 == 0 => canvas.line("M200 144V176", shade, 7),
            _ => {}
        });
    }
    let minute = canvas.vary(2, 0, 11) * 30;
    let hour = canvas.vary(3, 0, 11) * 30 + minute / 12;
    canvas.turned(hour, (200, 250), |canvas| canvas.line("M200 262V188", DARK, 10));
    canvas.turned(minute, (200, 250), |canvas| canvas.line("M200 268V158", DARK, 7));
    let second = canvas.vary(4, 0, 59) * 6;
    canvas.turned(second, (200, 250), |canvas| canvas.line("M200 276V152", "#c0432f", 3));
    canvas.ellipse((200, 250), (9, 9), BRASS);
}

fn mirror(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let (frame, pane) = match canvas.vary(1, 0, 2) {
        0 => (
            "M200 92C284 92 344 158 344 244S284 396 200 396S56 330 56 244S116 92 200 92Z",
            "M200 108C274 108 328 168 328 244S274 380 200 380S72 320 72 244S126 108 200 108Z",
        ),
        1 => ("M96 420V190Q96 78 200 78T304 190V420Z", "M112 406V192Q112 94 200 94T288 192V406Z"),
        _ => (
            "M104 84H296Q312 84 312 100V404Q312 420 296 420H104Q88 420 88 404V100Q88 84 104 84Z",
            "M110 98H290Q298 98 298 106V398Q298 406 290 406H110Q102 406 102 398V106Q102 98 110 98Z",
        ),
    };
    if canvas.vary(1, 0, 2) == 0 {
        canvas.line("M104 156L200 40L296 156", shade, 8);
        canvas.ellipse((200, 40), (9, 9), BRASS);
    }
    canvas.turned(0, (200, 250), |canvas| canvas.tint(frame, "#1d1710", 14));
    canvas.solid(frame, 236);
    canvas.fill(pane, "#d7e2e6");
    canvas.within(pane, |canvas| {
        let slant = canvas.vary(2, -30, 40);
        canvas.tint(&format!("M{} 60L{} 440H{}L{} 60Z", 210 + slant, 40 + slant, 120 + slant, 300 + slant), "#fff", 45);
        canvas.tint(
            &format!("M{} 60L{} 440H{}L{} 60Z", 326 + slant, 156 + slant, 176 + slant, 346 + slant),
            "#fff",
            45,
        );
        canvas.tint("M0 330Q200 300 400 350V440H0Z", "#b4c4c9", 45);
    });
    canvas.faint_line("M98 408H302", main, 4, 40);
}
