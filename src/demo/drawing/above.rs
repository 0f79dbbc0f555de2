//! Seen from above, or from below: one arch.

use super::{
    Scene, View,
    canvas::{Canvas, EVERYWHERE},
    colour::*,
    lips::{WIDE_OPENING, opening, paint_lips},
    teeth::*,
};

pub(super) fn draw_from_above(canvas: &mut Canvas, scene: &Scene) {
    let (shot, upper) = (scene.shot(), scene.view == View::Upper);
    // Upper front teeth are at the top of the photo, lower ones at its bottom.
    let back = if upper { 1.0 } else { -1.0 };
    let seed = shot as u32;
    let shift_x = 0.5 * signed(shot, 8);
    let shift_y = 0.5 * signed(shot, 9) - 22.3 * back;
    canvas.paint(EVERYWHERE, [0.0; 2], |x, y| {
        let outside = opening(x, y, WIDE_OPENING);
        if outside > 0.5 {
            return (DARK, 0.0);
        }
        let (x, z) = (x - shift_x, (y - shift_y) * back);
        // Roughly the distance inwards from the arch's line.
        let slope = length(1.0, 3.0 * BEND * x * x);
        let inside = (z - BEND * x.abs().powi(3)) / slope;
        let rough = noise(x * 0.5, y * 0.5, seed);
        let ridge = (1.0 - (inside / 9.5).powi(2)).max(0.0);
        let floor = match (inside > 0.0, upper) {
            (false, _) => lit(MUCOSA, 0.80 + 0.1 * rough),
            (true, true) => palate(x, z, inside, rough),
            (true, false) => tongue(x, z, seed),
        };
        let gum = lit(GUM, 0.80 + 0.22 * ridge);
        let colour = mix(floor, gum, smooth(0.0, 0.55, ridge));
        let colour = mix(colour, DARK, 0.7 * smooth(38.0, 58.0, z));
        (lit(colour, 0.6 + 0.4 * smooth(-0.5, 6.0, -outside)), 1.0)
    });
    for tooth in &mut arch(scene, back) {
        (tooth.x, tooth.y) = (tooth.x + shift_x, tooth.z * back + shift_y);
        paint_crown(canvas, tooth, back);
    }
    paint_lips(canvas, scene, WIDE_OPENING);
}

/// Paints one tooth seen from above, and the shadow it casts around it.
fn paint_crown(canvas: &mut Canvas, tooth: &Tooth, back: f32) {
    let (sin, cos) = tooth.facing.sin_cos();
    let (half_x, half_y) = (tooth.width * 0.52, tooth.depth / 2.0);
    let (place, per_mm) = (tooth.place, canvas.per_mm);
    let radius = ROUND[place] * half_x.min(half_y);
    let reach = length(half_x, half_y) + 1.0;
    canvas.paint([reach; 2], [tooth.x, tooth.y], |x, y| {
        let (dx, dy) = (x - tooth.x, (y - tooth.y) * back);
        // `out` is towards the lips or cheek.
        let (across, out) = (dx * cos + dy * sin, dx * sin - dy * cos);
        let (u, v) = (across / half_x, out / half_y);
        let wide = half_x * (1.0 - TAPER[place] * (0.5 - 0.5 * v).clamp(0.0, 1.0));
        let outside = rounded(across, out, [wide, half_y], radius);
        let shadow = 0.42 * (1.0 - outside.max(0.0) / 1.4).max(0.0).powi(2);
        let cover = (0.5 - outside * per_mm).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return (DARK, shadow);
        }
        let here = relief(place, u, v);
        let slope_u = (here - relief(place, u + 0.04, v)) * 9.0;
        let slope_v = (here - relief(place, u, v + 0.04)) * 9.0;
        let lean_y = (slope_u * sin - slope_v * cos) * back;
        let groove = 0.45 * smooth(0.62, 0.15, here);
        let body = mix(tooth.colour, [0.80, 0.63, 0.47], groove);
        let ripple = 0.06 * noise(across * 1.1, out * 1.1, tooth.seed as u32);
        let gain = 0.62 + ripple + 0.34 * smooth(0.0, 1.3, -outside);
        let colour = enamel(body, slope_u * cos + slope_v * sin, lean_y, gain);
        over_shadow(colour, cover, shadow)
    });
}

/// Height of a biting surface at (`u`, `v`), each from -1 to 1, `v` towards the lips or cheek.
fn relief(place: usize, u: f32, v: f32) -> f32 {
    let bump = |at_u: f32, at_v: f32, sharp_u: f32, sharp_v: f32| {
        let (away_u, away_v) = ((u - at_u) * sharp_u, (v - at_v) * sharp_v);
        let fall = 1.0 + away_u * away_u + away_v * away_v;
        1.0 / (fall * fall)
    };
    let dome = 1.0 - 0.4 * (u * u * u * u + v * v * v * v).min(1.4);
    let cusps = match place {
        0 | 1 => bump(0.0, 0.42, 0.25, 2.6) + 0.55 * bump(0.0, -0.62, 1.2, 1.9),
        2 => bump(0.0, 0.30, 0.9, 2.0) + 0.45 * bump(0.0, -0.62, 1.4, 1.9),
        3 | 4 => bump(0.0, 0.52, 0.8, 2.1) + 0.9 * bump(0.0, -0.55, 0.9, 2.1),
        _ => {
            let pair = |v| bump(0.50, v, 2.4, 2.2) + bump(-0.47, v, 2.4, 2.2);
            pair(0.50) + pair(-0.50)
        }
    };
    dome * cusps
}

/// The roof of the mouth: a pale vault with a seam and, behind the front teeth, folds.
fn palate(x: f32, z: f32, inside: f32, rough: f32) -> Colour {
    let folds = (z * 1.15 + x.abs() * 0.35 + 1.8 * rough).sin() * smooth(22.0, 15.0, z);
    let folds = folds * smooth(1.0, 3.0, x.abs()) * smooth(16.0, 9.0, x.abs());
    let seam = (1.0 - x.abs() / 1.1).max(0.0) * smooth(4.0, 9.0, z);
    let vault = 0.91 - 0.13 * smooth(8.0, 22.0, inside) + 0.05 * rough;
    let colour = mix(GUM, MUCOSA, 0.15 + 0.3 * smooth(20.0, 42.0, z));
    lit(colour, vault + 0.045 * folds - 0.06 * seam)
}

/// The tongue at rest between the lower teeth, on the darker floor of the mouth.
fn tongue(x: f32, z: f32, seed: u32) -> Colour {
    let round = (1.0 - (x / 19.0).powi(2) - ((z - 38.0) / 29.0).powi(2)).max(0.0);
    // Two grids at an angle, so that neither shows.
    let (grid, aslant) = (
        noise(x * 1.7, z * 1.7, seed),
        noise(x * 1.5 + z, z * 1.5 - x, seed),
    );
    let velvet = (grid + aslant) / 2.0;
    let groove = (1.0 - x.abs() / 2.2).max(0.0) * smooth(14.0, 24.0, z);
    let light = 0.69 + 0.32 * round.sqrt() - 0.09 * groove + 0.07 * velvet;
    let glint = 0.16 * smooth(0.5, 0.95, velvet) * smooth(0.2, 0.6, round);
    let body = mix(
        lit([0.86, 0.54, 0.54], light),
        WHITE,
        glint * smooth(14.0, -4.0, x),
    );
    mix(lit(MUCOSA, 0.77), body, smooth(0.0, 0.10, round))
}
