//! Things of the desk and things that play.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, LEAF, METAL, METAL_SHADE, PAPER, WOOD, WOOD_SHADE};

pub(super) const KINDS: &[Kind] = &[
    ("headphones", headphones),
    ("earbuds", earbuds),
    ("speaker", speaker),
    ("hifi", hifi),
    ("turntable", turntable),
    ("radio", radio),
    ("notebook", notebook),
    ("planner", planner),
    ("pen", pen),
    ("pencilcase", pencil_case),
    ("organiser", organiser),
    ("deskmat", desk_mat),
    ("stand", stand),
];

fn headphones(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 416, 128);
    let crown = canvas.vary(1, 92, 122);
    canvas.line(&format!("M98 290V246Q98 {crown} 200 {crown}T302 246V290"), shade, 24);
    canvas.line(&format!("M112 224Q126 {0} 200 {0}", crown + 12), main, 9);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.line("M98 246V300M302 246V300", METAL, 9);
    }
    let (half, top) = (canvas.vary(3, 32, 40), 262);
    for (centre, inner) in [(104, 128), (296, 272)] {
        let pad = if inner > centre { centre + half - 12 } else { centre - half - 16 };
        canvas.block((pad, top + 6), (28, 126), 14, DARK);
        canvas.solid(
            &format!(
                "M{0} {1}Q{0} {2} {3} {2}T{4} {1}V{5}Q{4} {6} {3} {6}T{0} {5}Z",
                centre - half,
                top + half,
                top,
                centre,
                centre + half,
                top + 138 - half,
                top + 138
            ),
            centre + half / 3,
        );
        canvas.faint_ellipse((centre - 4, top + 66), (half - 14, 44), shade, 42);
        canvas.ellipse((centre - 2, top + 66), (5, 5), PAPER);
    }
}

fn earbuds(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 414, 118);
    let body = "M88 324Q88 276 136 276H264Q312 276 312 324V364Q312 412 264 412H136Q88 412 88 364Z";
    canvas.fill("M96 296Q92 214 140 206H260Q308 214 304 296Z", shade);
    canvas.fill("M112 288Q108 228 148 222H252Q292 228 288 288Z", DARK);
    canvas.solid(body, 258);
    canvas.ellipse((200, 366), (5, 5), "#8fd19e");
    canvas.faint_line("M104 312Q200 300 296 312", shade, 3, 80);
    let lift = canvas.vary(1, 0, 26);
    for (x, lean) in [(152, -canvas.vary(2, 8, 18)), (248, canvas.vary(2, 8, 18))] {
        canvas.turned(lean, (x, 200), |canvas| {
            canvas.block((x - 11, 168 - lift), (22, 92), 11, main);
            canvas.block((x + 1, 168 - lift), (10, 92), 5, shade);
            canvas.ellipse((x, 160 - lift), (34, 32), main);
            canvas.faint_ellipse((x + 9, 166 - lift), (23, 24), shade, 65);
            canvas.ellipse((x - 5, 150 - lift), (13, 11), DARK);
            canvas.block((x - 9, 250 - lift), (18, 7), 3, METAL);
        });
    }
}

fn speaker(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 418, 110);
    match canvas.vary(1, 0, 2) {
        0 => {
            let body = "M112 178Q112 140 200 140T288 178V384Q288 418 200 418T112 384Z";
            canvas.line("M266 152Q316 120 306 206", "#9a6a3d", 9);
            canvas.solid(body, 240);
            grille(canvas, body);
            canvas.ellipse((200, 174), (88, 30), shade);
            canvas.ellipse((200, 170), (80, 25), DARK);
            canvas.line("M186 170h28M200 160v20M150 172h16M234 172h16", PAPER, 4);
            canvas.block((170, 366), (60, 18), 4, main);
        }
        1 => {
            let body = "M52 296Q52 240 108 240H292Q348 240 348 296V362Q348 418 292 418H108Q52 418 52 362Z";
            canvas.line("M96 244Q100 178 200 178T304 244", "#9a6a3d", 13);
            canvas.solid(body, 282);
            grille(canvas, body);
            canvas.block((170, 318), (60, 22), 4, main);
            canvas.line("M142 254h16M192 254h16M242 254h16", PAPER, 5);
        }
        _ => {
            canvas.ellipse((206, 296), (122, 120), shade);
            canvas.ellipse((200, 290), (122, 120), main);
            let face = "M100 292a100 98 0 1 0 200 0a100 98 0 1 0 -200 0Z";
            canvas.fill(face, shade);
            grille(canvas, face);
            canvas.ellipse((200, 292), (26, 26), DARK);
            canvas.line("M290 208Q334 168 316 130", "#9a6a3d", 9);
        }
    }
}

