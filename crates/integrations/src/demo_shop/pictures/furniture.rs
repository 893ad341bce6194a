//! Furniture.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, LEAF, PAPER, WOOD, WOOD_SHADE};

pub(super) const KINDS: &[Kind] = &[
    ("chair", chair),
    ("armchair", armchair),
    ("stool", stool),
    ("sofa", sofa),
    ("sidetable", side_table),
    ("table", table),
    ("shelf", shelf),
    ("basket", basket),
    ("bench", bench),
];

fn chair(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 424, 112);
    canvas.line("M152 310L146 412M250 310L258 412", shade, 11);
    let posts = canvas.vary(1, 0, 10);
    canvas.line(&format!("M{} 84Q136 200 138 296M{} 84Q264 200 262 296", 132 - posts, 268 + posts), main, 13);
    match canvas.vary(2, 0, 2) {
        0 => {
            canvas.line("M128 96Q200 72 272 96", main, 20);
            for spindle in 0..5 {
                let x = 154 + spindle * 23;
                canvas.line(&format!("M{x} 96L{} 286", x + (200 - x) / 12), shade, 5);
            }
        }
        1 => canvas.solid("M124 88Q200 60 276 88L270 156Q200 136 130 156Z", 222),
        _ => {
            for rail in 0..3 {
                let y = 104 + rail * 54;
                canvas.line(&format!("M136 {y}Q200 {} 264 {y}", y - 14), main, 16);
            }
        }
    }
    let seat = "M112 292Q200 270 288 292L298 324Q200 346 102 324Z";
    if canvas.vary(3, 0, 1) == 0 {
        canvas.solid_in(seat, 214, "#e3d3b4", "#bea679");
        canvas.within(seat, |canvas| {
            for cord in 0..14 {
                canvas.faint_line(&format!("M{} 270V350", 104 + cord * 15), "#a88f60", 2, 50);
            }
        });
    } else {
        canvas.solid(seat, 222);
    }
    canvas.line("M116 328L98 420M284 328L302 420", main, 13);
    canvas.line("M110 372H290", shade, 7);
}

fn armchair(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 422, 138);
    canvas.line("M108 384L98 420M292 384L302 420", WOOD, 13);
    canvas.line("M150 390L146 414M250 390L254 414", WOOD_SHADE, 11);
    let top = canvas.vary(1, 108, 160);
    let back = if canvas.vary(2, 0, 1) == 0 {
        format!("M96 330V{0}Q98 {1} 150 {1}H250Q302 {1} 304 {0}V330Z", top + 46, top)
    } else {
        format!("M92 330Q84 {0} 132 {1}Q200 {2} 268 {1}Q316 {0} 308 330Z", top + 70, top + 14, top - 12)
    };
    canvas.solid(&back, 236);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.faint_line(&format!("M166 {}V300M234 {}V300", top + 30, top + 30), shade, 3, 60);
        canvas.ellipse((166, top + 78), (4, 4), shade);
        canvas.ellipse((234, top + 78), (4, 4), shade);
    }
    canvas.solid("M112 286Q200 268 288 286V344H112Z", 230);
    canvas.tint("M112 336H288V350H112Z", shade, 80);
    canvas.solid("M104 346H296V392Q200 402 104 392Z", 240);
    canvas.solid("M60 268Q60 240 88 240T118 268V388Q88 398 66 388Z", 100);
    canvas.solid("M282 268Q284 240 312 240T340 268L334 388Q312 398 282 388Z", 306);
    canvas.faint_ellipse((88, 256), (20, 8), "#fff", 18);
    canvas.tint("M66 382H334V392H66Z", main, 25);
}

fn stool(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 186, 270);
    let spread = canvas.vary(2, 6, 30);
    canvas.shadow(200, 424, 104);
    canvas.line(&format!("M200 {}V410", top + 16), shade, 12);
    canvas.line(&format!("M146 {0}L{1} 418M254 {0}L{2} 418", top + 16, 136 - spread, 264 + spread), main, 14);
    let rung = top + (418 - top) * 2 / 3;
    canvas.line(&format!("M{} {rung}H{}", 138 - spread * 2 / 3, 262 + spread * 2 / 3), shade, 8);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.ellipse((200, top + 16), (98, 20), shade);
        canvas.ellipse((200, top), (98, 21), main);
        canvas.faint_ellipse((204, top + 2), (70, 12), shade, 45);
    } else {
        canvas.solid(
            &format!("M98 {0}Q200 {1} 302 {0}L298 {2}Q200 {3} 102 {2}Z", top - 14, top + 10, top + 20, top + 34),
            232,
        );
        canvas.faint_line(&format!("M110 {}Q200 {} 290 {}", top - 6, top + 16, top - 6), "#fff", 4, 30);
    }
}

