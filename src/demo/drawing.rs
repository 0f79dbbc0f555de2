//! Draws the demo's photos of teeth: a slightly stylised clinical picture, made by the program.
//!
//! The demo may not ship anyone's mouth, and it needs photos for any patient, view and stage. So
//! both dental arches are modelled in millimetres, with each tooth displaced by what its treatment
//! has yet to correct, and the model is seen from the front, from a side or from above. All views
//! of one stage therefore show the same teeth, and stages can be compared. The same scene always
//! gives the same bytes.

mod above;
mod canvas;
mod colour;
mod lips;
mod outside;
mod teeth;

use above::draw_from_above;
use canvas::Canvas;
use colour::scramble;
use image::{ExtendedColorType, RgbImage, codecs::jpeg::JpegEncoder};
use outside::draw_from_outside;

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

#[cfg(test)]
mod tests {
    use super::teeth::arch;
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