/// The holes or the weave in front of a loudspeaker.
fn grille(canvas: &mut Canvas, outline: &str) {
    let (shade, step) = (canvas.shade, canvas.vary(9, 12, 15));
    canvas.within(outline, |canvas| {
        for row in 0..23 {
            let dots: String = (0..26)
                .map(|column| format!("M{} {}h.1", 44 + column * step + row % 2 * (step / 2), 214 + row * 9))
                .collect();
            canvas.faint_line(&dots, shade, 5, 75);
        }
    });
}

fn hifi(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let (left, width) = (canvas.vary(1, 108, 124), 400 - 2 * canvas.vary(1, 108, 124));
    canvas.shadow(200, 422, 104);
    canvas.solid(
        &format!(
            "M{left} 108Q{left} 98 {0} 98H{1}Q{2} 98 {2} 108V420H{left}Z",
            left + 10,
            left + width - 10,
            left + width
        ),
        264,
    );
    canvas.within(&format!("M{left} 98H{}V420H{left}Z", left + width), |canvas| {
        for grain in 0..8 {
            canvas.faint_line(&format!("M{0} 90q{1} 160 0 340", left + 10 + grain * 24, 8 - grain * 2), shade, 2, 40);
        }
    });
    let face = if canvas.vary(2, 0, 1) == 0 { DARK } else { main };
    canvas.block((left + 12, 112), (width - 24, 294), 8, face);
    canvas.ellipse((200, 178), (36, 36), METAL_SHADE);
    canvas.ellipse((200, 178), (30, 30), "#1b1b1d");
    canvas.ellipse((200, 178), (12, 12), METAL);
    let cone = canvas.vary(3, 56, 66);
    canvas.ellipse((200, 306), (cone + 6, cone + 6), METAL_SHADE);
    canvas.ellipse((200, 306), (cone, cone), "#1b1b1d");
    canvas.faint_ellipse((196, 302), (cone - 14, cone - 14), "#4b4a4a", 80);
    canvas.ellipse((200, 306), (20, 20), if canvas.vary(4, 0, 1) == 0 { BRASS } else { METAL });
    canvas.faint_line(&format!("M{} 280A{cone} {cone} 0 0 1 196 {}", 206 - cone, 312 - cone), "#fff", 4, 25);
    canvas.ellipse((200, 390), (4, 4), PAPER);
}

fn turntable(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 408, 166);
    canvas.fill("M48 372H352V402Q352 408 344 408H56Q48 408 48 402Z", shade);
    canvas.solid("M84 178H316L356 374H44Z", 300);
    canvas.ellipse((186, 286), (122, 86), METAL_SHADE);
    canvas.ellipse((186, 280), (122, 86), "#1d1d1f");
    for groove in 0..5 {
        canvas.faint_line(
            &format!(
                "M{0} 280a{1} {2} 0 1 0 {3} 0a{1} {2} 0 1 0 -{3} 0",
                78 + groove * 14,
                108 - groove * 14,
                76 - groove * 10,
                216 - groove * 28
            ),
            "#55565a",
            1,
            90,
        );
    }
    let label = ["#c4563f", "#d9a441", "#4c7a9a", "#6d8f62"][usize::try_from(canvas.vary(1, 0, 3)).unwrap_or(0)];
    canvas.ellipse((186, 280), (38, 27), label);
    canvas.ellipse((186, 280), (5, 4), PAPER);
    canvas.tint("M120 222Q150 204 186 200L186 276Z", "#fff", 16);
    canvas.ellipse((318, 222), (21, 16), METAL_SHADE);
    canvas.ellipse((318, 218), (17, 13), METAL);
    let reach = canvas.vary(2, 246, 266);
    canvas.line(&format!("M318 216L322 296L{reach} 330"), METAL, 7);
    canvas.turned(-30, (reach, 330), |canvas| canvas.block((reach - 18, 322), (28, 16), 3, DARK));
    canvas.ellipse((76, 358), (11, 8), METAL);
    canvas.faint_line("M90 186H310", main, 4, 60);
    canvas.fill("M66 408h34v10H66zM300 408h34v10h-34z", DARK);
}

