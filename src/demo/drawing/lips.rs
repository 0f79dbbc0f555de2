//! The lips, and the retractor that holds them.

use super::{
    Scene,
    canvas::{Canvas, EVERYWHERE},
    colour::*,
};

/// Half the size of the opening between the lips, seen from outside and from above.
pub(super) const OPENING: [f32; 2] = [25.6, 15.6];
pub(super) const WIDE_OPENING: [f32; 2] = [37.0, 28.6];

/// About how far (`x`, `y`) lies outside the opening between the lips.
pub(super) fn opening(x: f32, y: f32, half: [f32; 2]) -> f32 {
    let (u, v) = ((x / half[0]).powi(2), (y / half[1]).powi(2));
    ((u * u + v * v + 0.7 * u * v).sqrt().sqrt() - 1.0) * half[1]
}

/// Paints the lips, and the clear retractor that holds their corners. They come last: whatever of
/// the teeth lies beyond the opening is behind them.
pub(super) fn paint_lips(canvas: &mut Canvas, scene: &Scene, opening_size: [f32; 2]) {
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
