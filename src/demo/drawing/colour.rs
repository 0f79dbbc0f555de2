//! Colours, and the arithmetic of soft edges and blotches.

pub(super) type Colour = [f32; 3];

pub(super) const DARK: Colour = [0.30, 0.11, 0.11];
pub(super) const GUM: Colour = [0.90, 0.62, 0.60];
pub(super) const MUCOSA: Colour = [0.80, 0.43, 0.43];
pub(super) const WHITE: Colour = [1.0, 0.97, 0.96];
/// Where the flash is: a little up and to the left, towards the viewer.
pub(super) const LIGHT: Colour = [-0.27, -0.42, 0.866];

/// How far (`x`, `y`) lies outside a box with round corners around the origin.
pub(super) fn rounded(x: f32, y: f32, half: [f32; 2], radius: f32) -> f32 {
    let (x, y) = (x.abs() - half[0] + radius, y.abs() - half[1] + radius);
    x.max(y).min(0.0) + length(x.max(0.0), y.max(0.0)) - radius
}

/// A tooth covering part of a pixel, and its shadow on the rest of it.
pub(super) fn over_shadow(colour: Colour, cover: f32, shadow: f32) -> (Colour, f32) {
    let opacity = cover + shadow * (1.0 - cover);
    (mix(DARK, colour, cover / opacity), opacity)
}

/// Less exact than `hypot`, and much faster.
pub(super) fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

pub(super) fn lit(colour: Colour, gain: f32) -> Colour {
    colour.map(|channel| channel * gain)
}

pub(super) fn mix(a: Colour, b: Colour, part: f32) -> Colour {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * part)
}

/// 0 at `from` and before, 1 at `to` and beyond, smooth between; `from` may be above `to`.
pub(super) fn smooth(from: f32, to: f32, value: f32) -> f32 {
    let part = ((value - from) / (to - from)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// Soft blotches of about one unit, from 0 to 1.
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let (right, down) = (smooth(0.0, 1.0, x - column), smooth(0.0, 1.0, y - row));
    let corner = |i: i32, j: i32| lattice(column as i32 + i, row as i32 + j, seed);
    let above = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * right;
    let below = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * right;
    above + (below - above) * down
}

/// A number from 0 to 1 for a point of the grid.
pub(super) fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut bits =
        (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ seed;
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    ((bits ^ (bits >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Spreads a seed over all its bits (the finish of SplitMix64).
pub(super) fn scramble(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The `which`th property of what `seed` stands for, from -1 to 1.
pub(super) fn signed(seed: u64, which: u64) -> f32 {
    let bits = scramble(seed ^ which.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    (bits >> 40) as f32 / 8_388_608.0 - 1.0
}