fn radio(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 418, 150);
    match canvas.vary(1, 0, 2) {
        0 => canvas.line("M96 226Q98 158 200 158T304 226", "#8f5f36", 14),
        1 => canvas.line("M314 220L354 92", METAL, 5),
        _ => {}
    }
    canvas.solid("M50 244Q50 218 78 218H322Q350 218 350 244V386Q350 412 322 412H78Q50 412 50 386Z", 288);
    canvas.fill("M86 412h28v8H86zM286 412h28v8h-28z", DARK);
    let face = "M68 252Q68 238 82 238H216V392H82Q68 392 68 378Z";
    canvas.fill(face, PAPER);
    canvas.within(face, |canvas| {
        for slat in 0..12 {
            canvas.faint_line(&format!("M60 {0}H230", 250 + slat * 13), shade, 4, 60);
        }
    });
    canvas.block((232, 244), (100, 42), 6, DARK);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.line("M242 272h80M250 262v10M266 266v6M282 262v10M298 266v6M314 262v10", PAPER, 2);
        canvas.line(&format!("M{} 252v26", canvas.vary(3, 250, 312)), "#e06a4a", 3);
    } else {
        canvas.line("M254 256v20M268 256v20M298 256h16v20h-16z", "#f0c67a", 4);
    }
    for x in [256, 308] {
        canvas.ellipse((x + 2, 340), (25, 25), shade);
        canvas.ellipse((x, 337), (25, 25), BRASS);
        canvas.faint_ellipse((x - 4, 333), (14, 14), "#fff", 35);
        canvas.line(&format!("M{x} 337L{} 320", x + canvas.vary(5, -10, 10)), DARK, 4);
    }
    canvas.faint_line("M64 230H336", main, 3, 40);
}

fn notebook(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(204, 414, 126);
    canvas.turned(canvas.vary(1, -7, 5), (200, 260), |canvas| {
        canvas.block((104, 96), (206, 312), 8, shade);
        canvas.block((106, 92), (198, 308), 4, PAPER);
        canvas.line("M300 98V396M296 98V396", "#d9d0bd", 2);
        canvas.solid("M100 88H286Q296 88 296 98V394Q296 404 286 404H100Q92 404 92 394V98Q92 88 100 88Z", 258);
        match canvas.vary(2, 0, 3) {
            0 => {
                canvas.tint("M92 88H122V404H92Z", shade, 90);
                canvas.line("M274 88V404", DARK, 6);
            }
            1 => {
                for ring in 0..13 {
                    canvas.line(&format!("M84 {0}h22", 108 + ring * 23), METAL_SHADE, 5);
                }
            }
            2 => {
                canvas.tint("M92 88H122V404H92Z", PAPER, 55);
                canvas.block((156, 140), (100, 64), 3, PAPER);
                canvas.line("M172 162h68M172 182h44", shade, 4);
            }
            _ => {
                canvas.faint_line("M106 104V388", shade, 4, 90);
                canvas.ellipse((202, 210), (46, 46), shade);
                canvas.ellipse((202, 210), (30, 30), main);
            }
        }
        canvas.line("M236 404v22l7 -7l7 7v-22", "#c4563f", 6);
    });
}

fn planner(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 398, 166);
    canvas.fill("M28 152Q28 140 40 140H360Q372 140 372 152V384Q372 396 360 396H40Q28 396 28 384Z", shade);
    canvas.fill("M40 146Q120 130 198 150V388Q120 370 40 386Z", PAPER);
    canvas.fill("M360 146Q280 130 202 150V388Q280 370 360 386Z", "#f3ecdd");
    canvas.tint("M172 142Q190 144 200 152V390Q190 380 172 378Z", "#000", 9);
    let rows = canvas.vary(1, 5, 7);
    for row in 0..rows {
        let y = 178 + row * (190 / rows);
        canvas.faint_line(&format!("M54 {0}Q120 {1} 184 {2}", y, y - 8, y + 4), shade, 2, 60);
        if canvas.vary(20 + u32::try_from(row).unwrap_or(0), 0, 2) > 0 {
            canvas.faint_line(
                &format!(
                    "M58 {0}q{1} -7 {2} -4",
                    y + 12,
                    20,
                    canvas.vary(40 + u32::try_from(row).unwrap_or(0), 44, 96)
                ),
                DARK,
                4,
                55,
            );
        }
    }
    for row in 0..5 {
        for column in 0..5 {
            canvas.faint_line(&format!("M{0} {1}h20v22h-20z", 222 + column * 26, 186 + row * 32), shade, 2, 65);
        }
    }
    let marked = (222 + canvas.vary(2, 0, 4) * 26, 186 + canvas.vary(3, 0, 4) * 32);
    canvas.block(marked, (20, 22), 3, main);
    canvas.line("M214 140Q212 300 222 424", "#c4563f", 6);
    canvas.turned(canvas.vary(4, 12, 24), (320, 420), |canvas| {
        canvas.block((312, 250), (12, 150), 6, DARK);
        canvas.fill("M312 400h12l-6 20z", BRASS);
    });
}

