//! What is carried.

use super::Kind;
use super::canvas::{BRASS, Canvas, DARK, METAL, PAPER};

pub(super) const KINDS: &[Kind] = &[
    ("backpack", backpack),
    ("weekender", weekender),
    ("bag", bag),
    ("tote", tote),
    ("wallet", wallet),
    ("pouch", pouch),
];

fn backpack(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 424, 116);
    canvas.line("M170 110Q170 62 200 62T230 110", shade, 13);
    canvas.line("M104 200Q74 260 88 360M296 200Q326 260 312 360", shade, 18);
    if canvas.vary(1, 0, 1) == 0 {
        let body = "M98 232C98 136 140 100 200 100S302 136 302 232V382Q302 420 264 420H136Q98 420 98 382Z";
        canvas.solid(body, 250);
        canvas.faint_line("M112 220C118 160 150 126 200 126S282 160 288 220", shade, 5, 90);
        canvas.block((256, 170), (9, 26), 4, METAL);
    } else {
        canvas.solid("M104 168H296V384Q296 420 260 420H140Q104 420 104 384Z", 250);
        canvas.solid("M96 116H304L298 186Q200 202 102 186Z", 248);
        canvas.line("M150 150V236M250 150V236", DARK, 9);
        canvas.block((140, 216), (20, 24), 4, BRASS);
        canvas.block((240, 216), (20, 24), 4, BRASS);
    }
    canvas.fill("M124 280Q200 268 276 280V384Q276 400 258 400H142Q124 400 124 384Z", shade);
    canvas.tint("M124 280Q200 268 276 280V296Q200 284 124 296Z", main, 60);
    canvas.line("M136 304Q200 292 264 304", METAL, 4);
    if canvas.vary(2, 0, 1) == 0 {
        canvas.block((180, 334), (40, 24), 3, "#9a6a3d");
    } else {
        canvas.turned(45, (200, 346), |canvas| canvas.block((186, 332), (28, 28), 4, "#9a6a3d"));
    }
    canvas.tint("M116 200q-6 90 0 190h12q-8 -100 0 -190z", "#fff", 20);
}

fn weekender(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 414, 160);
    canvas.line("M130 262Q128 140 200 140T270 262", shade, 14);
    let body = if canvas.vary(1, 0, 1) == 0 {
        "M58 262Q60 226 104 222Q200 212 296 222Q340 226 342 262L352 374Q354 412 316 412H84Q46 412 48 374Z"
    } else {
        "M70 232Q200 206 330 232Q362 250 356 330V380Q354 412 320 412H80Q46 412 44 380V330Q38 250 70 232Z"
    };
    canvas.solid(body, 270);
    canvas.within(body, |canvas| {
        canvas.tint("M30 360H370V420H30Z", shade, 80);
        canvas.tint("M112 200H146V420H112ZM254 200H288V420H254Z", shade, 85);
        canvas.faint_line("M30 360H370", main, 3, 60);
    });
    canvas.line("M92 244Q200 226 308 244", METAL, 5);
    canvas.block((296, 238), (12, 24), 4, BRASS);
    canvas.line("M130 268Q124 168 200 166T270 268", main, 12);
    for x in [129, 271] {
        canvas.block((x - 11, 262), (22, 26), 5, BRASS);
    }
    if canvas.vary(2, 0, 1) == 0 {
        canvas.line("M56 262Q10 320 44 384", shade, 9);
        canvas.block((182, 300), (36, 44), 4, "#8f5f36");
    }
}

fn bag(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 418, 128);
    let strap = canvas.vary(1, 66, 110);
    canvas.line(&format!("M96 258C96 {strap} 160 {strap} 200 {strap}S304 {strap} 304 258"), shade, 12);
    match canvas.vary(2, 0, 2) {
        0 => {
            canvas.solid("M78 244Q78 228 96 228H304Q322 228 322 244V376Q322 416 282 416H118Q78 416 78 376Z", 262);
            canvas.solid("M74 226H326V300Q326 352 262 352H138Q74 352 74 300Z", 258);
            canvas.faint_line("M84 300Q86 342 138 342H262Q314 342 316 300", shade, 3, 90);
            canvas.block((186, 330), (28, 42), 6, BRASS);
        }
        1 => {
            canvas.solid("M86 236H314L338 380Q342 416 304 416H96Q58 416 62 380Z", 266);
            canvas.tint("M76 300H324L336 384Q338 404 316 404H84Q62 404 64 384Z", shade, 62);
            canvas.faint_line("M84 312H316", main, 4, 75);
            canvas.line("M96 248H304", METAL, 5);
            canvas.block((286, 244), (11, 26), 4, BRASS);
        }
        _ => {
            canvas.solid("M118 222Q200 206 282 222L306 380Q304 416 268 416H132Q96 416 94 380Z", 252);
            canvas.faint_line("M114 250Q200 266 286 250", shade, 6, 90);
            for eyelet in 0..6 {
                canvas.ellipse((130 + eyelet * 28, 252), (5, 5), BRASS);
            }
            canvas.line("M188 256Q170 320 182 350M212 256Q232 310 218 344", shade, 6);
            canvas.tint("M94 364H306Q310 416 268 416H132Q90 416 94 364Z", shade, 60);
        }
    }
    canvas.block((88, 246), (16, 26), 4, BRASS);
    canvas.block((296, 246), (16, 26), 4, BRASS);
}

