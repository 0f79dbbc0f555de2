//! The model: two arches of teeth in millimetres, each displaced by what its treatment has yet to
//! correct.

use super::{Scene, colour::*};

/// How quickly the arch curves back: `z = BEND * |x|³`, in millimetres.
pub(super) const BEND: f32 = 0.002;
// The seven teeth of each half arch, from the middle: width, height of the crown, and depth from
// the cheek side to the tongue side.
pub(super) const UPPER: [[f32; 7]; 3] = [
    [8.6, 6.8, 7.7, 7.0, 6.8, 10.2, 9.5],
    [10.4, 9.0, 10.0, 8.4, 7.7, 7.3, 6.8],
    [7.2, 6.4, 8.2, 9.2, 9.2, 11.2, 11.0],
];
pub(super) const LOWER: [[f32; 7]; 3] = [
    [5.5, 6.1, 6.9, 7.1, 7.2, 11.0, 10.4],
    [9.0, 9.1, 9.8, 8.6, 8.0, 7.3, 6.9],
    [6.0, 6.3, 7.6, 7.9, 8.3, 10.4, 10.2],
];
/// How pointed their edges are, and, from above, how round and how much narrower at the tongue.
pub(super) const POINT: [f32; 7] = [0.02, 0.02, 0.45, 0.38, 0.38, 0.30, 0.30];
pub(super) const ROUND: [f32; 7] = [0.55, 0.55, 0.85, 0.80, 0.80, 0.62, 0.62];
pub(super) const TAPER: [f32; 7] = [0.30, 0.30, 0.30, 0.10, 0.10, 0.05, 0.05];

/// A tooth: x goes right, y down and z into the mouth.
#[derive(Clone, Copy)]
pub(super) struct Tooth {
    /// Its number from the middle, from 0.
    pub(super) place: usize,
    pub(super) x: f32,
    /// Where it leaves the gum.
    pub(super) y: f32,
    pub(super) z: f32,
    /// The way the outer face points, as an angle from straight ahead towards +x.
    pub(super) facing: f32,
    /// How far it leans sideways, in radians.
    pub(super) lean: f32,
    pub(super) width: f32,
    pub(super) crown: f32,
    pub(super) depth: f32,
    pub(super) colour: Colour,
    pub(super) seed: u64,
}

/// The 14 teeth of one arch at the scene's stage. `down` is 1 for the upper arch, -1 for the lower.
pub(super) fn arch(scene: &Scene, down: f32) -> Vec<Tooth> {
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

/// The colour of a tooth whose surface leans by (`x`, `y`), with the flash's reflection.
pub(super) fn enamel(body: Colour, x: f32, y: f32, gain: f32) -> Colour {
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