fn pen(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(208, 424, 92);
    canvas.turned(canvas.vary(1, 20, 32), (200, 260), |canvas| {
        canvas.solid("M178 112Q178 60 200 60T222 112V320H178Z", 206);
        canvas.tint("M184 100h8v210h-8z", "#fff", 38);
        canvas.block((176, 214), (48, 9), 3, METAL);
        match canvas.vary(2, 0, 2) {
            0 => {
                canvas.solid("M180 320H220L214 372H186Z", 204);
                canvas.fill("M188 372H212L200 434Z", BRASS);
                canvas.line("M200 396V426", DARK, 2);
            }
            1 => {
                canvas.fill("M182 320H218L206 414H194Z", METAL);
                canvas.fill("M202 320H218L206 414H202Z", METAL_SHADE);
                canvas.line("M200 414V430", DARK, 4);
                canvas.block((190, 36), (20, 28), 6, METAL);
            }
            _ => {
                for ring in 0..7 {
                    canvas.line(&format!("M180 {0}H220", 250 + ring * 10), shade, 3);
                }
                canvas.fill("M180 320H220L204 418H196Z", DARK);
            }
        }
        canvas.block((218, 92), (9, 106), 4, BRASS);
        canvas.ellipse((222, 196), (7, 7), BRASS);
        canvas.faint_line("M180 330H220", main, 3, 50);
    });
}

fn pencil_case(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 400, 160);
    let pens = ["#c4563f", "#d9a441", "#4c7a9a", WOOD];
    if canvas.vary(1, 0, 1) == 0 {
        for (number, colour) in pens.iter().enumerate() {
            let x = 108 + i32::try_from(number).unwrap_or(0) * 48;
            let height = canvas.vary(10 + u32::try_from(number).unwrap_or(0), 60, 116);
            canvas.block((x, 240 - height), (22, height + 20), 5, colour);
            canvas.fill(&format!("M{x} {0}h22l-11 -26z", 242 - height), "#ecd3a8");
        }
        canvas.solid("M72 232Q200 214 328 232L338 382Q338 398 322 398H78Q62 398 62 382Z", 262);
        canvas.line("M80 250Q200 232 320 250", METAL, 5);
        canvas.block((252, 320), (56, 32), 3, "#9a6a3d");
    } else {
        canvas.turned(canvas.vary(2, -10, -4), (200, 330), |canvas| {
            canvas.solid("M40 312Q40 272 80 272H320Q360 272 360 312V350Q360 390 320 390H80Q40 390 40 350Z", 290);
            canvas.line("M62 296H338", METAL, 6);
            canvas.block((316, 288), (30, 14), 5, "#9a6a3d");
            canvas.tint("M60 300H340V312H60Z", shade, 60);
            canvas.faint_ellipse((76, 336), (22, 40), main, 60);
        });
    }
}

