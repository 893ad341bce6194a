//! What is worn.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, METAL, PAPER};

pub(super) const KINDS: &[Kind] = &[
    ("tee", tee),
    ("shirt", shirt),
    ("sweater", sweater),
    ("hoodie", hoodie),
    ("jacket", jacket),
    ("vest", vest),
    ("trousers", trousers),
    ("shorts", shorts),
    ("cap", cap),
    ("beanie", beanie),
    ("scarf", scarf),
    ("socks", socks),
];

const SHORT_SLEEVED: &str = "M148 98Q200 128 252 98L318 128Q336 138 344 160L366 222L308 246L292 210L294 404Q200 418 106 404L108 210L92 246L34 222L56 160Q64 138 82 128Z";
const LONG_SLEEVED: &str = "M148 98Q200 126 252 98L312 126Q330 136 336 160L366 366Q368 380 352 382L326 384L292 226L294 408Q200 420 106 408L108 226L74 384L48 382Q32 380 34 366L64 160Q70 136 88 126Z";

fn hem_and_folds(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.faint_line("M132 262Q140 330 130 396", shade, 5, 38);
    canvas.faint_line("M262 230Q250 300 266 360", shade, 5, 45);
    canvas.faint_line("M108 394Q200 408 292 394", shade, 3, 70);
}

fn tee(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 428, 96);
    canvas.solid(SHORT_SLEEVED, 254);
    canvas.within(SHORT_SLEEVED, |canvas| {
        match canvas.vary(1, 0, 3) {
            0 => {
                for stripe in 0..9 {
                    let y = 168 + stripe * 27;
                    canvas.faint_line(&format!("M30 {y}Q200 {} 370 {y}", y + 10), canvas.mark, 8, 70);
                }
            }
            1 => {
                canvas.tint("M222 178h50v46q-25 16 -50 0z", shade, 85);
                canvas.faint_line("M222 186h50", main, 3, 80);
            }
            _ => {}
        }
        hem_and_folds(canvas);
        canvas.faint_line("M108 212L100 160M292 212L300 160", shade, 4, 55);
        canvas.faint_line("M40 214L96 236M360 214L304 236", shade, 3, 60);
    });
    canvas.tint("M148 98Q200 128 252 98Q200 112 148 98Z", DARK, 30);
    canvas.line("M148 98Q200 140 252 98", shade, 9);
}

fn shirt(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 430, 98);
    let outline = if canvas.vary(1, 0, 3) == 0 { SHORT_SLEEVED } else { LONG_SLEEVED };
    canvas.solid(outline, 256);
    canvas.within(outline, |canvas| {
        match canvas.vary(2, 0, 3) {
            0 => {
                for stripe in 0..17 {
                    canvas.faint_line(&format!("M{0} 90V420", 36 + stripe * 20), canvas.mark, 4, 42);
                }
            }
            1 => {
                for check in 0..9 {
                    canvas.faint_line(
                        &format!("M{0} 90V420M20 {1}H380", 40 + check * 40, 110 + check * 40),
                        canvas.mark,
                        9,
                        26,
                    );
                }
            }
            _ => {}
        }
        hem_and_folds(canvas);
    });
    canvas.faint_line("M108 228L100 168M292 228L300 168", shade, 4, 60);
    canvas.line("M190 128V412M210 128V412", shade, 2);
    for button in 0..6 {
        canvas.ellipse((200, 158 + button * 44), (5, 5), PAPER);
    }
    if canvas.vary(3, 0, 1) == 0 {
        canvas.tint("M228 190h52v50q-26 14 -52 0z", shade, 75);
        canvas.faint_line("M228 200h52", main, 3, 70);
    }
    if canvas.vary(4, 0, 2) == 0 {
        canvas.line("M150 100Q200 138 250 100", main, 15);
    } else {
        canvas.fill("M146 94L200 130L166 158L132 104ZM254 94L200 130L234 158L268 104Z", main);
        canvas.faint_line("M132 104L166 158L200 130L234 158L268 104", shade, 4, 90);
    }
}

