//! What is painted on: pixels addressed in millimetres, developed as a camera would.

use super::{
    Scene, View,
    colour::{Colour, DARK, lattice, mix, signed},
};
use image::RgbImage;

pub(super) const EVERYWHERE: [f32; 2] = [99.0; 2];

/// Pixels being painted, addressed in millimetres from the middle of the picture, y downwards.
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) per_mm: f32,
    pub(super) pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, view: View) -> Self {
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

    pub(super) fn column_mm(&self, column: u32) -> f32 {
        (column as f32 + 0.5 - self.width as f32 / 2.0) / self.per_mm
    }

    /// Blends `paint`'s colour and opacity over the pixels of a box: its middle and half its size.
    pub(super) fn paint(
        &mut self,
        reach: [f32; 2],
        at: [f32; 2],
        paint: impl Fn(f32, f32) -> (Colour, f32),
    ) {
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
    pub(super) fn develop(&self, scene: &Scene) -> RgbImage {
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
