//! The sizes that are kept.

use super::{Captured, Photo, quality, upright};
use crate::photos::model::{Rejection, Variant};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{RgbImage, metadata::Orientation};
use mozjpeg::{ColorSpace, Compress};

/// The longest side of what a thumbhash is made of, in pixels.
const HASHED_SIDE: u32 = 32;

pub fn make(
    pixels: RgbImage,
    turn: Orientation,
    captured: Option<Captured>,
) -> Result<Photo, Rejection> {
    let full = upright::turned(shrunk(pixels, Variant::Full)?, turn);
    let (width, height) = full.dimensions();
    let mut variants = Vec::with_capacity(Variant::ALL.len());
    variants.push((Variant::Full, jpeg(&full, Variant::Full)?));
    let screen = shrunk(full, Variant::Screen)?;
    variants.push((Variant::Screen, jpeg(&screen, Variant::Screen)?));
    let findings = quality::of(&screen)?;
    let thumbnail = shrunk(screen, Variant::Thumbnail)?;
    variants.push((Variant::Thumbnail, jpeg(&thumbnail, Variant::Thumbnail)?));
    variants.reverse();
    Ok(Photo {
        width,
        height,
        variants,
        thumbhash: thumbhash(&thumbnail)?,
        captured,
        findings,
    })
}

/// Chosen with `make bench`: no variant is further from its original than libvips' at its defaults.
fn quality(variant: Variant) -> u8 {
    match variant {
        Variant::Thumbnail => 80,
        Variant::Screen => 84,
        Variant::Full => 86,
    }
}

fn shrunk(pixels: RgbImage, variant: Variant) -> Result<RgbImage, Rejection> {
    let (width, height) = variant.fit(pixels.width(), pixels.height());
    resized(pixels, width, height)
}

pub(super) fn resized(pixels: RgbImage, width: u32, height: u32) -> Result<RgbImage, Rejection> {
    if pixels.dimensions() == (width, height) {
        return Ok(pixels);
    }
    let unreadable = |_| Rejection::Unreadable;
    let from = ImageRef::new(
        pixels.width(),
        pixels.height(),
        pixels.as_raw(),
        PixelType::U8x3,
    )
    .map_err(unreadable)?;
    let mut to = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|_| Rejection::Unreadable)?;
    RgbImage::from_raw(width, height, to.into_vec()).ok_or(Rejection::Unreadable)
}

/// A JPEG with nothing in it but the picture.
fn jpeg(pixels: &RgbImage, variant: Variant) -> Result<Vec<u8>, Rejection> {
    let unreadable = |_| Rejection::Unreadable;
    let mut encoder = Compress::new(ColorSpace::JCS_RGB);
    encoder.set_fastest_defaults();
    // A sixth smaller for two and a half times the work: for what is looked at again and again.
    encoder.set_optimize_coding(variant != Variant::Full);
    encoder.set_size(pixels.width() as usize, pixels.height() as usize);
    encoder.set_quality(f32::from(quality(variant)));
    // Half the colour in both directions, as cameras store it.
    encoder.set_chroma_sampling_pixel_sizes((2, 2), (2, 2));
    let file = Vec::with_capacity(pixels.as_raw().len() / 8);
    let mut started = encoder.start_compress(file).map_err(unreadable)?;
    started
        .write_scanlines(pixels.as_raw())
        .map_err(unreadable)?;
    started.finish().map_err(unreadable)
}

pub(super) fn thumbhash(pixels: &RgbImage) -> Result<Vec<u8>, Rejection> {
    let longest = pixels.width().max(pixels.height()).max(1);
    let side = |length: u32| (length * HASHED_SIDE / longest).clamp(1, HASHED_SIDE);
    let small = resized(pixels.clone(), side(pixels.width()), side(pixels.height()))?;
    let (width, height) = (small.width() as usize, small.height() as usize);
    let opaque: Vec<u8> = small
        .pixels()
        .flat_map(|pixel| {
            let [red, green, blue] = pixel.0;
            [red, green, blue, u8::MAX]
        })
        .collect();
    Ok(thumbhash::rgba_to_thumb_hash(width, height, &opaque))
}