fn organiser(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 412, 164);
    let pens = ["#c4563f", "#4c7a9a", DARK];
    for (number, colour) in pens.iter().enumerate() {
        let number = i32::try_from(number).unwrap_or(0);
        canvas.turned(-8 + number * 8, (104, 330), |canvas| {
            canvas.block((84 + number * 14, 176 + number * 16), (11, 150), 4, colour)
        });
    }
    canvas.solid("M58 262H150V404H58Z", 124);
    canvas.ellipse((104, 262), (46, 8), shade);
    let phone = canvas.vary(1, 0, 1) == 0;
    if phone {
        canvas.turned(-6, (226, 300), |canvas| {
            canvas.block((184, 150), (86, 180), 12, DARK);
            canvas.block((191, 158), (72, 160), 6, "#8fb3c9");
            canvas.faint_line("M206 186h42M206 204h28", PAPER, 5, 80);
        });
    } else {
        canvas.fill("M196 300h74l-10 -60h-54z", PAPER);
        canvas.ellipse((233, 226), (38, 32), LEAF);
        canvas.faint_ellipse((246, 230), (20, 26), "#2c5b40", 50);
    }
    canvas.solid("M150 306H344V404H150Z", 286);
    canvas.fill("M150 306H344L336 298H158Z", shade);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.faint_line("M164 330H330V392H164Z", shade, 4, 90);
        canvas.ellipse((247, 361), (8, 8), BRASS);
    } else {
        canvas.faint_line("M215 310V404M280 310V404", shade, 4, 90);
    }
    canvas.block((44, 402), (312, 12), 4, main);
    canvas.block((270, 402), (86, 12), 4, shade);
}

fn desk_mat(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.tint("M80 176H326L398 372H6Z", "#1d1710", 14);
    let body = "M84 164H316Q324 164 328 172L388 352Q392 366 376 366H24Q8 366 12 352L72 172Q76 164 84 164Z";
    canvas.fill("M10 356H390V368Q388 376 376 376H24Q12 376 10 368Z", shade);
    canvas.solid(body, 320);
    canvas.faint_line("M88 174H312L370 354H30Z", PAPER, 3, 45);
    if canvas.vary(1, 0, 1) == 0 {
        canvas.solid_in("M122 214H278L296 276H104Z", 250, "#e7e5e0", "#c3bfb7");
        for row in 0..3 {
            canvas.faint_line(&format!("M{0} {1}H{2}", 126 - row * 5, 228 + row * 16, 274 + row * 5), "#9b968c", 8, 60);
        }
    } else {
        canvas.fill("M120 206H226L216 300H96Z", PAPER);
        canvas.faint_line("M130 226h70M126 246h72M122 266h44", METAL_SHADE, 4, 80);
        canvas.turned(24, (250, 250), |canvas| canvas.block((246, 200), (9, 104), 4, DARK));
    }
    canvas.ellipse((330, 306), (21, 26), PAPER);
    canvas.faint_line("M330 282v16", METAL_SHADE, 3, 90);
    canvas.faint_line("M96 182H150", main, 4, 70);
}

fn stand(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    let lift = canvas.vary(1, 0, 36);
    canvas.shadow(200, 416, 150);
    canvas.fill(&format!("M84 {0}H316L330 {1}H70Z", 116 - lift, 278 - lift), "#35373b");
    canvas.fill(&format!("M94 {0}H306L318 {1}H82Z", 126 - lift, 268 - lift), "#9dbccb");
    canvas.tint(&format!("M94 {0}H200L150 {1}H82Z", 126 - lift, 268 - lift), "#fff", 28);
    canvas.fill(&format!("M70 {0}H330L362 {1}H38Z", 278 - lift, 318 - lift), METAL);
    canvas.fill(&format!("M38 {0}H362V{1}H38Z", 318 - lift, 328 - lift), METAL_SHADE);
    canvas.faint_line(&format!("M86 {0}H314M74 {1}H326", 288 - lift, 300 - lift), DARK, 6, 55);
    let deck = 330 - lift;
    match canvas.vary(2, 0, 1) {
        0 => {
            canvas.line(&format!("M120 {deck}L96 410M280 {deck}L304 410"), main, 20);
            canvas.line(&format!("M128 {deck}L106 410M288 {deck}L312 410"), shade, 7);
            canvas.line("M84 410H120M280 410H318", main, 14);
        }
        _ => {
            canvas.line(&format!("M110 {deck}L290 408M290 {deck}L110 408"), main, 16);
            canvas.ellipse((200, (deck + 408) / 2), (10, 10), BRASS);
            canvas.block((84, 402), (232, 14), 5, shade);
        }
    }
    canvas.block((66, deck - 3), (268, 14), 5, main);
    canvas.block((250, deck - 3), (84, 14), 5, shade);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.faint_line(
            &format!("M80 {0}H160", deck + 4),
            if canvas.vary(2, 0, 1) == 0 { WOOD } else { WOOD_SHADE },
            3,
            60,
        );
    }
}
