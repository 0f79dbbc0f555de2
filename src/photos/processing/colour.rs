//! From the camera's colours to sRGB.

use image::RgbImage;
use moxcms::{
    CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients, RenderingIntent,
    TransformOptions,
};

/// Larger profiles are none for a camera's pictures.
const LONGEST_PROFILE: usize = 1024 * 1024;
/// As a part of 1: what sRGB profiles of different makers differ by.
const SAME: f64 = 0.001;

/// Converts `pixels` from the colours of an ICC `profile` to sRGB. A profile that cannot be read, or that is not
/// one for red, green and blue, says nothing: the pixels stay.
pub fn to_srgb(pixels: &mut RgbImage, profile: &[u8]) {
    if profile.len() > LONGEST_PROFILE {
        return;
    }
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    let srgb = ColorProfile::new_srgb();
    if profile.color_space != DataColorSpace::Rgb || is_srgb(&profile, &srgb) {
        return;
    }
    let options = TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    };
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)
    else {
        return;
    };
    let width = usize::try_from(pixels.width()).unwrap_or(0) * 3;
    let mut line = vec![0; width];
    for row in pixels.chunks_exact_mut(width.max(3)) {
        if transform.transform(row, &mut line).is_err() {
            return;
        }
        row.copy_from_slice(&line);
    }
}

/// The profile of colours that are named by numbers (ITU-T H.273), as newer PNG files do it; none if they name none.
pub fn of_code_points(primaries: u8, transfer: u8) -> Option<Vec<u8>> {
    ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries.try_into().ok()?,
        transfer_characteristics: transfer.try_into().ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    })
    .encode()
    .ok()
}

/// Most pictures say that they are what they would be taken for anyway.
fn is_srgb(profile: &ColorProfile, srgb: &ColorProfile) -> bool {
    let near = |a: moxcms::Xyzd, b: moxcms::Xyzd| {
        (a.x - b.x).abs() < SAME && (a.y - b.y).abs() < SAME && (a.z - b.z).abs() < SAME
    };
    let plain =
        profile.lut_a_to_b_perceptual.is_none() && profile.lut_a_to_b_colorimetric.is_none();
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    plain
        && near(profile.red_colorant, srgb.red_colorant)
        && near(profile.green_colorant, srgb.green_colorant)
        && near(profile.blue_colorant, srgb.blue_colorant)
        && curves
            .into_iter()
            .all(|curve| curve.as_ref().is_some_and(is_srgb_curve))
}

/// Whether a curve goes through middle grey where that of sRGB does.
fn is_srgb_curve(curve: &moxcms::ToneReprCurve) -> bool {
    match curve {
        moxcms::ToneReprCurve::Lut(table) if table.len() > 255 => {
            let middle = f64::from(table[table.len() / 2]) / f64::from(u16::MAX);
            let low = f64::from(table[table.len() / 10]) / f64::from(u16::MAX);
            (middle - 0.2140).abs() < 0.003 && (low - 0.0100).abs() < 0.002
        }
        moxcms::ToneReprCurve::Parametric(numbers) => {
            (numbers.len() >= 5)
                && (numbers[0] - 2.4).abs() < 0.01
                && (numbers[1] - 0.9479).abs() < 0.001
                && (numbers[3] - 0.0774).abs() < 0.001
        }
        moxcms::ToneReprCurve::Lut(_) => false,
    }
}
