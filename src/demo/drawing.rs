//! Draws the demo's photos of teeth: a slightly stylised clinical picture, made by the program.
//!
//! The demo may not ship anyone's mouth, and it needs photos for any patient, view and stage. So
//! both dental arches are modelled in millimetres, with each tooth displaced by what its treatment
//! has yet to correct, and the model is seen from the front, from a side or from above. All views
//! of one stage therefore show the same teeth, and stages can be compared. The same scene always
//! gives the same bytes.

use image::{ExtendedColorType, RgbImage, codecs::jpeg::JpegEncoder};

/// Which view of the mouth (same names as `photos`' views).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Front,
    Left,
    Right,
    Upper,
    Lower,
}

/// What one photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    pub view: View,
    /// How far the treatment has come, from 0 to `total`, where the teeth are straight.
    pub stage: u16,
    pub total: u16,
    /// One per patient: decides the teeth's shade, their crookedness and the lighting.
    pub seed: u64,
}

/// Draws `scene` at `width` × `height` pixels, which are meant to be 4:3 (320×240, 1280×960).
pub fn draw(scene: &Scene, width: u32, height: u32) -> RgbImage {
    let mut canvas = Canvas::new(width, height, scene.view);
    match scene.view {
        View::Upper | View::Lower => draw_from_above(&mut canvas, scene),
        View::Front | View::Left | View::Right => draw_from_outside(&mut canvas, scene),
    }
    canvas.develop(scene)
}

/// `image` as a JPEG file of `quality` 1 to 100; empty if the encoder refuses the image's size.
pub fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = image.dimensions();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality.clamp(1, 100));
    match encoder.encode(image.as_raw(), width, height, ExtendedColorType::Rgb8) {
        Ok(()) => file,
        Err(_) => Vec::new(),
    }
}

type Colour = [f32; 3];

const DARK: Colour = [0.30, 0.11, 0.11];
const GUM: Colour = [0.90, 0.62, 0.60];
const MUCOSA: Colour = [0.80, 0.43, 0.43];
const WHITE: Colour = [1.0, 0.97, 0.96];
/// Where the flash is: a little up and to the left, towards the viewer.
const LIGHT: Colour = [-0.27, -0.42, 0.866];
/// How quickly the arch curves back: `z = BEND * |x|³`, in millimetres.
const BEND: f32 = 0.002;
const EVERYWHERE: [f32; 2] = [99.0; 2];
/// Half the size of the opening between the lips, seen from outside and from above.
const OPENING: [f32; 2] = [25.6, 15.6];
const WIDE_OPENING: [f32; 2] = [37.0, 28.6];

// The seven teeth of each half arch, from the middle: width, height of the crown, and depth from
// the cheek side to the tongue side.
const UPPER: [[f32; 7]; 3] = [
    [8.6, 6.8, 7.7, 7.0, 6.8, 10.2, 9.5],
    [10.4, 9.0, 10.0, 8.4, 7.7, 7.3, 6.8],
    [7.2, 6.4, 8.2, 9.2, 9.2, 11.2, 11.0],
];
const LOWER: [[f32; 7]; 3] = [
    [5.5, 6.1, 6.9, 7.1, 7.2, 11.0, 10.4],
    [9.0, 9.1, 9.8, 8.6, 8.0, 7.3, 6.9],
    [6.0, 6.3, 7.6, 7.9, 8.3, 10.4, 10.2],
];
/// How pointed their edges are, and, from above, how round and how much narrower at the tongue.
const POINT: [f32; 7] = [0.02, 0.02, 0.45, 0.38, 0.38, 0.30, 0.30];
const ROUND: [f32; 7] = [0.55, 0.55, 0.85, 0.80, 0.80, 0.62, 0.62];
const TAPER: [f32; 7] = [0.30, 0.30, 0.30, 0.10, 0.10, 0.05, 0.05];

/// Pixels being painted, addressed in millimetres from the middle of the picture, y downwards.
struct Canvas {
    width: u32,
    height: u32,
    per_mm: f32,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn new(width: u32, height: u32, view: View) -> Self {
        let visible_height = match view {
            View::Front => 42.0,
            View::Left | View::Right => 40.0,
            View::Upper | View::Lower => 61.0,
        };
        let per_mm = height as f32 / visible_height;
        let pixels = vec![DARK; width as usize * height as usize];
        Canvas {
            width,
            height,
            per_mm,
            pixels,
        }
    }