fn sweater(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.shadow(200, 430, 100);
    canvas.solid(LONG_SLEEVED, 256);
    canvas.within(LONG_SLEEVED, |canvas| {
        match canvas.vary(1, 0, 3) {
            0 => {
                for cable in 0..3 {
                    let x = 152 + cable * 48;
                    let twists: String = (0..11)
                        .map(|twist| {
                            let y = 130 + twist * 24;
                            format!("M{} {y}q10 12 0 24M{} {y}q-10 12 0 24", x - 8, x + 8)
                        })
                        .collect();
                    canvas.faint_line(&twists, shade, 5, 75);
                }
            }
            1 => {
                for rib in 0..34 {
                    canvas.faint_line(&format!("M{0} 100V420", 34 + rib * 10), shade, 3, 40);
                }
            }
            2 => {
                for row in 0..3 {
                    let y = 172 + row * 20;
                    let pattern: String =
                        (0..17).map(|stitch| format!("M{} {y}l10 9l10 -9", 30 + stitch * 20)).collect();
                    canvas.faint_line(&pattern, canvas.mark, 5, 75);
                }
            }
            _ => {}
        }
        hem_and_folds(canvas);
        canvas.tint("M90 380H310V430H90Z", shade, 70);
        canvas.tint("M20 352L80 362L72 400H20ZM380 352L320 362L328 400H380Z", shade, 70);
    });
    canvas.faint_line("M108 228L100 168M292 228L300 168", shade, 4, 60);
    match canvas.vary(2, 0, 2) {
        0 => canvas.solid("M150 106Q148 66 200 64T250 106Q200 136 150 106Z", 212),
        1 => canvas.line("M148 98L200 156L252 98", shade, 13),
        _ => canvas.line("M148 98Q200 142 252 98", shade, 15),
    }
}

fn hoodie(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 430, 100);
    let hood = canvas.vary(1, 0, 2) > 0;
    if hood {
        canvas.solid("M124 128C104 70 148 44 200 44S296 70 276 128Q200 176 124 128Z", 226);
        canvas.fill("M150 112C146 82 168 70 200 70S254 82 250 112Q200 146 150 112Z", shade);
    }
    canvas.solid(LONG_SLEEVED, 256);
    canvas.within(LONG_SLEEVED, |canvas| {
        hem_and_folds(canvas);
        canvas.tint("M90 386H310V430H90Z", shade, 70);
        canvas.tint("M20 358L80 366L72 400H20ZM380 358L320 366L328 400H380Z", shade, 70);
        if hood {
            canvas.tint("M144 290H256L274 372H126Z", shade, 60);
            canvas.faint_line("M144 290L126 372M256 290L274 372", main, 3, 70);
        }
    });
    canvas.faint_line("M108 228L100 168M292 228L300 168", shade, 4, 60);
    if hood {
        canvas.line("M126 118Q200 186 274 118", main, 13);
        canvas.line("M178 150V226M222 150V216", PAPER, 5);
    } else {
        canvas.line("M148 98Q200 140 252 98", shade, 13);
    }
    if canvas.vary(2, 0, 1) == 0 {
        canvas.line("M200 132V412", METAL, 5);
        canvas.block((194, 150), (12, 20), 4, METAL);
    }
}

