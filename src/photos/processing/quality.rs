//! What can be told of a picture by looking at it: whether anything in it is sharp, and whether there is light. The page
//! that adds photos looks for the same before they are sent (`modules/quality.js`): both halves use these numbers.

use super::variants;
use crate::photos::model::Rejection;
use image::RgbImage;

/// The longest side of what is looked at, in pixels: a camera's noise is gone by then, and a blur that hides the edges of teeth is not.
const SIDE: u32 = 512;
/// So many parts in a row, and in a column: teeth may be sharp before a soft ground.
const PARTS: usize = 8;
/// Of the parts, sorted by sharpness, the one that is measured: a tenth are as sharp, or sharper.
const SHARPEST: usize = 6;
/// The variance of the Laplacian under which that part is blurred. Photos in focus have 90 to 10 000 there and drawn ones 36 and more;
/// blurred by a 150th of their side, all have less than 10.
const BLURRED: f32 = 12.0;
/// The mean luminance, of 255, under which the middle of a picture is dark.
const DARK: f32 = 45.0;

/// What was found in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub blurred: bool,
    pub dark: bool,
}

/// Looks at a picture.
///
/// # Errors
/// [`Rejection::Unreadable`] if it cannot be made smaller.
pub fn of(pixels: &RgbImage) -> Result<Findings, Rejection> {
    let longest = pixels.width().max(pixels.height()).max(1);
    let side = |length: u32| (length * SIDE.min(longest) / longest).max(1);
    let small = variants::resized(pixels.clone(), side(pixels.width()), side(pixels.height()))?;
    let luma = Luma::of(&small);
    Ok(Findings {
        blurred: luma.sharpness() < BLURRED,
        dark: luma.light() < DARK,
    })
}

struct Luma {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Luma {
    fn of(pixels: &RgbImage) -> Self {
        let values = pixels.pixels().map(|pixel| {
            let [red, green, blue] = pixel.0.map(f32::from);
            (54.0 * red + 183.0 * green + 19.0 * blue) / 256.0
        });
        Self {
            width: pixels.width() as usize,
            height: pixels.height() as usize,
            values: values.collect(),
        }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// How sharp the sharpest parts are.
    fn sharpness(&self) -> f32 {
        let part = |n: usize, length: usize| 1 + n * (length - 2) / PARTS;
        if self.width < PARTS + 2 || self.height < PARTS + 2 {
            return f32::MAX;
        }
        let mut parts = Vec::with_capacity(PARTS * PARTS);
        for row in 0..PARTS {
            for column in 0..PARTS {
                let (mut sum, mut squares, mut count) = (0.0_f32, 0.0_f32, 0.0_f32);
                for y in part(row, self.height)..part(row + 1, self.height) {
                    for x in part(column, self.width)..part(column + 1, self.width) {
                        let edge = self.at(x - 1, y)
                            + self.at(x + 1, y)
                            + self.at(x, y - 1)
                            + self.at(x, y + 1)
                            - 4.0 * self.at(x, y);
                        sum += edge;
                        squares += edge * edge;
                        count += 1.0;
                    }
                }
                parts.push((squares - sum * sum / count) / count);
            }
        }
        parts.sort_by(|a, b| b.total_cmp(a));
        parts[SHARPEST]
    }

    /// How light the middle is: half of the width by half of the height.
    fn light(&self) -> f32 {
        let (mut sum, mut count) = (0.0_f32, 0.0_f32);
        for y in self.height / 4..self.height - self.height / 4 {
            for x in self.width / 4..self.width - self.width / 4 {
                sum += self.at(x, y);
                count += 1.0;
            }
        }
        sum / count.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn checks(side: u32) -> RgbImage {
        RgbImage::from_fn(1600, 1200, |x, y| {
            let light = (x / side + y / side).is_multiple_of(2);
            Rgb([if light { 220 } else { 90 }; 3])
        })
    }

    #[test]
    fn what_has_edges_is_sharp_until_it_is_blurred() {
        let sharp = checks(40);
        assert_eq!(of(&sharp), Ok(Findings::default()));
        let blurred = image::imageops::fast_blur(&sharp, 24.0);
        assert!(of(&blurred).expect("findings").blurred);
        // A plain wall has no edges, either.
        let wall = RgbImage::from_pixel(800, 600, Rgb([128; 3]));
        assert!(of(&wall).expect("findings").blurred);
        // Too small to tell.
        assert!(!of(&RgbImage::new(9, 9)).expect("findings").blurred);
    }

    #[test]
    fn the_page_looks_for_the_same() {
        let page = include_str!("../modules/quality.js");
        let said = format!(
            "SIDE = {SIDE}, PARTS = {PARTS}, SHARPEST = {SHARPEST}, BLURRED = {BLURRED}, DARK = {DARK};"
        );
        assert!(page.contains(&said), "{said}");
    }

    #[test]
    fn without_light_a_picture_is_dark() {
        let dim = RgbImage::from_fn(800, 600, |x, _| Rgb([(x % 2) as u8 * 60; 3]));
        assert!(of(&dim).expect("findings").dark);
        // A dark ground around something light is none.
        let lit = RgbImage::from_fn(800, 600, |x, y| {
            let middle = (200..600).contains(&x) && (150..450).contains(&y);
            Rgb([if middle { 150 } else { 5 }; 3])
        });
        assert!(!of(&lit).expect("findings").dark);
    }

    /// The made-up people's photos, which are softer than a camera's.
    #[cfg(feature = "demo")]
    #[test]
    fn drawn_photos_are_sharp_and_light_until_they_are_made_otherwise() {
        use crate::demo::drawing::{Scene, View, draw};
        let views = [
            View::Front,
            View::Left,
            View::Right,
            View::Upper,
            View::Lower,
        ];
        for (seed, view) in (0..12).zip(views.into_iter().cycle()) {
            let scene = Scene {
                view,
                stage: 4,
                total: 20,
                seed: seed * 7919 + 1,
            };
            let sharp = draw(&scene, 960, 720);
            let luma = |pixels: &RgbImage| {
                Luma::of(&variants::resized(pixels.clone(), 512, 384).expect("small"))
            };
            let measured = luma(&sharp);
            let said = (measured.sharpness(), measured.light());
            assert_eq!(of(&sharp), Ok(Findings::default()), "{scene:?}: {said:?}");
            let blurred = image::imageops::fast_blur(&sharp, 9.0);
            let said = luma(&blurred).sharpness();
            assert!(of(&blurred).expect("findings").blurred, "{scene:?}: {said}");
            let mut dim = sharp;
            for pixel in dim.pixels_mut() {
                pixel.0 = pixel.0.map(|value| value / 5);
            }
            let said = luma(&dim).light();
            assert!(of(&dim).expect("findings").dark, "{scene:?}: {said}");
        }
    }
}
