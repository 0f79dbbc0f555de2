//! Seen from the front or from a side.

use super::{
    Scene, View,
    canvas::{Canvas, EVERYWHERE},
    colour::*,
    lips::{OPENING, opening, paint_lips},
    teeth::*,
};

/// The teeth of an arch that face a camera outside, as it sees them, farthest first.
fn seen_from_outside(scene: &Scene, down: f32) -> Vec<Tooth> {
    const CAMERA: f32 = 170.0;
    let shot = scene.shot();
    let (turn, middle_x, middle_z) = match scene.view {
        View::Left => (-0.92, -3.0, 16.0),
        View::Right => (0.92, 3.0, 16.0),
        _ => (0.0, 0.0, 0.0),
    };
    let (sin, cos) = (turn + 0.025 * signed(shot, 8)).sin_cos();
    let mut teeth = arch(scene, down);
    for tooth in &mut teeth {
        let (x, z) = (tooth.x, tooth.z - middle_z);
        tooth.z = x * sin + z * cos;
        let scale = CAMERA / (CAMERA + tooth.z);
        tooth.x = middle_x + (x * cos - z * sin) * scale + 0.4 * signed(shot, 9);
        tooth.y = tooth.y * scale + 0.3 * signed(shot, 10);
        tooth.facing += turn;
        let (sin, cos) = tooth.facing.sin_cos();
        tooth.width = length(tooth.width * cos, tooth.depth * 0.84 * sin) * scale;
        tooth.crown *= scale;
    }
    teeth.retain(|tooth| tooth.facing.abs() < 1.4);
    teeth.sort_by(|a, b| b.z.total_cmp(&a.z));
    teeth
}

/// For each column of the picture: where the gum meets the teeth, and how far a root bulges it.
fn gum_line(canvas: &Canvas, teeth: &[Tooth]) -> Vec<(f32, f32)> {
    let at = |column: u32| {
        // Where there are no teeth, the gums close to the bite, at 0.
        let (mut sum, mut weights, mut bulge) = (0.0, 0.04, 0.0_f32);
        for tooth in teeth {
            let away = (canvas.column_mm(column) - tooth.x) / tooth.width * 2.0;
            let weight = 1.0 / (1.0 + away * away).powi(3);
            sum += weight * tooth.y;
            weights += weight;
            bulge = bulge.max(smooth(1.15, 0.0, away.abs()));
        }
        (sum / weights, bulge)
    };
    (0..canvas.width).map(at).collect()
}

pub(super) fn draw_from_outside(canvas: &mut Canvas, scene: &Scene) {
    let arches = [-1.0, 1.0].map(|down| (seen_from_outside(scene, down), down));
    let [bottom, top] = [0, 1].map(|i| gum_line(canvas, &arches[i].0));
    let seed = scene.shot() as u32;
    let (per_mm, middle) = (canvas.per_mm, canvas.width as f32 / 2.0);
    canvas.paint(EVERYWHERE, [0.0; 2], |x, y| {
        let outside = opening(x, y, OPENING);
        if outside > 0.5 {
            return (DARK, 0.0);
        }
        let column = ((x * per_mm + middle) as usize).min(top.len() - 1);
        let (above, below) = (top[column].0 - y, y - bottom[column].0);
        let arch = if above > below { &top } else { &bottom };
        let (into, bulge) = (above.max(below), arch[column].1);
        let rough = noise(x * 0.9, y * 0.9, seed);
        let loose = smooth(3.5, 8.0, into + 2.0 * rough - 1.5 * bulge);
        let light = 0.88 + 0.13 * bulge * smooth(9.0, 2.0, into) + 0.05 * rough;
        // Wet gum glints where a root pushes it towards the flash.
        let wet = smooth(0.55, 1.0, noise(x * 0.55 + 40.0, y * 0.9, seed)) * bulge;
        let glint = 0.28 * wet * smooth(0.3, 1.5, into) * smooth(6.0, 3.0, into);
        let gum = mix(lit(mix(GUM, MUCOSA, loose), light), WHITE, glint);
        let papilla = 2.0 * bulge - 3.2;
        let colour = mix(DARK, gum, smooth(papilla - 1.8, papilla, into));
        // The lips' shadow lies along the edge of the opening.
        (lit(colour, 0.5 + 0.5 * smooth(-0.5, 4.5, -outside)), 1.0)
    });
    for (teeth, down) in &arches {
        for tooth in teeth {
            paint_face(canvas, tooth, *down);
        }
    }
    paint_lips(canvas, scene, OPENING);
}

/// Paints one tooth seen from outside, and the shadow it casts around it.
fn paint_face(canvas: &mut Canvas, tooth: &Tooth, toward_edge: f32) {
    let (sin, cos) = tooth.lean.sin_cos();
    let (half, crown, place) = (tooth.width / 2.0, tooth.crown, tooth.place);
    let (corner, glassy) = if place < 2 { (0.34, 0.4) } else { (0.6, 0.2) };
    let cusp = if place > 4 { half / 2.0 } else { 0.0 };
    let middle_y = tooth.y + toward_edge * crown / 2.0;
    let far = (1.0 - 0.010 * tooth.z.max(0.0)).max(0.5);
    let per_mm = canvas.per_mm;
    let reach = [half + crown * 0.12 + 1.0, crown * 0.54 + 1.2];
    canvas.paint(reach, [tooth.x, middle_y], |x, y| {
        let (dx, dy) = (x - tooth.x, (y - middle_y) * toward_edge);
        let (across, along) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let down = (along / crown + 0.5).clamp(0.0, 1.0);
        // Crowns are narrower at the gum, and their edge comes to one point or two.
        let wide = half * (0.80 + 0.21 * smooth(0.0, 0.7, down));
        let edge = along + POINT[place] * down * length(across.abs() - cusp, 0.5);
        let radius = if along < 0.0 {
            wide * 0.85
        } else {
            half * corner
        };
        let outside = rounded(across, edge, [wide, crown / 2.0], radius.min(crown * 0.48));
        let shadow = (1.0 - outside.max(0.0)).max(0.0).powi(2) * (0.22 + 0.4 * down);
        let cover = (0.5 - outside * per_mm).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return (DARK, shadow);
        }
        // The face is nearly flat, the way the tooth is turned, and rounds off at its sides.
        let aside = (across / wide).clamp(-1.0, 1.0);
        let bend = aside * aside * aside.abs();
        let ripple = 0.1 * noise(across * 1.3, along * 0.35, tooth.seed as u32) - 0.05;
        let lean_x = tooth.facing.sin() * 0.75 * (1.0 - bend) + aside * (0.18 + 0.6 * bend);
        let lean_y = (0.42 * down * down - 0.5 * (1.0 - down) * (1.0 - down)) * toward_edge;
        let neck = 0.45 * smooth(0.45, 0.0, down);
        let body = mix(tooth.colour, [0.90, 0.78, 0.60], neck);
        let glass = glassy * smooth(0.66, 0.97, down);
        let body = mix(body, [0.78, 0.82, 0.87], glass);
        let gain = far * (0.70 + 0.30 * smooth(-0.1, 0.8, -outside));
        let colour = enamel(body, lean_x + ripple, lean_y, gain);
        over_shadow(colour, cover, shadow)
    });
}