fn tote(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 420, 116);
    let drop = canvas.vary(1, 66, 112);
    canvas.line(&format!("M152 196V{0}Q152 {1} 200 {1}T248 {0}V196", drop + 50, drop), shade, 12);
    let body = "M86 186H314L304 398Q302 420 280 420H120Q98 420 96 398Z";
    canvas.solid(body, 256);
    canvas.within(body, |canvas| {
        match canvas.vary(2, 0, 3) {
            0 => canvas.tint("M70 340H330V430H70Z", shade, 85),
            1 => {
                for stripe in 0..5 {
                    canvas.tint(&format!("M70 {0}H330V{1}H70Z", 236 + stripe * 34, 248 + stripe * 34), canvas.mark, 62);
                }
            }
            2 => {
                canvas.ellipse((200, 300), (50, 50), PAPER);
                canvas.fill("M150 300a50 50 0 0 0 100 0z", shade);
            }
            _ => canvas.tint("M140 260h120v86h-120z", shade, 50),
        }
        canvas.faint_line("M80 204H320", shade, 3, 80);
        canvas.faint_line("M122 230Q132 320 118 400", shade, 4, 40);
    });
    canvas.line(&format!("M136 232V{0}Q136 {1} 200 {1}T264 {0}V232", drop + 66, drop + 14), main, 13);
    canvas.faint_line("M130 236h12M258 236h12", shade, 5, 90);
}

fn wallet(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 388, 132);
    canvas.turned(canvas.vary(1, -9, 6), (200, 280), |canvas| {
        canvas.block((96, 164), (200, 120), 8, "#6f8ba3");
        canvas.block((88, 180), (212, 120), 8, "#d9b468");
        canvas.line("M104 200h70", PAPER, 6);
        canvas.block((74, 196), (252, 186), 16, shade);
        let body = "M82 196H304Q318 196 318 210V360Q318 376 302 376H84Q68 376 68 360V210Q68 196 82 196Z";
        canvas.solid(body, 258);
        canvas.faint_line("M80 208H306V364H80Z", shade, 3, 85);
        match canvas.vary(2, 0, 2) {
            0 => {
                canvas.tint("M250 196H318V376H250Z", shade, 60);
                canvas.ellipse((268, 286), (11, 11), BRASS);
            }
            1 => canvas.line("M70 214H316M308 214V240", BRASS, 6),
            _ => {
                canvas.tint("M68 286H318V360Q318 376 302 376H84Q68 376 68 360Z", shade, 45);
                canvas.block((172, 316), (44, 24), 3, main);
            }
        }
    });
}

fn pouch(canvas: &mut Canvas) {
    let (shade, main) = (canvas.shade, canvas.main);
    canvas.shadow(200, 398, 132);
    let body = match canvas.vary(1, 0, 1) {
        0 => "M76 216Q200 196 324 216Q338 300 330 372Q326 392 304 392H96Q74 392 70 372Q62 300 76 216Z",
        _ => "M90 230Q200 212 310 230L336 360Q338 392 306 392H94Q62 392 64 360Z",
    };
    canvas.solid(body, 264);
    canvas.within(body, |canvas| {
        match canvas.vary(2, 0, 2) {
            0 => canvas.tint("M50 312H350V400H50Z", shade, 70),
            1 => {
                for dot in 0..18 {
                    canvas.faint_ellipse(
                        (canvas.vary(60 + dot, 86, 316), canvas.vary(90 + dot, 264, 380)),
                        (5, 5),
                        canvas.mark,
                        75,
                    );
                }
            }
            _ => canvas.block((236, 330), (54, 34), 3, "#9a6a3d"),
        }
        canvas.faint_line("M96 280Q104 330 94 376", shade, 4, 45);
    });
    canvas.line("M84 236Q200 216 316 236", METAL, 7);
    canvas.faint_line("M84 248Q200 228 316 248", shade, 3, 90);
    canvas.line("M312 236q26 14 20 54", "#9a6a3d", 9);
    canvas.faint_line("M100 222Q200 206 300 222", main, 3, 80);
}