fn sofa(canvas: &mut Canvas) {
    let shade = canvas.shade;
    canvas.shadow(200, 404, 182);
    canvas.line("M62 372L56 400M338 372L344 400M150 376V398M250 376V398", WOOD_SHADE, 10);
    let top = canvas.vary(1, 196, 222);
    canvas.solid(&format!("M46 320V{0}Q46 {1} 68 {1}H332Q354 {1} 354 {0}V320Z", top + 24, top), 250);
    let seats = canvas.vary(2, 2, 3);
    for seat in 0..seats {
        let width = 292 / seats;
        let x = 54 + seat * width;
        canvas.solid(
            &format!("M{} {1}Q{2} {3} {4} {1}V300H{0}Z", x + 2, top + 22, x + width / 2, top + 10, x + width - 2),
            x + width * 7 / 10,
        );
        canvas
            .solid(&format!("M{} 294Q{} 284 {} 294V346H{0}Z", x + 2, x + width / 2, x + width - 2), x + width * 7 / 10);
        canvas.faint_line(&format!("M{} 300V344", x + width), shade, 3, 60);
    }
    canvas.solid("M46 344H354V374Q200 384 46 374Z", 262);
    canvas.solid("M20 276Q20 252 42 252T64 276V376Q40 382 24 374Z", 50);
    canvas.solid("M336 276Q338 252 358 252T380 276L376 374Q358 382 336 376Z", 356);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.turned(-12, (104, 280), |canvas| canvas.block((76, 250), (56, 54), 10, PAPER));
        canvas.turned(10, (290, 280), |canvas| canvas.block((264, 252), (52, 50), 10, BRASS));
    }
}

fn side_table(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 212, 262);
    canvas.shadow(200, 422, 112);
    match canvas.vary(2, 0, 2) {
        0 => {
            canvas.line(&format!("M200 {top}V408"), shade, 10);
            canvas.line(&format!("M132 {top}L108 416M268 {top}L292 416"), main, 12);
        }
        1 => {
            canvas.block((190, top), (20, 190 - (top - 218)), 4, main);
            canvas.block((202, top), (8, 190 - (top - 218)), 3, shade);
            canvas.ellipse((200, 412), (78, 14), shade);
            canvas.ellipse((200, 406), (78, 13), main);
        }
        _ => {
            canvas.line(&format!("M112 {top}V416M288 {top}V416"), main, 11);
            canvas.line(&format!("M148 {top}V402M252 {top}V402"), shade, 9);
            canvas.fill("M104 352H296L290 366H110Z", shade);
            canvas.block((150, 336), (74, 12), 2, "#a85a45");
            canvas.block((156, 324), (70, 12), 2, "#486a86");
        }
    }
    canvas.ellipse((200, top + 8), (122, 24), shade);
    canvas.ellipse((200, top), (122, 24), main);
    canvas.faint_ellipse((192, top - 3), (96, 15), "#fff", 14);
    if canvas.vary(3, 0, 1) == 0 {
        canvas.block((226, top - 42), (34, 40), 6, PAPER);
        canvas.faint_line(&format!("M260 {}q18 0 12 16t-12 10", top - 32), PAPER, 6, 100);
    } else {
        canvas.fill(&format!("M146 {0}h42l-6 -48h-30z", top - 2), PAPER);
        canvas.line(
            &format!(
                "M167 {}Q150 {} 146 {}M167 {}Q186 {} 192 {}",
                top - 48,
                top - 90,
                top - 118,
                top - 50,
                top - 84,
                top - 106
            ),
            LEAF,
            5,
        );
        canvas.ellipse((145, top - 122), (9, 15), LEAF);
        canvas.ellipse((194, top - 110), (9, 14), LEAF);
    }
}

fn table(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 420, 168);
    match canvas.vary(1, 0, 2) {
        0 => {
            canvas.line("M92 288V394M308 288V394", shade, 14);
            canvas.line("M54 290V416M346 290V416", main, 17);
        }
        1 => {
            canvas.line("M104 288L70 416M104 288L138 416", main, 13);
            canvas.line("M296 288L262 416M296 288L330 416", main, 13);
            canvas.line("M86 360H122M278 360H314", shade, 8);
            canvas.line("M104 326H296", shade, 9);
        }
        _ => {
            canvas.line("M76 290L44 416M324 290L356 416", main, 15);
            canvas.line("M110 290L96 396M290 290L304 396", shade, 12);
        }
    }
    canvas.fill("M52 284H348V306H52Z", shade);
    canvas.solid("M46 252H354L382 278H18Z", 280);
    canvas.fill("M18 278H382V291H18Z", shade);
    canvas.faint_line("M70 262H332M54 270H350", shade, 2, 45);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.ellipse((222, 256), (50, 11), "#d9d2c3");
        canvas.fill("M172 246Q222 262 272 246Q262 268 222 268T172 246Z", PAPER);
        for fruit in 0..3 {
            canvas.ellipse(
                (204 + fruit * 19, 240 - (fruit % 2) * 5),
                (12, 12),
                ["#d9792f", "#e2a13a", "#c9622f"][usize::try_from(fruit).unwrap_or(0)],
            );
        }
        canvas.tint("M172 246Q222 262 272 246Q262 268 222 268T172 246Z", PAPER, 90);
    } else {
        canvas.fill("M140 262h36l-5 -56q-13 -14 -26 0z", PAPER);
        canvas.line("M158 206Q140 160 118 138M158 204Q162 150 176 118M158 206Q182 178 204 168", LEAF, 4);
        for (x, y) in [(116, 134), (178, 112), (208, 164), (136, 160)] {
            canvas.ellipse((x, y), (10, 14), LEAF);
        }
    }
}