fn jacket(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 430, 102);
    canvas.solid(LONG_SLEEVED, 256);
    canvas.within(LONG_SLEEVED, |canvas| {
        hem_and_folds(canvas);
        canvas.tint("M20 350L82 360L74 400H20ZM380 350L318 360L326 400H380Z", shade, 45);
        canvas.faint_line("M64 214Q80 240 70 300M336 214Q320 250 334 300", shade, 5, 45);
    });
    canvas.faint_line("M108 228L100 168M292 228L300 168", shade, 5, 70);
    canvas.line("M200 140V414", shade, 5);
    for (x, y) in [(124, 318), (226, 318)] {
        canvas.tint(&format!("M{x} {y}h50v62q-25 10 -50 0z"), shade, 72);
        canvas.faint_line(&format!("M{x} {}h50", y + 10), main, 3, 70);
    }
    if canvas.vary(1, 0, 1) == 0 {
        canvas.tint("M224 190h50v46q-25 9 -50 0z", shade, 72);
    }
    if canvas.vary(2, 0, 1) == 0 {
        for button in 0..5 {
            canvas.ellipse((208, 178 + button * 52), (6, 6), if canvas.vary(3, 0, 1) == 0 { BRASS } else { DARK });
        }
    } else {
        canvas.line("M200 146V408", METAL, 4);
        canvas.block((195, 160), (10, 22), 4, METAL);
    }
    if canvas.vary(4, 0, 1) == 0 {
        canvas.fill("M144 92L200 136L160 176L122 108ZM256 92L200 136L240 176L278 108Z", main);
        canvas.faint_line("M122 108L160 176L200 136L240 176L278 108", shade, 5, 90);
    } else {
        canvas.solid("M142 112Q144 74 200 72T258 112Q200 150 142 112Z", 214);
        canvas.faint_line("M200 80V134", shade, 4, 90);
    }
}

fn vest(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 430, 98);
    let body =
        "M150 92Q200 120 250 92L292 112Q286 170 312 212Q304 300 304 408Q200 424 96 408Q96 300 88 212Q114 170 108 112Z";
    canvas.solid(body, 254);
    canvas.within(body, |canvas| {
        let step = canvas.vary(1, 32, 48);
        for quilt in 0..9 {
            let y = 132 + quilt * step;
            canvas.faint_line(&format!("M60 {y}Q200 {} 340 {y}", y + 16), shade, 5, 80);
            canvas.faint_line(&format!("M60 {}Q200 {} 340 {0}", y + 7, y + 23), "#fff", 3, 16);
        }
    });
    canvas.solid("M148 104Q146 64 200 62T252 104Q200 136 148 104Z", 212);
    canvas.line("M200 74V414", METAL, 5);
    canvas.block((194, 112), (12, 22), 4, METAL);
    canvas.line("M124 330L150 378M276 330L250 378", shade, 6);
    canvas.faint_line("M108 116Q112 170 90 212M292 116Q288 170 310 212", main, 5, 60);
}

fn trousers(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 434, 96);
    let flare = canvas.vary(1, -10, 20);
    let body = format!(
        "M126 62H274L292 200L{} 428H{}L202 200L{} 428H{}L108 200Z",
        290 + flare,
        226 - flare / 2,
        174 + flare / 2,
        110 - flare
    );
    canvas.solid(&body, 244);
    canvas.within(&body, |canvas| {
        canvas.tint("M100 62H300V86H100Z", shade, 60);
        canvas.tint("M202 200L188 420H130Q180 300 190 190Z", shade, 42);
        canvas.faint_line("M132 94Q130 132 112 150M268 94Q270 132 288 150", shade, 5, 85);
        if canvas.vary(2, 0, 1) == 0 {
            canvas.faint_line("M152 100L142 420M252 100L262 420", shade, 3, 60);
        } else {
            canvas.tint("M112 262H186L182 326H110ZM214 262H292L292 326H218Z", shade, 45);
        }
        canvas.faint_line(&format!("M{} 412H178M224 412H{}", 100 - flare, 300 + flare), shade, 3, 80);
    });
    canvas.line("M200 86V172Q196 190 184 192", shade, 3);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.ellipse((200, 74), (6, 6), BRASS);
        canvas.line("M140 60V88M260 60V88", main, 7);
    } else {
        canvas.line("M196 76Q178 110 182 128M204 76Q222 110 216 132", PAPER, 5);
    }
}