    fn column_mm(&self, column: u32) -> f32 {
        (column as f32 + 0.5 - self.width as f32 / 2.0) / self.per_mm
    }

    /// Blends `paint`'s colour and opacity over the pixels of a box: its middle and half its size.
    fn paint(&mut self, reach: [f32; 2], at: [f32; 2], paint: impl Fn(f32, f32) -> (Colour, f32)) {
        let range = |middle: f32, reach: f32, size: u32| {
            let centre = middle * self.per_mm + size as f32 / 2.0;
            let reach = reach * self.per_mm;
            // Casting a float saturates, so nothing here leaves the picture.
            ((centre - reach) as u32)..((centre + reach + 1.0) as u32).min(size)
        };
        for row in range(at[1], reach[1], self.height) {
            let mm_y = (row as f32 + 0.5 - self.height as f32 / 2.0) / self.per_mm;
            for column in range(at[0], reach[0], self.width) {
                let (colour, opacity) = paint(self.column_mm(column), mm_y);
                if opacity > 0.0 {
                    let index = row as usize * self.width as usize + column as usize;
                    self.pixels[index] = mix(self.pixels[index], colour, opacity);
                }
            }
        }
    }

    /// Adds what the camera does: exposure, vignette and grain.
    fn develop(&self, scene: &Scene) -> RgbImage {
        let shot = scene.shot();
        let exposure = 1.03 + 0.03 * signed(shot, 1);
        let warmth = 0.015 * signed(scene.seed, 2);
        let (half_x, half_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        RgbImage::from_fn(self.width, self.height, |column, row| {
            let (x, y) = (column as f32 / half_x - 1.0, row as f32 / half_y - 1.0);
            let radius = x * x * 0.55 + y * y * 0.45;
            let gain = exposure * (1.0 - 0.30 * radius * radius);
            let grain = 0.022 * (lattice(column as i32, row as i32, shot as u32) - 0.5);
            let [r, g, b] = self.pixels[row as usize * self.width as usize + column as usize];
            let byte = |value: f32| ((value * gain + grain) * 255.0).clamp(0.0, 255.0) as u8;
            image::Rgb([byte(r * (1.0 + warmth)), byte(g), byte(b * (1.0 - warmth))])
        })
    }
}

impl Scene {
    /// A seed for what differs from photo to photo: the camera's position, exposure and grain.
    fn shot(&self) -> u64 {
        scramble(self.seed ^ (u64::from(self.stage) << 32) ^ ((self.view as u64) << 52))
    }