fn shelf(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let boards = canvas.vary(1, 3, 5);
    let left = canvas.vary(2, 78, 112);
    let right = 400 - left;
    canvas.shadow(200, 424, 200 - left);
    canvas.tint(&format!("M{left} 66H{right}V416H{left}Z"), "#000", 5);
    let step = 340 / (boards - 1).max(1);
    let spines = ["#a85a45", "#486a86", "#d7b15c", "#6d7f5e", "#e6ddcb", "#57484f"];
    for board in 1..boards {
        let y = 70 + board * step;
        let mut x = left + 18 + canvas.vary(30 + u32::try_from(board).unwrap_or(0), 0, 40);
        for book in 0..canvas.vary(50 + u32::try_from(board).unwrap_or(0), 3, 6) {
            let salt = u32::try_from(board * 10 + book).unwrap_or(0);
            let (width, height) =
                (canvas.vary(100 + salt, 10, 18), canvas.vary(160 + salt, 40, (step - 18).clamp(44, 66)));
            let spine = spines[usize::try_from(canvas.vary(220 + salt, 0, 5)).unwrap_or(0)];
            canvas.block((x, y - height), (width, height), 2, spine);
            x += width + 2;
        }
        if x < right - 66 {
            let pot = right - 48;
            canvas.fill(&format!("M{} {}h32l-5 26h-22z", pot - 16, y - 26), PAPER);
            canvas.ellipse((pot, y - 40), (20, 18), LEAF);
            canvas.faint_ellipse((pot + 7, y - 38), (11, 15), "#2c5b40", 45);
        }
    }
    for board in 0..boards {
        let y = 70 + board * step;
        canvas.block((left - 6, y), (right - left + 12, 11), 2, main);
        canvas.tint(&format!("M{0} {y}H{1}V{2}H{0}Z", 200 + left / 2, right + 6, y + 11), shade, 60);
    }
    canvas.block((left - 8, 56), (13, 366), 3, main);
    canvas.block((right - 5, 56), (13, 366), 3, shade);
}

fn basket(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    let top = canvas.vary(1, 208, 268);
    canvas.shadow(200, 416, 116);
    let handles = canvas.vary(2, 0, 1);
    if handles == 0 {
        canvas.line(&format!("M150 {top}q0 -62 50 -62t50 62"), shade, 13);
    }
    let body = format!("M84 {top}H316L298 386Q292 416 262 416H138Q108 416 102 386Z");
    canvas.solid(&body, 240);
    canvas.within(&body, |canvas| {
        for row in 0..13 {
            let y = top + 14 + row * 17;
            let offset = (row % 2) * 12;
            let weave: String = (0..11).map(|stitch| format!("M{} {y}q9 9 18 0", 76 + offset + stitch * 24)).collect();
            canvas.faint_line(&weave, shade, 5, 55);
        }
        if canvas.vary(3, 0, 1) == 0 {
            canvas.tint("M60 340H340V372H60Z", "#fff", 38);
        }
    });
    if handles == 1 {
        canvas.line(&format!("M92 {0}q-34 6 -28 48M308 {0}q34 6 28 48", top + 26), shade, 12);
    }
    canvas.ellipse((200, top), (118, 20), shade);
    canvas.ellipse((200, top + 2), (106, 14), DARK);
    canvas.tint(
        &format!("M110 {0}Q150 {1} 200 {2}T292 {0}Q250 {3} 200 {3}T110 {0}Z", top + 2, top - 34, top - 20, top + 16),
        PAPER,
        100,
    );
    canvas.faint_line(&format!("M150 {}Q190 {} 250 {}", top - 8, top - 2, top - 10), main, 4, 70);
}

fn bench(canvas: &mut Canvas) {
    let (main, shade) = (canvas.main, canvas.shade);
    canvas.shadow(200, 418, 172);
    if canvas.vary(1, 0, 2) > 0 {
        canvas.line("M64 180L58 300M336 180L342 300M200 184V296", shade, 12);
        for rail in 0..canvas.vary(2, 2, 4) {
            let y = 180 + rail * 30;
            canvas.block((44, y), (312, 18), 5, main);
            canvas.block((250, y), (106, 18), 5, shade);
        }
    }
    canvas.line("M104 312V394M296 312V394", shade, 13);
    for slat in 0..3 {
        let y = 292 + slat * 13;
        canvas.block((38 - slat * 5, y), (324 + slat * 10, 11), 4, main);
        canvas.tint(&format!("M262 {y}h{}v11H262z", 100 + slat * 5), shade, 65);
    }
    canvas.line("M56 332L50 414M344 332L350 414", main, 16);
    canvas.line("M60 372H340", shade, 8);
}