fn shorts(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 412, 116);
    let length = canvas.vary(1, 356, 398);
    let body = format!(
        "M112 140H288L326 {}Q270 {} 214 {}L200 268L186 {}Q130 {} 74 {}Z",
        length - 8,
        length + 8,
        length,
        length,
        length + 8,
        length - 8
    );
    canvas.solid(&body, 250);
    canvas.within(&body, |canvas| {
        canvas.tint("M90 140H310V166H90Z", shade, 60);
        canvas.tint("M200 268L186 410H130Q176 330 188 260Z", shade, 40);
        canvas.faint_line("M124 174Q120 224 92 244M276 174Q280 224 308 244", shade, 5, 85);
        canvas.faint_line(
            &format!("M70 {0}Q130 {1} 190 {2}M210 {2}Q270 {1} 330 {0}", length - 22, length - 6, length - 14),
            shade,
            3,
            80,
        );
        if canvas.vary(2, 0, 2) == 0 {
            canvas.tint("M60 140L112 140L74 420H30ZM340 140L288 140L326 420H370Z", canvas.mark, 55);
        }
    });
    canvas.line("M200 166V252Q196 264 186 266", shade, 3);
    canvas.line("M194 154Q172 190 178 214M206 154Q228 190 220 220", PAPER, 6);
    canvas.faint_line("M116 152H170M232 152H284", main, 3, 60);
}

fn cap(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(196, 372, 142);
    let crown = canvas.vary(1, 152, 184);
    let body = format!("M82 322C76 {0} 130 {1} 204 {1}S318 {0} 320 322Q200 348 82 322Z", crown + 54, crown);
    canvas.solid(&body, 246);
    canvas.within(&body, |canvas| {
        if canvas.vary(2, 0, 1) == 0 {
            canvas.faint_line(&format!("M204 {crown}Q150 230 148 340M204 {crown}Q252 230 258 340"), shade, 4, 85);
        } else {
            canvas.faint_line(
                &format!(
                    "M132 {0}Q130 260 138 340M270 {0}Q276 260 270 340M132 {0}Q200 {1} 270 {0}",
                    crown + 34,
                    crown + 26
                ),
                shade,
                4,
                85,
            );
            canvas.block((176, 246), (52, 34), 4, PAPER);
        }
    });
    canvas.ellipse((204, crown), (13, 7), shade);
    canvas.fill("M76 318Q196 290 324 322Q372 344 366 362Q300 344 206 346Q108 348 50 364Q40 336 76 318Z", shade);
    canvas.fill("M80 314Q196 288 322 318Q364 336 364 352Q300 334 206 336Q108 338 50 354Q44 330 80 314Z", main);
    canvas.faint_line("M92 324Q200 300 318 328", shade, 3, 70);
    canvas.faint_line("M70 340Q200 314 346 342", shade, 2, 60);
}

fn beanie(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.shadow(200, 396, 116);
    let top = canvas.vary(1, 118, 158);
    if canvas.vary(2, 0, 2) == 0 {
        let y = top - 14;
        canvas.ellipse((200, y), (42, 40), PAPER);
        for tuft in 0..12 {
            canvas.turned(tuft * 30, (200, y), |canvas| canvas.line(&format!("M200 {}v-14", y - 30), PAPER, 9));
        }
        canvas.faint_ellipse((212, y + 6), (26, 28), "#b9ad95", 40);
    }
    let body = format!("M92 340C84 {0} 128 {1} 200 {1}S316 {0} 308 340Z", top + 70, top);
    canvas.solid(&body, 246);
    canvas.within(&body, |canvas| {
        for rib in -6..=6 {
            canvas.faint_line(&format!("M{0} {top}Q{1} 240 {1} 350", 200 + rib * 6, 200 + rib * 19), shade, 4, 60);
        }
    });
    let cuff = "M82 306Q200 290 318 306V382Q200 398 82 382Z";
    canvas.solid(cuff, 250);
    canvas.within(cuff, |canvas| {
        for rib in 0..24 {
            canvas.faint_line(&format!("M{0} 290V400", 86 + rib * 10), shade, 4, 50);
        }
    });
    canvas.faint_line("M82 306Q200 290 318 306", shade, 5, 90);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.block((234, 330), (44, 30), 3, PAPER);
        canvas.line("M244 345h24", shade, 3);
    }
}