    /// What part of the treatment is still to do.
    fn remaining(&self) -> f32 {
        1.0 - f32::from(self.stage.min(self.total)) / f32::from(self.total.max(1))
    }
}

/// A tooth: x goes right, y down and z into the mouth.
#[derive(Clone, Copy)]
struct Tooth {
    /// Its number from the middle, from 0.
    place: usize,
    x: f32,
    /// Where it leaves the gum.
    y: f32,
    z: f32,
    /// The way the outer face points, as an angle from straight ahead towards +x.
    facing: f32,
    /// How far it leans sideways, in radians.
    lean: f32,
    width: f32,
    crown: f32,
    depth: f32,
    colour: Colour,
    seed: u64,
}

/// The 14 teeth of one arch at the scene's stage. `down` is 1 for the upper arch, -1 for the lower.
fn arch(scene: &Scene, down: f32) -> Vec<Tooth> {
    let [widths, crowns, depths] = if down > 0.0 { UPPER } else { LOWER };
    let crookedness = 1.0 + 0.25 * signed(scene.seed, 3);
    // Some patients' teeth have gaps; others' are crowded, and neighbours dodge each other.
    let gaps = signed(scene.seed, 4) > 0.1;
    let (spacing, dodging) = if gaps { (0.75, 0.0) } else { (-0.55, 0.9) };
    let yellow = 0.5 + 0.5 * signed(scene.seed, 5);
    let shade = mix([0.98, 0.96, 0.91], [0.95, 0.89, 0.78], yellow);
    let mut teeth = Vec::with_capacity(14);
    for (half, side) in [(0, -1.0), (1, 1.0)] {
        let (mut x, mut walked, mut reached) = (0.0_f32, 0.0_f32, 0.0_f32);
        for (place, width) in widths.into_iter().enumerate() {
            let seed = scramble(scene.seed ^ (place as u64 * 4 + half * 2 + (down > 0.0) as u64));
            // Back teeth anchor the others: they hardly move.
            let freedom = if place < 3 { 1.0 } else { 0.2 };
            let pace = 1.0 + 0.4 * signed(seed, 1);
            let wrong = crookedness * freedom * scene.remaining().powf(pace);
            let gap = wrong * (spacing + 0.5 * signed(seed, 2));
            let middle = reached + gap + width / 2.0;
            reached += gap + width;
            while walked < middle {
                x += 0.05;
                walked += 0.05 * length(1.0, 3.0 * BEND * x * x);
            }
            let dodge = if place % 2 == 0 { dodging } else { -dodging };
            let out = wrong * (1.1 * signed(seed, 3) + dodge);
            let facing = side * (3.0 * BEND * x * x).atan();
            let crown = crowns[place] * (1.0 + 0.03 * signed(seed, 9));
            let z = BEND * x * x * x - out * facing.cos() + 0.75 * (1.0 - down);
            // The bite: upper teeth reach over lower ones, and it rises to the back.
            let edge = 0.9 + down * (0.7 + wrong * 1.1 * signed(seed, 7)) - z * 0.035;
            let canine = if place == 2 { 0.28 } else { 0.08 };
            teeth.push(Tooth {
                place,
                x: side * x + out * facing.sin(),
                y: edge - down * crown,
                z,
                facing: facing + wrong * 0.55 * signed(seed, 5),
                lean: wrong * 0.17 * signed(seed, 6),
                width: width * (1.0 + 0.02 * signed(seed, 8)),
                crown,
                depth: depths[place],
                colour: mix(shade, [0.95, 0.86, 0.70], canine),
                seed,
            });
        }
    }
    teeth
}

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

fn draw_from_outside(canvas: &mut Canvas, scene: &Scene) {
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

fn draw_from_above(canvas: &mut Canvas, scene: &Scene) {
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

/// About how far (`x`, `y`) lies outside the opening between the lips.
fn opening(x: f32, y: f32, half: [f32; 2]) -> f32 {
    let (u, v) = ((x / half[0]).powi(2), (y / half[1]).powi(2));
    ((u * u + v * v + 0.7 * u * v).sqrt().sqrt() - 1.0) * half[1]
}

/// Paints the lips, and the clear retractor that holds their corners. They come last: whatever of
/// the teeth lies beyond the opening is behind them.
fn paint_lips(canvas: &mut Canvas, scene: &Scene, opening_size: [f32; 2]) {
    let (per_mm, seed) = (canvas.per_mm, scene.seed as u32);
    let tan = 0.5 + 0.5 * signed(scene.seed, 6);
    let skin = mix([0.95, 0.77, 0.68], [0.74, 0.53, 0.43], tan);
    let lip = mix([0.80, 0.50, 0.48], skin, 0.25);
    canvas.paint(EVERYWHERE, [0.0; 2], |x, y| {
        let outside = opening(x, y, opening_size);
        let cover = (outside * per_mm + 0.5).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return (lip, 0.0);
        }
        let creases = 0.07 * noise(x * 0.9, y * 0.06, seed);
        let round = (1.0 - ((outside - 3.2) / 4.2).powi(2)).max(-0.6);
        let lip = lit(lip, 0.77 + 0.20 * round + creases);
        let colour = mix(lip, lit(skin, 0.88), smooth(5.0, 8.5, outside));
        // The retractor is brightest along its two edges.
        let rim = smooth(12.0, 16.0, x.abs() - y.abs() * 0.4) * smooth(3.2, 2.9, outside);
        let edges = smooth(0.5, 0.0, ((outside - 1.55).abs() - 1.15).abs());
        let colour = mix(colour, WHITE, rim * (0.30 + 0.36 * edges));
        (lit(colour, 0.6 + 0.4 * smooth(-0.3, 1.2, outside)), cover)
    });
}

/// How far (`x`, `y`) lies outside a box with round corners around the origin.
fn rounded(x: f32, y: f32, half: [f32; 2], radius: f32) -> f32 {
    let (x, y) = (x.abs() - half[0] + radius, y.abs() - half[1] + radius);
    x.max(y).min(0.0) + length(x.max(0.0), y.max(0.0)) - radius
}

/// The colour of a tooth whose surface leans by (`x`, `y`), with the flash's reflection.
fn enamel(body: Colour, x: f32, y: f32, gain: f32) -> Colour {
    let (long, towards) = (
        length(length(x, y), 1.0),
        x * LIGHT[0] + y * LIGHT[1] + LIGHT[2],
    );
    let light = gain * (0.57 + 0.45 * (towards / long).max(0.0));
    // The mirror direction lies halfway between the flash and the viewer.
    let mirror = ((towards + 1.0) / (long * 1.932)).max(0.0).powi(110);
    // Teeth let light through, so their shade is warmer than grey.
    let warm = mix(
        body,
        [0.95, 0.66, 0.50],
        0.7 * (1.0 - light).clamp(0.0, 1.0),
    );
    mix(lit(warm, light), WHITE, 0.7 * mirror * gain)
}

/// A tooth covering part of a pixel, and its shadow on the rest of it.
fn over_shadow(colour: Colour, cover: f32, shadow: f32) -> (Colour, f32) {
    let opacity = cover + shadow * (1.0 - cover);
    (mix(DARK, colour, cover / opacity), opacity)
}

/// Less exact than `hypot`, and much faster.
fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

fn lit(colour: Colour, gain: f32) -> Colour {
    colour.map(|channel| channel * gain)
}

fn mix(a: Colour, b: Colour, part: f32) -> Colour {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * part)
}

/// 0 at `from` and before, 1 at `to` and beyond, smooth between; `from` may be above `to`.
fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let part = ((value - from) / (to - from)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// Soft blotches of about one unit, from 0 to 1.
fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let (right, down) = (smooth(0.0, 1.0, x - column), smooth(0.0, 1.0, y - row));
    let corner = |i: i32, j: i32| lattice(column as i32 + i, row as i32 + j, seed);
    let above = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * right;
    let below = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * right;
    above + (below - above) * down
}

/// A number from 0 to 1 for a point of the grid.
fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut bits =
        (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ seed;
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    ((bits ^ (bits >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Spreads a seed over all its bits (the finish of SplitMix64).
fn scramble(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The `which`th property of what `seed` stands for, from -1 to 1.
fn signed(seed: u64, which: u64) -> f32 {
    let bits = scramble(seed ^ which.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    (bits >> 40) as f32 / 8_388_608.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use View::{Front, Left, Lower, Right, Upper};

    fn scene(view: View, stage: u16, total: u16) -> Scene {
        let seed = 7;
        Scene {
            view,
            stage,
            total,
            seed,
        }
    }

    #[test]
    fn every_view_is_deterministic_and_shows_its_stage() {
        for view in [Front, Left, Right, Upper, Lower] {
            let at = |stage| draw(&scene(view, stage, 20), 80, 60);
            assert_eq!(at(3).dimensions(), (80, 60));
            assert_eq!(at(3), at(3));
            assert_ne!(at(3), at(4));
            // Odd sizes and stages do no harm.
            assert_eq!(draw(&scene(view, 5, 0), 0, 0).dimensions(), (0, 0));
            assert_eq!(draw(&scene(view, 9, 5), 3, 1).dimensions(), (3, 1));
        }
    }

    #[test]
    fn teeth_straighten_with_the_stages() {
        let crooked = |stage| -> f32 {
            let teeth = arch(&scene(Front, stage, 20), 1.0);
            teeth.iter().map(|tooth| tooth.lean.abs()).sum()
        };
        assert!(crooked(0) > crooked(10) && crooked(10) > crooked(19));
        assert_eq!([crooked(20), crooked(21)], [0.0, 0.0]);
    }

    #[test]
    fn the_jpeg_decodes_to_the_picture() -> image::ImageResult<()> {
        let picture = draw(&scene(Front, 5, 20), 160, 120);
        let file = jpeg(&picture, 90);
        let back = image::load_from_memory_with_format(&file, image::ImageFormat::Jpeg)?.to_rgb8();
        assert_eq!(back.dimensions(), picture.dimensions());
        let pairs = back.as_raw().iter().zip(picture.as_raw());
        let error: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(error < 6 * picture.as_raw().len() as u64);
        Ok(())
    }
}