fn scarf(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 426, 96);
    let tails = ["M226 210L306 196L316 388L240 396Z", "M126 206L212 214L206 402L118 396Z"];
    for (number, tail) in tails.iter().enumerate() {
        canvas.solid(tail, if number == 0 { 280 } else { 172 });
        canvas.within(tail, |canvas| pattern(canvas, shade));
        let (left, y) = if number == 0 { (244, 394) } else { (122, 398) };
        for thread in 0..9 {
            canvas.line(
                &format!("M{} {y}v{}", left + thread * 9, 18 + thread % 3 * 3),
                if thread % 2 == 0 { main } else { shade },
                4,
            );
        }
    }
    let wrap = "M84 164C76 84 150 64 206 66S330 92 320 166C312 236 250 246 200 244S92 232 84 164Z";
    canvas.solid(wrap, 250);
    canvas.within(wrap, |canvas| pattern(canvas, shade));
    canvas.fill("M128 148C130 108 170 100 204 100S276 112 274 148C270 178 234 178 200 178S130 178 128 148Z", shade);
    canvas.faint_ellipse((200, 142), (58, 28), DARK, 45);
    canvas.faint_line("M96 190Q190 232 306 186", shade, 6, 70);
    canvas.faint_line("M110 214Q180 240 250 226", main, 4, 70);
}

fn pattern(canvas: &mut Canvas, shade: &str) {
    match canvas.vary(1, 0, 2) {
        0 => {
            for check in 0..10 {
                canvas.faint_line(
                    &format!("M{0} 50V420M60 {1}H340", 76 + check * 32, 84 + check * 40),
                    canvas.mark,
                    7,
                    42,
                );
            }
        }
        1 => {
            for rib in 0..26 {
                canvas.faint_line(&format!("M{0} 50V420", 78 + rib * 10), shade, 3, 50);
            }
        }
        _ => canvas.tint("M60 340H340V362H60ZM60 372H340V382H60Z", canvas.mark, 70),
    }
}

fn socks(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.shadow(204, 420, 118);
    let top = canvas.vary(1, 92, 190);
    for (dx, dy) in [(62, -10), (-22, 6)] {
        let body = format!(
            "M{0} {1}H{2}V{3}Q{2} {4} {5} {6}L{7} {8}Q{9} {10} {11} {12}Q{13} {14} {15} {16}L{0} {17}Z",
            136 + dx,
            top + dy,
            216 + dx,
            300 + dy,
            330 + dy,
            196 + dx,
            346 + dy,
            132 + dx,
            402 + dy,
            100 + dx,
            420 + dy,
            72 + dx,
            400 + dy,
            52 + dx,
            376 + dy,
            80 + dx,
            352 + dy,
            300 + dy
        );
        canvas.solid(&body, 182 + dx);
        canvas.within(&body, |canvas| {
            canvas.tint(&format!("M{0} {1}H{2}V{3}H{0}Z", 120 + dx, top + dy, 240 + dx, top + dy + 36), shade, 65);
            for rib in 0..9 {
                canvas.faint_line(&format!("M{0} {1}v36", 140 + dx + rib * 9, top + dy), canvas.mark, 2, 45);
            }
            match canvas.vary(2, 0, 2) {
                0 => canvas.tint(
                    &format!("M{0} {1}h120v10h-120zM{0} {2}h120v10h-120z", 120 + dx, top + dy + 46, top + dy + 64),
                    canvas.mark,
                    75,
                ),
                1 => {
                    for fleck in 0..16 {
                        let at = (canvas.vary(100 + fleck, 126, 214) + dx, canvas.vary(130 + fleck, 210, 380) + dy);
                        canvas.faint_ellipse(at, (4, 4), canvas.mark, 75);
                    }
                }
                _ => {}
            }
            canvas.tint(
                &format!("M{0} {1}L{2} {3}L{4} {5}H{0}Z", 30 + dx, 340 + dy, 88 + dx, 346 + dy, 112 + dx, 430 + dy),
                shade,
                65,
            );
            canvas.faint_ellipse((212 + dx, 322 + dy), (34, 34), shade, 60);
        });
    }
}
